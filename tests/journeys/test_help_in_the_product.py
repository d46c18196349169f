"""Help where the pain is, in a real browser: the demo's product page, and a foreign page that allows as little as it can."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
from litestar import Litestar
from playwright.async_api import Browser, BrowserContext, Page, expect

from kb.core.database import fetch_all, fetch_value
from kb.demo.telling_people import load_people
from kb.outreach.triggers import ensure_default_triggers
from tests.support.axe import find_barriers
from tests.support.pages_in_browser import open_browser
from tests.support.served import serve_app
from tests.support.signals_factories import make_product
from tests.support.widget_in_browser import make_known_trouble, say_in_words, stored, strict_site

DEMO = "/demo/product/invoices/new"
Deliver = Callable[[], Awaitable[int]]


@pytest.fixture(scope="module")
async def browser() -> AsyncIterator[Browser]:
    async with open_browser() as opened:
        yield opened


@pytest.fixture
async def context(browser: Browser, base: str) -> AsyncIterator[BrowserContext]:
    """Closed before the service stops: a page that listens would keep it waiting."""
    opened = await browser.new_context(reduced_motion="reduce")
    yield opened
    await opened.close()


@pytest.fixture
async def base(app: Litestar, db: str) -> AsyncIterator[str]:
    """The service with the demo's people and product, and the triggers that every installation has."""
    await load_people()
    await ensure_default_triggers()
    async with serve_app(app) as address:
        yield address


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
    assert await find_barriers(page) == []
    await message.locator(".row").click()
    await expect(page.locator("answerloop-help .article")).to_contain_text("Save as draft")
    assert await find_barriers(page) == []

    await page.get_by_role("button", name="Close help").click()
    await page.wait_for_timeout(1_500)  # the detector's own gap between two bursts, in the page's time
    await rage(page, deliver_all, clicks_before=4)

    assert await fetch_value("select count(*) from message") == 1
    await page.get_by_role("button", name="Help", exact=True).click()
    await page.get_by_role("button", name="Back").click()
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
    await page.locator("answerloop-help .message .row").click()

    await page.get_by_role("button", name="This solved it").click()
    await expect(page.locator("answerloop-help .article")).to_contain_text("Thank you")
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
    await page.get_by_role("button", name="Ask the team").click()
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
    await page.get_by_role("button", name="Ask the team").click()

    older = "**/api/v1/help?*text=Discounted+invoices+are&*"
    await page.route(older, lambda _: asyncio.sleep(0))  # it is never answered
    async with page.expect_request(older) as asked:
        await page.get_by_label("What is going wrong?").press_sequentially("Discounted invoices are")
    hanging = await asked.value
    assert "asking=true" in hanging.url, "what is typed into the form says so: a few people are shown nothing there"
    async with page.expect_event("requestfailed", lambda request: request == hanging):
        await page.get_by_label("What is going wrong?").press_sequentially(" not sent")
    suggested = page.locator("answerloop-help .suggested")
    await expect(suggested.locator(".row")).to_have_count(1)
    assert await find_barriers(page) == []
    await suggested.locator(".row").click()
    await expect(page.locator("answerloop-help .article")).to_contain_text("Save as draft")
    await page.get_by_role("button", name="Back").click()
    assert await page.get_by_label("What is going wrong?").input_value() == "Discounted invoices are not sent"
    await stored("answer_use", 1, where="kind = 'opened'")
    assert await fetch_value("select count(*) from answer_use where kind = 'shown' and answer_id = $1", answer_id) == 1

    await page.get_by_label("What is going wrong?").fill("The opening hours of your office on Sundays")
    await expect(suggested.locator(".row")).to_have_count(0)


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

        await page.goto(f"{site.address}/invoices/new")
        await page.get_by_role("button", name="Help", exact=True).click()
        answers = page.locator("answerloop-help .home .place .row", has_text="Discounted")
        await expect(answers).to_have_count(1)
        await answers.click()
        await expect(page.locator("answerloop-help .article")).to_contain_text("Save as draft")

        async with page.expect_response("**/api/v1/help?*"):
            await page.goto(f"{site.address}/clients")
        await page.get_by_role("button", name="Help", exact=True).click()
        await expect(page.get_by_role("button", name="Ask in the community")).to_be_visible()
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
            await page.goto(f"{site.address}/invoices/new?token=s3cret#s3cret")
        await (await answered.value).finished()
        await page.wait_for_timeout(500)

        assert "s3cret" not in (await answered.value).url
        assert await fetch_value("select count(*) from answer_use") == 0

        await page.get_by_role("button", name="Help", exact=True).click()
        await stored("answer_use", 1, where="kind = 'shown' and surface = 'widget'")
