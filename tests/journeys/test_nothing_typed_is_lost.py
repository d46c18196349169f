"""A text on its way to the server: another device, a lost connection, a closed window, a session that is over."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import pytest
from litestar import Litestar
from playwright.async_api import Browser, BrowserContext, Error, expect

from kb.core.actor import ANONYMOUS
from kb.core.database import fetch_value
from kb.core.policy import Role
from kb.people.sessions import open_session
from kb.people.signing_up import SignUp, sign_up
from server.security.identifying import SESSION_COOKIE
from tests.support.factories import make_person
from tests.support.forum_factories import make_topic
from tests.support.pages_in_browser import open_browser
from tests.support.served import serve_app

PASSWORD = "a quiet harbour at dawn"


@pytest.fixture(scope="module")
async def browser() -> AsyncIterator[Browser]:
    async with open_browser() as opened:
        yield opened


@pytest.fixture
async def base(app: Litestar, db: str) -> AsyncIterator[str]:
    async with serve_app(app) as address:
        yield address


@asynccontextmanager
async def a_device(browser: Browser, base: str, token: str) -> AsyncIterator[BrowserContext]:
    """A browser of its own, signed in; closed whatever happens, or the server would wait for its open stream."""
    context = await browser.new_context()
    context.set_default_timeout(8_000)
    await context.add_cookies([{"name": SESSION_COOKIE, "value": token, "url": base}])
    try:
        yield context
    finally:
        await context.close()


async def become_bo() -> str:
    bo = await sign_up(ANONYMOUS, SignUp("Bo Lind", "bo-lind", "bo@example.com", PASSWORD), address="127.0.0.1")
    assert bo.person_id is not None
    return await open_session(bo.person_id, user_agent="tests")


async def test_an_answer_follows_its_writer_over_devices_lost_connections_and_a_closed_window(
    browser: Browser, base: str
) -> None:
    topic = await make_topic()
    token = await become_bo()
    async with a_device(browser, base, token) as phone, a_device(browser, base, token) as desk:
        page = await phone.new_page()
        await page.goto(base + topic.path)
        await page.locator("#field-body").press_sequentially("Raise the limit")
        await expect(page.locator("[data-kept]")).to_have_text("Draft saved")

        other = await desk.new_page()
        await other.goto(base + topic.path)
        await expect(other.locator("#field-body")).to_have_value("Raise the limit")

        await desk.set_offline(True)
        await other.locator("#field-body").press("End")
        await other.locator("#field-body").press_sequentially(" in the settings", delay=5)
        await expect(other.locator("[data-kept]")).to_contain_text("No connection")
        await other.close()
        await desk.set_offline(False)
        again = await desk.new_page()
        await again.goto(base + topic.path)
        await expect(again.locator("#field-body")).to_have_value("Raise the limit in the settings")
        await expect(again.locator("[data-kept]")).to_have_text(re.compile("Draft saved|Your draft is back"))

        await again.get_by_role("button", name="Post answer").click()
        await again.wait_for_url("**/t/**")
        await expect(again.locator(".post").last).to_contain_text("Raise the limit in the settings")
        await expect(again.locator("#field-body")).to_have_value("")
        assert await fetch_value("select count(*) from draft") == 0


async def test_a_session_that_is_over_costs_nothing_typed(browser: Browser, base: str) -> None:
    topic = await make_topic()
    async with a_device(browser, base, await become_bo()) as context:
        page = await context.new_page()
        await page.goto(base + topic.path)
        await context.clear_cookies(name=SESSION_COOKIE)
        await page.locator("#field-body").fill("Raise the *limit*")
        await page.get_by_role("button", name="Post answer").click()
        await page.get_by_label("E-mail").fill("bo@example.com")
        await page.get_by_label("Password").fill(PASSWORD)
        await page.get_by_role("button", name="Sign in").click()
        await page.wait_for_url("**/t/**")
        await expect(page.locator("#field-body")).to_have_value("Raise the *limit*")
        await page.get_by_role("button", name="Post answer").click()
        await expect(page.locator(".post").last).to_contain_text("Raise the limit")
        await expect(page.locator("#field-body")).to_have_value("")


async def test_an_article_whose_sending_never_arrived_is_back(browser: Browser, base: str) -> None:
    agent = await make_person(Role.AGENT)
    assert agent.person_id is not None
    async with a_device(browser, base, await open_session(agent.person_id, user_agent="tests")) as context:
        page = await context.new_page()
        await page.goto(f"{base}/kb/new")
        await page.get_by_label("Title").fill("Lifting the limit")
        await page.locator("#field-body").fill("Open the settings.")
        await context.set_offline(True)
        with suppress(Error):
            await page.get_by_role("button", name="Save as a draft").click()
        await context.set_offline(False)
        again = await context.new_page()
        await again.goto(f"{base}/kb/new")
        await expect(again.locator("#field-body")).to_have_value("Open the settings.")
        await again.get_by_label("Title").fill("Lifting the limit")
        await again.get_by_role("button", name="Save as a draft").click()
        await again.wait_for_url(lambda url: not url.endswith("/kb/new"))
        await again.goto(f"{base}/kb/new")
        await expect(again.locator("#field-body")).to_have_value("")
