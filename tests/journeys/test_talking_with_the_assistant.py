"""Asked, answered with sources, asked on, handed to a person whose reply appears where it was asked: on our page and in a product."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from litestar import Litestar
from playwright.async_api import Browser, BrowserContext, Page, expect

from kb.core.actor import Actor
from kb.core.database import fetch_value
from kb.core.policy import Role
from kb.people.sessions import open_session
from server.security.identifying import SESSION_COOKIE
from tests.support.assistant_factories import make_answered
from tests.support.axe import find_barriers, overflow_of
from tests.support.factories import make_person
from tests.support.pages_in_browser import open_browser
from tests.support.served import serve_app
from tests.support.signals_factories import make_product
from tests.support.widget_in_browser import strict_site

QUESTION = "The password reset mail does not arrive"
ANSWER = "Press **Reset** twice, then wait a minute. On the phone, open the spam folder of the mail app."

PRESS_ENTER_TWICE = """field => {
  for (const _ of [1, 2]) field.dispatchEvent(new KeyboardEvent("keydown", {key: "Enter", bubbles: true, cancelable: true}));
}"""
"""Faster than any answer, as an impatient hand does it."""


@pytest.fixture(scope="module")
async def browser() -> AsyncIterator[Browser]:
    async with open_browser() as opened:
        yield opened


@pytest.fixture
async def base(app: Litestar, db: str) -> AsyncIterator[str]:
    await make_answered(QUESTION, ANSWER)
    async with serve_app(app) as address:
        yield address


class Windows:
    """Browser windows of several people, all closed before the service stops: a page that asks would keep it waiting."""

    def __init__(self, browser: Browser, base: str) -> None:
        self._browser, self.base = browser, base
        self._open: list[BrowserContext] = []

    async def open(self, actor: Actor | None = None, **how: Any) -> Page:
        """A page of this person's own browser."""
        how.setdefault("viewport", {"width": 1280, "height": 900})
        context = await self._browser.new_context(**how)
        self._open.append(context)
        if actor and actor.person_id:
            token = await open_session(actor.person_id, user_agent="tests")
            await context.add_cookies([{"name": SESSION_COOKIE, "value": token, "url": self.base}])
        page = await context.new_page()
        page.set_default_timeout(10_000)
        return page

    async def close(self) -> None:
        """Close them all."""
        for context in self._open:
            await context.close()


@pytest.fixture
async def windows(browser: Browser, base: str) -> AsyncIterator[Windows]:
    opened = Windows(browser, base)
    yield opened
    await opened.close()


async def say(page: Page, text: str) -> None:
    await page.get_by_label("Your question").fill(text)
    await page.get_by_label("Your question").press("Enter")


async def answer_at_the_desk(windows: Windows, text: str) -> str:
    """An agent opens the newest ticket, answers it, and tells what stood in it."""
    page = await windows.open(await make_person(Role.AGENT, name="Tom Berg"))
    number = await fetch_value("select max(number) from ticket")
    await page.goto(f"{windows.base}/desk/{number}")
    read = await page.locator(".messages").inner_text()
    await page.locator("#reply textarea[name=body]").fill(text)
    await page.get_by_role("button", name="Send", exact=True).click()
    await expect(page.locator(".messages")).to_contain_text(text)
    return read


async def test_a_member_is_answered_asks_on_and_reaches_a_person_without_leaving_the_page(windows: Windows) -> None:
    page = await windows.open(await make_person(name="Ines Duarte"))
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    await page.goto(f"{windows.base}/assistant")
    log = page.get_by_role("log")

    await say(page, QUESTION)
    await expect(log).to_contain_text("Press Reset twice")
    await expect(log.get_by_role("link", name=QUESTION).first).to_be_visible()
    await expect(page.get_by_label("Your question")).to_be_focused()
    await page.get_by_label("Your question").fill("And on the phone?")
    await page.get_by_label("Your question").evaluate(PRESS_ENTER_TWICE)
    await expect(log.locator(".turn").nth(3)).to_contain_text("open the spam folder")
    assert await find_barriers(page) == []
    await page.get_by_role("button", name="Talk to a person").click()
    await expect(log).to_contain_text("it is ticket #")

    read = await answer_at_the_desk(windows, "Which mail program is it?")
    await expect(log).to_contain_text("Which mail program is it?", timeout=15_000)
    await page.get_by_label("Write to the team").fill("Thunderbird")
    await page.get_by_label("Write to the team").press("Enter")
    await expect(log.locator(".turn--person").last).to_contain_text("Thunderbird")

    assert "Press Reset twice" in read
    assert "And on the phone?" in read
    assert await fetch_value("select body_source from ticket_message order by position desc limit 1") == "Thunderbird"
    assert await log.locator(".turn").count() == await log.locator(".turn").evaluate_all(
        "all => new Set(all.map(one => one.id)).size"
    )
    assert complaints == []


async def test_a_stranger_on_a_phone_without_scripts_is_answered_and_leaves_an_address(windows: Windows) -> None:
    page = await windows.open(java_script_enabled=False, viewport={"width": 390, "height": 800})
    await page.goto(f"{windows.base}/assistant")

    await page.get_by_label("Your question").fill(QUESTION)
    await page.get_by_role("button", name="Send").click()
    await expect(page.get_by_role("log")).to_contain_text("Press Reset twice")
    await page.get_by_role("button", name="Talk to a person").click()
    await page.get_by_label("Your e-mail address").fill("ines@example.com")
    await page.get_by_role("button", name="Send it to the team").click()

    await expect(page.get_by_role("log")).to_contain_text("it is ticket #")
    page = await windows.open(color_scheme="dark", viewport={"width": 390, "height": 800})
    await page.goto(f"{windows.base}/assistant")
    await say(page, QUESTION)
    await expect(page.get_by_role("log")).to_contain_text("Press Reset twice")
    assert await find_barriers(page) == []
    assert await overflow_of(page) == 0


async def test_the_chat_on_a_strict_page_answers_hands_over_and_brings_the_reply(windows: Windows) -> None:
    await make_product()
    async with strict_site(windows.base) as site:
        page = await windows.open()
        await page.goto(f"{site.address}/shop")
        await page.get_by_role("button", name="Help").first.click()
        await page.get_by_role("button", name="Chat").click()
        log = page.get_by_role("log")
        said: list[str] = []
        page.on("request", lambda request: said.append(request.method) if request.url.endswith("/turns") else None)

        await page.get_by_label("Your question").fill(QUESTION)
        await page.get_by_label("Your question").evaluate(PRESS_ENTER_TWICE)
        await expect(log).to_contain_text("Press Reset twice")
        assert said == ["POST"]
        await page.get_by_role("button", name="This solved it").click()
        await expect(log).to_contain_text("Glad it helped.")
        await page.get_by_role("button", name="Talk to a person").click()
        await page.get_by_label("Your e-mail address").fill("ines@example.com")
        await page.get_by_label("Your e-mail address").press("Enter")
        await expect(log).to_contain_text("it is ticket #")
        await page.reload()
        await page.get_by_role("button", name="Help").first.click()
        await page.get_by_role("button", name="Chat").click()
        await expect(log).to_contain_text("Press Reset twice")
        await answer_at_the_desk(windows, "Which **mail program** is it?".replace("**", ""))
        await expect(log).to_contain_text("Which mail program is it?", timeout=15_000)

        assert site.reports == []
        assert (
            await fetch_value("select count(*) from answer_use where kind = 'said_solved' and surface = 'assistant'")
            == 1
        )
