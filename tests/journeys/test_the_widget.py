"""The help widget on a customer's own site, under the strictest rules a page can set, by pointer, by keyboard and on a phone."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest
from litestar import Litestar
from playwright.async_api import Browser, BrowserContext, Locator, Page, Request, Route, expect

from kb.core.actor import Actor
from kb.core.database import fetch_all, fetch_value
from kb.core.policy import Role
from kb.core.saying import say
from kb.languages.telling import tell
from kb.outreach.triggers import ensure_default_triggers
from kb.people.identifying import read_customer_token
from kb.status.reporting import Said, open_incident
from kb.tickets.answering import reply_to_ticket
from tests.support.answers_factories import make_published_article
from tests.support.axe import find_barriers, overflow_of
from tests.support.factories import make_person
from tests.support.pages_in_browser import open_browser
from tests.support.people_factories import sign
from tests.support.served import serve_app
from tests.support.signals_factories import make_product
from tests.support.tickets_factories import make_ticket
from tests.support.widget_in_browser import ANSWER, make_known_trouble, say_in_words, stored, strict_site

Deliver = Callable[[], Awaitable[int]]

RICH = """Discounts need **two** confirmations.

## From the list

1. Open *Invoices*.
2. Press `Save`.

```
POST /v1/invoices/2026-118/send?a-line-that-is-much-longer-than-any-panel-could-ever-be=true
```

| Plan | Discount |
|---|---|
| Solo | 10 % |

![The list](https://cdn.example/list.png)
"""


@pytest.fixture(scope="module")
async def browser() -> AsyncIterator[Browser]:
    async with open_browser() as opened:
        yield opened


@pytest.fixture
async def context(browser: Browser, base: str) -> AsyncIterator[BrowserContext]:
    """Closed before the service stops: a page that listens would keep it waiting."""
    opened = await browser.new_context(reduced_motion="reduce")
    opened.set_default_timeout(15_000)
    yield opened
    await opened.close()


@pytest.fixture
async def base(app: Litestar, db: str) -> AsyncIterator[str]:
    await make_product()
    await ensure_default_triggers()
    async with serve_app(app) as address:
        yield address


async def customer() -> tuple[Actor, str]:
    """Somebody the product vouches for, and the attribute that says so."""
    app = await make_product()
    token = sign(app, sub="c-1", name="Ines")
    return await read_customer_token(token, app=app), f'data-token="{token}"'


def panel(page: Page) -> Locator:
    return page.get_by_role("dialog")


async def open_help(page: Page) -> None:
    await page.locator("answerloop-help .launcher").click()
    await expect(panel(page)).to_be_visible()


async def test_every_view_keeps_to_the_strictest_rules_of_a_page_and_shows_no_barrier(
    context: BrowserContext, base: str
) -> None:
    await make_known_trouble("wk_test")
    await say_in_words(ANSWER)
    await make_published_article("Send an invoice with a discount", RICH)
    number = await fetch_value("select number from article")
    await open_incident(
        await make_person(Role.AGENT), "Invoices are sent late", Said("identified", "minor", "We **know** why.")
    )
    async with strict_site(base) as site:
        page = await context.new_page()
        await page.goto(f"{site.address}/invoices/new")
        await open_help(page)
        views = {
            "home": panel(page).get_by_text("For this page"),
            "Answerloop.search('Discounted invoices are not sent')": panel(page)
            .get_by_role("paragraph")
            .filter(has_text="Answers found: 1"),
            f"Answerloop.show({number})": panel(page).get_by_role("link", name="Picture: The list"),
            "Answerloop.ask({ subject: 'Discounted invoices are not sent' })": panel(page).get_by_text(
                "This may answer it:", exact=True
            ),
        }
        for step, there in views.items():
            if step != "home":
                await page.evaluate(step)
            await expect(there).to_be_visible()
            assert await find_barriers(page) == [], step
        await page.evaluate("Answerloop.close()")
        await open_help(page)
        await page.get_by_role("button", name="Back").first.click()
        assert site.reports == []

        await page.evaluate("document.body.setAttribute('style', 'color: red')")
        await page.evaluate("new Promise(done => setTimeout(done, 300))")
        assert len(site.reports) == 1  # so the page would have told of one


async def test_an_article_opens_inside_with_all_that_it_holds_and_loads_nothing(
    context: BrowserContext, base: str
) -> None:
    await make_published_article("Send an invoice with a discount", RICH)
    number = await fetch_value("select number from article")
    async with strict_site(base) as site:
        page = await context.new_page()
        elsewhere: list[str] = []
        page.on("request", lambda one: elsewhere.append(one.url) if "cdn.example" in one.url else None)
        await page.goto(f"{site.address}/clients")
        await page.wait_for_function("'Answerloop' in window")
        await page.evaluate(f"Answerloop.show('https://help.example/kb/{number}/some-slug')")
        article = page.locator("answerloop-help .article")

        await expect(article.get_by_role("heading", name="From the list")).to_be_visible()
        await expect(article.locator("ol li")).to_have_count(2)
        await expect(article.locator("pre")).to_contain_text("POST /v1")
        await expect(article.get_by_role("cell", name="10 %")).to_be_visible()
        assert await article.get_by_role("link", name="Picture: The list").get_attribute("target") == "_blank"
        path = await article.get_by_role("link", name="Open in the community").get_attribute("href")
        assert path
        assert path.endswith(f"/kb/{number}/send-an-invoice-with-a-discount")
        assert (
            await page.evaluate(
                "document.querySelector('answerloop-help').shadowRoot.querySelector('img, script, style')"
            )
            is None
        )
        assert elsewhere == []
        await stored("answer_use", 1, where="kind = 'opened' and surface = 'widget'")


async def test_the_keyboard_alone_searches_reads_and_comes_back_to_where_it_was(
    context: BrowserContext, base: str
) -> None:
    await make_known_trouble("wk_test", "/elsewhere")
    await say_in_words(ANSWER)
    async with strict_site(base, body='<main><button id="own">Own</button></main>') as site:
        page = await context.new_page()
        await page.goto(f"{site.address}/invoices")
        await page.wait_for_selector("answerloop-help .launcher")
        await page.locator("#own").focus()
        await page.keyboard.press("Tab")
        await page.keyboard.press("Enter")
        search = page.get_by_label("Search for answers")
        await expect(search).to_be_focused()

        await page.keyboard.type("Discounted invoices are not sent")
        result = panel(page).get_by_role("button", name=ANSWER)
        await expect(result).to_be_visible()
        await page.keyboard.press("ArrowDown")
        await expect(result).to_be_focused()
        await page.keyboard.press("ArrowUp")
        await expect(search).to_be_focused()
        await page.keyboard.press("ArrowDown")
        await page.keyboard.press("Enter")
        await expect(panel(page).get_by_role("heading", name=ANSWER)).to_be_focused()
        await page.keyboard.press("Escape")
        await expect(result).to_be_focused()
        assert await search.input_value() == ANSWER


async def test_the_keyboard_stays_inside_while_it_is_open_and_goes_back_to_where_it_came_from(
    context: BrowserContext, base: str
) -> None:
    async with strict_site(base, body='<main><button id="own">Own</button></main>') as site:
        page = await context.new_page()
        await page.goto(f"{site.address}/invoices")
        await open_help(page)
        for key in ["Tab"] * 7 + ["Shift+Tab"] * 9:
            await page.keyboard.press(key)
            inside = "!!document.activeElement.shadowRoot?.activeElement?.closest('.panel')"
            assert await page.evaluate(inside)
        await page.keyboard.press("Escape")
        await expect(panel(page)).to_be_hidden()
        await expect(page.locator("answerloop-help .launcher")).to_be_focused()

        await page.locator("#own").focus()
        await page.evaluate("Answerloop.open()")
        await expect(page.get_by_label("Search for answers")).to_be_focused()
        await page.keyboard.press("Escape")
        await expect(page.locator("#own")).to_be_focused()


async def test_a_page_dresses_the_widget_by_variables_and_nothing_of_the_page_moves_for_it(
    context: BrowserContext, base: str
) -> None:
    async with strict_site(base, body="<main>" + "<p>Line</p>" * 80 + "</main>") as site:
        page = await context.new_page()
        await page.goto(f"{site.address}/clients")
        await page.wait_for_selector("answerloop-help .launcher")
        await open_help(page)
        await page.mouse.move(1, 1)
        looks: dict[str, Any] = await page.evaluate(
            """() => {
                const host = document.querySelector("answerloop-help"), root = host.shadowRoot;
                const of = (element, name) => getComputedStyle(element)[name];
                return {
                    accent: of(root.querySelector(".launcher"), "backgroundColor"),
                    radius: of(root.querySelector(".panel"), "borderTopLeftRadius"),
                    z: of(host, "zIndex"), right: of(host, "right"),
                };
            }"""
        )
        shifts = await page.evaluate(
            "new Promise(done => { const all = []; new PerformanceObserver(list => all.push(...list.getEntries().map(e => [e.value,"
            " e.hadRecentInput, ...e.sources.map(s => s.node?.nodeName)]))).observe({type: 'layout-shift', buffered: true});"
            " setTimeout(() => done(all), 300); })"
        )

        assert looks == {"accent": "rgb(120, 20, 90)", "radius": "4px", "z": "7", "right": "40px"}
        assert shifts == []
        assert await overflow_of(page) == 0


async def test_a_reply_is_told_of_beside_the_button_and_read_inside(
    context: BrowserContext, base: str, deliver_all: Deliver
) -> None:
    ines, token = await customer()
    agent = await make_person(Role.AGENT, name="Tom Berg")
    ticket = await make_ticket(ines, subject="Sent twice")
    async with strict_site(base, attributes=token) as site:
        page = await context.new_page()
        async with page.expect_response("**/api/v1/help/live"):
            await page.goto(f"{site.address}/invoices")
        launcher = page.locator("answerloop-help .launcher")
        await page.evaluate("void Answerloop.on('unread', ({ count }) => (document.title = `${count} unread`))")

        await reply_to_ticket(agent, ticket.id, "Which invoice **exactly**?")
        await deliver_all()
        peek = page.locator("answerloop-help .peeks .message")
        await expect(peek).to_contain_text("Which invoice exactly?")
        await expect(launcher).to_have_accessible_name("Help 1")
        await expect(page).to_have_title("1 unread")
        await expect(panel(page)).to_be_hidden()
        assert await find_barriers(page) == []

        await peek.get_by_role("button", name="Read and answer").click()
        await expect(panel(page).locator(".turn")).to_have_count(2)
        await expect(launcher).to_have_accessible_name("Help")
        await expect(page).to_have_title("0 unread")
        assert await find_barriers(page) == []
        assert site.reports == []


async def test_a_ticket_is_gone_on_with_inside_and_the_next_reply_comes_by_itself(
    context: BrowserContext, base: str, deliver_all: Deliver
) -> None:
    ines, token = await customer()
    agent = await make_person(Role.AGENT, name="Tom Berg")
    ticket = await make_ticket(ines, subject="Sent twice")
    async with strict_site(base, attributes=token) as site:
        page = await context.new_page()
        async with page.expect_response("**/api/v1/help/live"):
            await page.goto(f"{site.address}/invoices")
        await open_help(page)
        await page.get_by_role("button", name="Your tickets").click()
        await expect(panel(page).get_by_role("button", name="Sent twice")).to_contain_text("With the team")
        assert await find_barriers(page) == []
        await panel(page).get_by_role("button", name="Sent twice").click()

        await (
            panel(page)
            .locator("input[type=file]")
            .set_input_files({"name": "log.txt", "mimeType": "text/plain", "buffer": b"a line"})
        )
        await stored("file", 1)
        await page.get_by_role("textbox", name="Your answer").fill("Number 7.")
        await page.get_by_role("button", name="Send").click()
        await expect(panel(page).locator(".turn")).to_have_count(2)
        said = await fetch_value(
            "select body_source from ticket_message where ticket_id = $1 and position = 2", ticket.id
        )
        assert said.startswith("Number 7.\n\n[log.txt](/files/")

        await reply_to_ticket(agent, ticket.id, "Found it.")
        await deliver_all()
        await expect(panel(page).locator(".turn").last).to_contain_text("Found it.")
        assert site.reports == []


async def test_before_it_is_opened_it_asks_one_thing_and_nothing_the_page_holds_is_ever_sent(
    context: BrowserContext, base: str
) -> None:
    body = (
        '<main aria-label="canary-label"><h1>canary-heading</h1><p data-x="canary-data">canary-text</p>'
        '<form><input id="name" value="canary-value" placeholder="canary-placeholder"><input type="hidden" value="canary-hidden">'
        '<input type="password" id="secret"><button type="button" id="go" title="canary-title">canary-button</button></form></main>'
    )
    async with strict_site(base, body=body) as site:
        page = await context.new_page()
        sent: list[Request] = []
        page.on("request", lambda request: sent.append(request) if request.url.startswith(base) else None)
        await page.route("**/widget.js", lambda route: route.abort())
        await page.goto(f"{site.address}/invoices/7")
        before = await page.evaluate("Object.getOwnPropertyNames(window)")
        await page.unroute("**/widget.js")
        sent.clear()
        await page.goto(f"{site.address}/invoices/7?q=canary-query#canary-fragment")
        await page.wait_for_selector("answerloop-help .launcher")
        await page.evaluate("document.title = 'canary-document'")
        await page.locator("#name").fill("canary-typed")
        await page.locator("#secret").fill("canary-password")
        await page.locator("#go").click()
        await page.wait_for_timeout(400)
        asked = [request.url.removeprefix(base).split("?")[0] for request in sent]
        assert asked == ["/widget.js", "/api/v1/help"]

        await open_help(page)
        await page.get_by_label("Search for answers").fill("the invoice is not sent")
        await expect(panel(page).get_by_role("paragraph").filter(has_text="Nothing found for this.")).to_be_visible()
        told = [f"{one.url} {await one.all_headers()} {one.post_data or ''}" for one in sent]
        assert [one for one in told if "canary" in one] == []
        assert any("element=button%23go" in one for one in told)
        after = await page.evaluate("Object.getOwnPropertyNames(window)")
        assert set(after) - set(before) == {"Answerloop"}


async def test_the_page_steers_it_and_hears_what_happens(context: BrowserContext, base: str) -> None:
    await make_known_trouble("wk_test")
    _, token = await customer()
    async with strict_site(base, attributes=f'{token} data-launcher="none"') as site:
        page = await context.new_page()
        await page.goto(f"{site.address}/invoices/new")
        await page.wait_for_function("'Answerloop' in window")
        await page.evaluate(
            """() => {
                window.heard = [];
                for (const name of ["open", "close", "shown", "opened", "solved", "asked"])
                    Answerloop.on(name, (detail) => heard.push([name, Object.keys(detail).join()]));
                window.stop = Answerloop.on("open", () => heard.push(["again", ""]));
            }"""
        )
        await expect(page.locator("answerloop-help .launcher")).to_be_hidden()
        await page.evaluate("stop(); Answerloop.open()")
        await panel(page).get_by_role("button", name=ANSWER).click()
        await page.get_by_role("button", name="This solved it").click()
        await expect(panel(page).get_by_text("Thank you")).to_be_visible()
        await page.evaluate("Answerloop.ask({ subject: 'Sent twice', body: 'Since Monday.' })")
        await panel(page).get_by_role("button", name="Ask the team").click()
        await expect(panel(page).get_by_role("link", name="Ticket 1")).to_be_visible()
        await page.evaluate("Answerloop.close()")

        assert await page.evaluate("heard") == [
            ["open", ""],
            ["shown", "answers"],
            ["opened", "answer"],
            ["solved", "answer"],
            ["asked", "ticket,url"],
            ["close", ""],
        ]
        [row] = await fetch_all("select subject, channel from ticket")
        assert tuple(row) == ("Sent twice", "widget")
        assert await page.evaluate("Answerloop.show(999).then(() => 'shown', () => 'refused')") == "refused"


@pytest.mark.parametrize("language", ["de", "ar"])
async def test_on_a_phone_it_fills_the_window_in_the_pages_language_and_direction(
    browser: Browser, base: str, language: str
) -> None:
    await make_known_trouble("wk_test")
    agent = await make_person(Role.AGENT)
    await open_incident(agent, "Invoices are sent late", Said("identified", "critical", "We know why."))
    phone = await browser.new_context(
        viewport={"width": 390, "height": 800}, has_touch=True, is_mobile=True, reduced_motion="reduce"
    )
    try:
        async with strict_site(base, html=f"lang={language}") as site:
            page = await phone.new_page()
            await page.goto(f"{site.address}/invoices/new")
            await page.get_by_role("button", name=tell(say("Help"), language), exact=True).tap()
            await expect(panel(page)).to_be_visible()

            box = await panel(page).bounding_box()
            assert box is not None
            assert (box["x"], box["y"], box["width"], box["height"]) == (0, 0, 390, 800)
            host = page.locator("answerloop-help")
            assert await host.get_attribute("dir") == {"de": "ltr", "ar": "rtl"}[language]
            assert await panel(page).get_attribute("aria-modal") == "true"
            assert await find_barriers(page) == []
            assert await overflow_of(page) == 0
            assert (
                await page.locator("answerloop-help .page").evaluate("page => page.scrollWidth - page.clientWidth") == 0
            )
            await panel(page).get_by_role("button", name="Invoices are sent late").tap()
            await expect(panel(page).get_by_text("We know why.")).to_be_visible()
            assert site.reports == []
    finally:
        await phone.close()


async def test_an_expired_token_is_told_of_and_a_fresh_one_makes_the_customer_known_again(
    context: BrowserContext, base: str
) -> None:
    app = await make_product()
    stale, fresh = sign(app, sub="c-1", lasts=-300), sign(app, sub="c-1", name="Ines")
    async with strict_site(base, attributes=f'data-token="{stale}"') as site:
        page = await context.new_page()
        await page.goto(f"{site.address}/clients")
        await open_help(page)
        await expect(panel(page).get_by_role("button", name="Ask in the community")).to_be_visible()
        await expect(page.get_by_role("button", name="Your tickets")).to_have_count(0)

        async with page.expect_response("**/api/v1/help/live"):
            await page.evaluate(f"Answerloop.identify('{fresh}')")
        await expect(panel(page)).to_be_hidden()
        await open_help(page)
        await expect(page.get_by_role("button", name="Your tickets")).to_be_visible()
        await expect(panel(page).get_by_role("button", name="Ask the team")).to_be_visible()
        assert site.reports == []


async def test_a_file_under_way_is_waited_for_and_one_left_out_meanwhile_is_not_sent(
    context: BrowserContext, base: str
) -> None:
    ines, token = await customer()
    ticket = await make_ticket(ines, subject="Sent twice")
    async with strict_site(base, attributes=token) as site:
        page = await context.new_page()
        await page.goto(f"{site.address}/invoices")
        await open_help(page)
        await page.get_by_role("button", name="Your tickets").click()
        await panel(page).get_by_role("button", name="Sent twice").click()
        may_go = asyncio.Event()

        async def hold(route: Route) -> None:
            await may_go.wait()
            await route.continue_()

        await page.route("**/api/v1/help/files", hold)
        chosen = panel(page).locator("input[type=file]")
        for name in ("out.txt", "log.txt"):
            await chosen.set_input_files({"name": name, "mimeType": "text/plain", "buffer": name.encode()})
        await page.get_by_role("button", name="Leave out out.txt").click()
        await page.get_by_role("textbox", name="Your answer").fill("Number 7.")
        await page.get_by_role("button", name="Send").click()
        may_go.set()
        await expect(panel(page).locator(".turn")).to_have_count(2)

        said = await fetch_value(
            "select body_source from ticket_message where ticket_id = $1 and position = 2", ticket.id
        )
        assert said.startswith("Number 7.\n\n[log.txt](/files/")
        assert "out.txt" not in said
