"""A moderator arranges topics without a mouse: the menu of one topic, and the boxes of a list."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from litestar import Litestar
from playwright.async_api import Browser, Page

from kb.core.database import fetch_value
from kb.core.policy import Role
from kb.people.sessions import open_session
from server.security.identifying import SESSION_COOKIE
from tests.support.axe import find_barriers, overflow_of
from tests.support.factories import make_person
from tests.support.forum_factories import make_reply, make_space, make_topic
from tests.support.pages_in_browser import open_browser
from tests.support.served import serve_app


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with open_browser() as opened:
        yield opened


@asynccontextmanager
async def _as_moderator(browser: Browser, base: str) -> AsyncIterator[Page]:
    moderator = await make_person(Role.MODERATOR)
    assert moderator.person_id is not None
    context = await browser.new_context(viewport={"width": 390, "height": 900})
    value = await open_session(moderator.person_id, user_agent="tests")
    await context.add_cookies([{"name": SESSION_COOKIE, "value": value, "url": base}])
    try:
        yield await context.new_page()
    finally:
        await context.close()  # else the live line keeps the server from stopping


async def _tab_to(page: Page, text: str) -> None:
    """Press Tab until what says this has the focus."""
    for _ in range(60):
        await page.keyboard.press("Tab")
        if text in (await page.evaluate("[document.activeElement.innerText, document.activeElement.name].join(' ')")):
            return
    raise AssertionError(f"Tab never came to {text}")


async def test_a_topic_is_locked_and_reopened_by_keys_alone(browser: Browser, app: Litestar, db: str) -> None:
    topic = await make_topic()
    await make_reply(topic)
    async with serve_app(app) as base, _as_moderator(browser, base) as page:
        await page.goto(base + topic.path)
        await _tab_to(page, "Moderate")
        await page.keyboard.press("Enter")
        assert await find_barriers(page) == []
        assert not await overflow_of(page)
        await page.keyboard.press("Escape")
        assert await page.evaluate("document.activeElement.innerText") == "Moderate"
        await page.keyboard.press("Enter")
        await _tab_to(page, "Lock")
        await page.keyboard.press("Enter")
        await page.wait_for_url("**/lock")
        await _tab_to(page, "reason")
        await page.keyboard.type("Solved in release 4.2")
        await page.keyboard.press("Enter")
        await page.wait_for_url(f"**{topic.path}")
        assert await page.get_by_text("This topic is closed").is_visible()
        assert await page.locator(".event").get_by_text("Solved in release 4.2").is_visible()
        assert await find_barriers(page) == []
        await _tab_to(page, "Moderate")
        await page.keyboard.press("Enter")
        await _tab_to(page, "Reopen")
        await page.keyboard.press("Enter")
        await page.get_by_text("Your answer").wait_for()


async def test_topics_of_a_list_are_ticked_moved_and_moved_back_by_keys_alone(
    browser: Browser, app: Litestar, db: str
) -> None:
    await make_space("billing")
    for _ in range(3):
        await make_topic()
    async with serve_app(app) as base, _as_moderator(browser, base) as page:
        await page.goto(f"{base}/s/help")
        for _ in range(2):
            await page.keyboard.press("j")
            await page.keyboard.press("x")
        assert await find_barriers(page) == []
        assert not await overflow_of(page)
        await _tab_to(page, "action")
        await page.keyboard.press("Tab")
        await page.keyboard.type("Billing")
        await _tab_to(page, "Do it")
        await page.keyboard.press("Enter")
        await page.get_by_text("2 topics: moved.").wait_for()
        assert await fetch_value("select topic_count from space where slug = 'billing'") == 2
        await _tab_to(page, "Take all of it back")
        await page.keyboard.press("Enter")
        await page.get_by_text("Taken back: they are as they were.").wait_for()
        assert await fetch_value("select topic_count from space where slug = 'billing'") == 0
