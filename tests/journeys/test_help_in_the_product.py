"""Help where the pain is, in a real browser: the demo's product page, and a foreign page that allows as little as it can."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from uuid import UUID

import pytest
from litestar import Litestar, MediaType, Response, get
from playwright.async_api import Browser, BrowserContext, Page, expect

from kb.adapters.hashing_embedder import HashingEmbedder
from kb.answers.collecting import collect_answer_of_post
from kb.clusters.joining import join_questions
from kb.core.clock import now
from kb.core.database import execute, fetch_all, fetch_value
from kb.core.ids import new_id
from kb.demo.telling_people import DEMO_WRITE_KEY, load_people
from kb.outreach.triggers import ensure_default_triggers
from kb.people.products import find_app_by_write_key
from tests.support.answers_factories import make_cluster, make_solved_topic
from tests.support.axe import find_barriers
from tests.support.pages_in_browser import open_browser
from tests.support.served import serve_app
from tests.support.signals_factories import make_product

DEMO = "/demo/product/invoices/new"
ANSWER = "Discounted invoices are not sent"
Deliver = Callable[[], Awaitable[int]]


@pytest.fixture(scope="module")
async def browser() -> AsyncIterator[Browser]:
    async with open_browser() as opened:
        yield opened


@pytest.fixture
async def context(browser: Browser, base: str) -> AsyncIterator[BrowserContext]:
    """Closed before the service stops: a page that listens would keep it waiting."""
    opened = await browser.new_context()
    yield opened
    await opened.close()


@pytest.fixture
async def base(app: Litestar, db: str) -> AsyncIterator[str]:
    """The service with the demo's people and product, and the triggers that every installation has."""
    await load_people()
    await ensure_default_triggers()
    async with serve_app(app) as address:
        yield address


async def make_known_trouble(write_key: str = DEMO_WRITE_KEY, route: str = "/invoices/new") -> UUID:
    """A place where people got stuck, its cluster, and the public answer that got them out; returns the answer."""
    product = await find_app_by_write_key(write_key)
    assert product is not None
    cluster_id = await make_cluster("send invoice does nothing with a discount")
    _, post_id = await make_solved_topic(
        title=ANSWER, answer="Press **Save as draft**, then send it from the list.", cluster_id=cluster_id
    )
    await execute("update post set accepted_at = now() where id = $1", post_id)
    await collect_answer_of_post(post_id)
    place = new_id()
    await execute(
        "insert into friction_point (id, app_id, kind, route, element, label, first_at, last_at)"
        " values ($1, $2, 'rage_click', $3, 'button#send-invoice', 'Rage clicks on “Send invoice”', $4, $4)",
        place,
        product.id,
        route,
        now(),
    )
    await execute(
        "insert into friction_cluster (friction_point_id, cluster_id, weight, reason, created_at) values ($1, $2, 0.8, 'tests', $3)",
        place,
        cluster_id,
        now(),
    )
    answer_id: UUID = await fetch_value("select id from answer where source_id = $1", post_id)
    return answer_id


async def say_in_words(text: str) -> None:
    """The one question says this, and stands where extraction and clustering leave it."""
    question_id = await fetch_value("update question set title = $1, text = $1 returning id", text)
    await join_questions([question_id], HashingEmbedder())


async def stored(table: str, count: int, *, where: str = "true") -> None:
    """Wait until the table holds so many rows; says how many it held when it never came to that."""
    held = -1
    for _ in range(150):
        held = await fetch_value(f'select count(*) from "{table}" where {where}')
        if held == count:
            return
        await asyncio.sleep(0.1)
    raise AssertionError(f"{table} where {where}: {held}, not {count}")


async def rage(page: Page, deliver_all: Deliver, *, clicks_before: int = 0) -> None:
    """Four quick clicks on the button that does nothing, and the worker's part."""
    for _ in range(4):
        await page.click("#send-invoice", delay=5)
    await stored("event", clicks_before + 4, where="name = 'click'")
    await deliver_all()


async def listening(page: Page, base: str) -> None:
    """Open the demo page and wait until its stream has begun."""
    async with page.expect_response("**/api/v1/help/live"):
        await page.goto(f"{base}{DEMO}")


async def test_a_rage_click_brings_one_message_with_its_answer_and_a_second_one_is_refused_with_its_reason(
    context: BrowserContext, base: str, deliver_all: Deliver
) -> None:
    await make_known_trouble()
    page = await context.new_page()
    await listening(page, base)

    await rage(page, deliver_all)
    message = page.locator("answerloop-help .message")
    await expect(message).to_contain_text("Not responding?")
    await message.locator("summary").click()
    await expect(message.locator(".answer")).to_contain_text("Save as draft")
    assert await find_barriers(page) == []

    await page.get_by_role("button", name="Close help").click()
    await page.wait_for_timeout(1_500)  # the detector's own gap between two bursts, in the page's time
    await rage(page, deliver_all, clicks_before=4)

    assert await fetch_value("select count(*) from message") == 1
    assert await message.count() == 1
    outcomes = await fetch_all("select outcome, reason from decision order by created_at, id")
    assert [row["outcome"] for row in outcomes] == ["send", "refuse"]
    assert outcomes[1]["reason"].startswith("Already spoke to them about this problem")


async def test_this_solved_it_writes_the_ledger_and_ends_the_episode(
    context: BrowserContext, base: str, deliver_all: Deliver
) -> None:
    answer_id = await make_known_trouble()
    page = await context.new_page()
    await listening(page, base)
    await rage(page, deliver_all)
    message = page.locator("answerloop-help .message")
    await message.locator("summary").click()

    await message.get_by_role("button", name="This solved it").click()
    await expect(message).to_contain_text("Thank you")
    await deliver_all()

    said = await fetch_all(
        "select answer_id, surface, person_id is not null as known from answer_use where kind = 'said_solved'"
    )
    assert [tuple(row) for row in said] == [(answer_id, "widget", True)]
    await stored("answer_use", 1, where="kind = 'opened'")
    assert await fetch_value("select state from episode") == "recovered"


async def test_still_stuck_makes_a_ticket_and_a_refusal_keeps_what_was_typed(
    context: BrowserContext, base: str
) -> None:
    page = await context.new_page()
    await listening(page, base)
    await page.get_by_role("button", name="Help", exact=True).click()
    await page.get_by_text("Still stuck? Ask").click()
    await page.get_by_label("What is going wrong?").fill("Send does nothing")
    await page.get_by_role("button", name="Ask the team").click()
    await expect(page.get_by_role("alert")).to_be_visible()
    assert await find_barriers(page) == []
    assert await page.get_by_label("What is going wrong?").input_value() == "Send does nothing"
    assert await fetch_value("select count(*) from ticket") == 0

    await page.get_by_label("What did you do").fill("I clicked it four times.")
    await page.get_by_role("button", name="Ask the team").click()
    await stored("ticket", 1)

    [ticket] = await fetch_all(
        "select t.subject, t.channel, t.page_url, p.external_id from ticket t join person p on p.id = t.requester_id"
    )
    assert tuple(ticket) == ("Send does nothing", "widget", "https://app.fernbook.example/invoices/new", "p014")


async def test_typing_a_question_shows_its_answer_before_it_is_sent_and_ends_the_older_request(
    context: BrowserContext, base: str
) -> None:
    answer_id = await make_known_trouble(route="/elsewhere")
    await say_in_words("Discounted invoices are not sent")
    page = await context.new_page()
    await listening(page, base)
    await page.get_by_role("button", name="Help", exact=True).click()
    await page.get_by_text("Still stuck? Ask").click()

    older = "**/api/v1/help?*text=Discounted+invoices+are&*"
    await page.route(older, lambda _: asyncio.sleep(0))  # it is never answered
    async with page.expect_request(older) as asked:
        await page.get_by_label("What is going wrong?").press_sequentially("Discounted invoices are")
    hanging = await asked.value
    async with page.expect_event("requestfailed", lambda request: request == hanging):
        await page.get_by_label("What is going wrong?").press_sequentially(" not sent")
    suggested = page.locator("answerloop-help .suggested")
    await expect(suggested.locator(".answer")).to_have_count(1)
    await suggested.locator("summary").click()
    await expect(suggested).to_contain_text("Save as draft")
    assert await find_barriers(page) == []
    await stored("answer_use", 1, where="kind = 'opened'")
    assert await fetch_value("select count(*) from answer_use where kind = 'shown' and answer_id = $1", answer_id) == 1

    await page.get_by_label("What is going wrong?").fill("The opening hours of your office on Sundays")
    await expect(suggested.locator(".answer")).to_have_count(0)


async def test_the_demo_page_asks_no_other_host_and_breaks_no_rule_of_its_own(
    context: BrowserContext, base: str
) -> None:
    page = await context.new_page()
    asked: list[str] = []
    complaints: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    await listening(page, base)

    assert len(asked) > 3
    assert [url for url in asked if not url.startswith(f"{base}/")] == []
    assert complaints == []


@contextlib.asynccontextmanager
async def strict_site(base: str) -> AsyncIterator[str]:
    """A customer's site of another origin: no inline style, no HTML from strings, only our script and our address."""
    rules = f"default-src 'none'; script-src {base}; connect-src {base}; require-trusted-types-for 'script'; trusted-types 'none'"

    @get("/{path:path}", media_type=MediaType.HTML)
    async def page(path: str) -> Response[str]:
        html = f'<!doctype html><title>Shop</title><main>Hello</main><script src="{base}/widget.js" data-key="wk_test" defer></script>'
        return Response(html, headers={"Content-Security-Policy": rules})

    async with serve_app(Litestar([page], openapi_config=None)) as site:
        yield site


async def test_a_strict_page_of_another_origin_shows_the_answer_where_there_is_one_and_nothing_where_there_is_none(
    context: BrowserContext, base: str
) -> None:
    await make_product()
    await make_known_trouble("wk_test")
    async with strict_site(base) as site:
        page = await context.new_page()
        complaints: list[str] = []
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda said: complaints.append(said.text) if "favicon" not in said.text else None)

        await page.goto(f"{site}/invoices/new")
        await page.get_by_role("button", name="Help", exact=True).click()
        answers = page.locator("answerloop-help .answers .answer")
        await expect(answers).to_have_count(1)
        await answers.locator("summary").click()
        await expect(answers).to_contain_text("Save as draft")

        async with page.expect_response("**/api/v1/help?*"):
            await page.goto(f"{site}/clients")
        await page.get_by_role("button", name="Help", exact=True).click()
        await expect(page.get_by_text("Still stuck? Ask")).to_be_visible()
        assert await answers.count() == 0
        assert [said for said in complaints if "Content Security Policy" in said or "TrustedHTML" in said] == []


async def test_the_keyboard_alone_opens_the_panel_and_escape_gives_the_focus_back(
    context: BrowserContext, base: str
) -> None:
    page = await context.new_page()
    await listening(page, base)
    launcher = page.get_by_role("button", name="Help", exact=True)
    await launcher.focus()
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("dialog", name="Help")).to_be_visible()
    await page.keyboard.press("Escape")

    await expect(page.get_by_role("dialog", name="Help")).to_be_hidden()
    await expect(launcher).to_be_focused()


async def test_help_nobody_looked_at_is_not_in_the_ledger_and_secrets_of_the_address_stay_in_the_page(
    context: BrowserContext, base: str
) -> None:
    await make_product()
    await make_known_trouble("wk_test")
    async with strict_site(base) as site:
        page = await context.new_page()
        async with page.expect_response("**/api/v1/help?*") as answered:
            await page.goto(f"{site}/invoices/new?token=s3cret#s3cret")
        await (await answered.value).finished()
        await page.wait_for_timeout(500)

        assert "s3cret" not in (await answered.value).url
        assert await fetch_value("select count(*) from answer_use") == 0

        await page.get_by_role("button", name="Help", exact=True).click()
        await stored("answer_use", 1, where="kind = 'shown' and surface = 'widget'")
