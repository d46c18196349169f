"""An article from its first words to a reader whom it does not help: drafted, handed back, handed in again, approved for a time,
published, read in another language, judged, and asked about. Every page on the way is looked at by axe, at two widths."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest
from litestar import Litestar
from playwright.async_api import Browser, Page, expect

from jobs.handlers.answers import carry_out_planned_articles
from jobs.tools import Tools
from kb.core.actor import Actor
from kb.core.clock import clock_held_at, now
from kb.core.database import fetch_value
from kb.core.policy import Role
from kb.people.sessions import open_session
from server.security.identifying import SESSION_COOKIE
from tests.support.axe import find_barriers, overflow_of
from tests.support.delivering import deliver_until_quiet
from tests.support.factories import make_person
from tests.support.forum_factories import make_space
from tests.support.pages_in_browser import open_browser
from tests.support.served import serve_app

AIM = "I want the reset mail at my new address"


@pytest.fixture(scope="module")
async def browser() -> AsyncIterator[Browser]:
    async with open_browser() as opened:
        yield opened


@pytest.fixture
async def base(app: Litestar, db: str) -> AsyncIterator[str]:
    async with serve_app(app) as address:
        yield address


@asynccontextmanager
async def signed_in(browser: Browser, base: str, actor: Actor, **settings: object) -> AsyncIterator[Page]:
    assert actor.person_id is not None
    token = await open_session(actor.person_id, user_agent="tests")
    context = await browser.new_context(timezone_id="Europe/Berlin", **settings)  # type: ignore[arg-type]
    context.set_default_timeout(8_000)
    await context.add_cookies([{"name": SESSION_COOKIE, "value": token, "url": base}])
    try:
        yield await context.new_page()
    finally:
        await context.close()


async def look(page: Page) -> None:
    """At the width of a desk and of a phone."""
    for width in (1280, 390):
        await page.set_viewport_size({"width": width, "height": 900})
        assert (page.url, width, await find_barriers(page)) == (page.url, width, [])
        assert (page.url, width, await overflow_of(page)) == (page.url, width, 0)


async def write_and_hand_in(page: Page, base: str) -> int:
    await page.goto(f"{base}/kb/new")
    await page.get_by_label("Title").fill("The reset mail does not arrive")
    await page.locator("#field-body").press_sequentially("Press it.")
    await expect(page.locator("[data-kept]")).to_have_text("Draft saved")
    await page.goto(f"{base}/kb/new")
    await expect(page.locator("#field-body")).to_have_value("Press it.")
    await look(page)
    await page.get_by_role("button", name="Save and review").click()
    await page.wait_for_url("**/review")
    return int(page.url.split("/")[-2])


async def hand_back(page: Page, base: str, number: int) -> None:
    await page.goto(f"{base}/kb/{number}/review")
    await page.get_by_text("Hand it back to Ada Lind").click()
    await page.get_by_label("What is missing").fill("Say which button.")
    await look(page)
    await page.get_by_role("button", name="Hand it back").click()
    await page.wait_for_url("**/kb/drafts**")


async def answer_the_reviewer(page: Page, base: str) -> None:
    await page.goto(f"{base}/notices")
    await expect(page.get_by_text("Bo Frey handed back your revision of")).to_be_visible()
    await page.get_by_role("link", name="The reset mail does not arrive").click()
    await expect(page.get_by_text("Say which button.")).to_be_visible()
    await look(page)
    await page.locator("#field-body").fill("Press **Unblock**, then wait a minute.")
    await page.get_by_role("button", name="Save and review").click()
    await page.wait_for_url("**/review")


async def approve_for_tomorrow(page: Page, base: str, number: int) -> None:
    await page.goto(f"{base}/kb/{number}/review")
    await page.get_by_text("Publish at a time").click()
    await expect(page.get_by_label("Time zone")).to_have_value("Europe/Berlin")
    await page.get_by_label("When").fill(f"{now() + timedelta(days=1):%Y-%m-%dT09:00}")
    await look(page)
    await page.get_by_role("button", name="Approve revision 2 for then").click()
    await expect(page.get_by_text("Revision 2 is published")).to_be_visible()
    await expect(page.get_by_text("09:00")).to_be_visible()
    await look(page)
    for name in ("scheduled", "verify", "review"):
        await page.goto(f"{base}/kb/drafts?list={name}")
        await look(page)
    await page.goto(f"{base}/kb/{number}/comparison?old=1&new=2")
    await expect(page.get_by_text("Unblock")).to_be_visible()
    await look(page)


async def translate(page: Page, base: str, number: int) -> int:
    await page.goto(f"{base}/kb/{number}/translations/de")
    await expect(page.get_by_text("Press **Unblock**, then wait a minute.")).to_be_visible()
    await page.get_by_label("Title").fill("Die E-Mail zum Zurücksetzen kommt nicht an")
    await page.locator("#field-body").fill("Drücke **Freigeben** und warte eine Minute.")
    await look(page)
    await page.get_by_role("button", name="Save and review").click()
    await page.wait_for_url("**/review")
    return int(page.url.split("/")[-2])


async def read_and_ask(page: Page, base: str) -> None:
    await page.goto(f"{base}/kb")
    await page.get_by_role("link", name="Die E-Mail zum Zurücksetzen kommt nicht an").first.click()
    await expect(page.get_by_text("Freigeben")).to_be_visible()
    await look(page)
    await page.locator(".versions-of").get_by_role("link", name="English").click()
    await expect(page.get_by_role("heading", name="The reset mail does not arrive")).to_be_visible()
    await page.locator("#helpful button[value=no]").click()
    await page.locator("input[name=reason][value=failed]").check()
    await page.locator("textarea[name=trying]").fill(AIM)
    await look(page)
    await page.locator("#helpful button[type=submit]").click()
    await page.locator("#helpful a[href^='/ask']").click()
    await page.wait_for_url("**/ask**")
    await expect(page.locator("#field-body")).to_have_value(AIM)
    await page.locator("#field-title").fill("The reset mail goes to my old address")
    await page.locator("select[name=space]").select_option(index=1)
    await page.locator("form:has(#field-body) button.button--primary").click()
    await page.wait_for_url("**/t/**")


async def test_an_article_goes_from_its_first_words_to_a_reader_who_asks_on(
    browser: Browser, base: str, tools: Tools
) -> None:
    await make_space()
    ada, bo = await make_person(Role.AGENT, name="Ada Lind"), await make_person(Role.AGENT, name="Bo Frey")
    reader = await make_person()
    async with signed_in(browser, base, ada) as writing, signed_in(browser, base, bo) as reviewing:
        number = await write_and_hand_in(writing, base)
        await hand_back(reviewing, base, number)
        await deliver_until_quiet(tools)
        await answer_the_reviewer(writing, base)
        await approve_for_tomorrow(reviewing, base, number)

        assert await carry_out_planned_articles(tools) == 0
        with clock_held_at(now() + timedelta(days=2)):
            assert await carry_out_planned_articles(tools) == 1
        assert await fetch_value("select published_revision from article") == 2

        german = await translate(writing, base, number)
        await reviewing.goto(f"{base}/kb/{german}/review")
        await reviewing.get_by_role("button", name="Publish revision 1").click()
        await expect(reviewing.get_by_text("Drücke")).to_be_visible()
        await look(reviewing)
    async with signed_in(browser, base, reader, locale="de-DE") as reading:
        await read_and_ask(reading, base)
    assert await fetch_value("select count(*) from article_feedback where not helpful and reason = 'failed'") == 1
    await deliver_until_quiet(tools)
    assert await fetch_value("select count(*) from question where source_kind = 'feedback'") == 1
    assert await fetch_value("select count(*) from question where source_kind = 'topic'") == 1
