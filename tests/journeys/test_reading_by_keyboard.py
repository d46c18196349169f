"""From the front page through a topic and back with the keyboard alone, and quoting what is selected."""

from collections.abc import AsyncIterator

import pytest
from litestar import Litestar
from playwright.async_api import Browser, Page, expect

from kb.core.actor import Actor
from kb.people.sessions import open_session
from server.security.identifying import SESSION_COOKIE
from tests.support.factories import make_person
from tests.support.forum_factories import make_reply, make_topic
from tests.support.pages_in_browser import open_browser
from tests.support.served import serve_app


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with open_browser() as opened:
        yield opened


async def focused(page: Page) -> str:
    return str(await page.evaluate("document.activeElement.id || document.activeElement.textContent.trim()"))


async def sign_in(browser: Browser, base: str, reader: Actor, **how: object) -> Page:
    context = await browser.new_context(**how)  # type: ignore[arg-type]
    assert reader.person_id is not None
    token = await open_session(reader.person_id, user_agent="tests")
    await context.add_cookies([{"name": SESSION_COOKIE, "value": token, "url": base}])
    return await context.new_page()


async def test_a_topic_is_found_walked_kept_and_left_by_keyboard_alone(
    browser: Browser, app: Litestar, db: str
) -> None:
    await make_topic(title="The import is slow")
    topic = await make_topic(title="The export stops early")
    first, second = await make_reply(topic), await make_reply(topic)
    async with serve_app(app) as base:
        page = await sign_in(browser, base, await make_person())
        await page.goto(base)
        press = page.keyboard.press
        await press("j")
        assert await focused(page) == "The export stops early"
        await press("e")
        await expect(page.locator("h1")).to_have_text("The export stops early")
        await press("j")
        for post in (first, second):
            await press("j")
            assert await focused(page) == f"post-{post}"
        await press("b")
        await expect(page.locator(f"#post-{second} .bookmark button")).to_have_attribute("aria-pressed", "true")
        await press("?")
        await expect(page.locator("#keys")).to_contain_text("Quote what is selected")
        await press("Escape")
        await press("/")
        await page.keyboard.type("import")
        await press("Enter")
        await expect(page).to_have_url(f"{base}/search?q=import")
        await page.go_back()
        await expect(page.locator("h1")).to_have_text("The export stops early")
        await page.context.close()


async def test_what_is_selected_is_quoted_and_answered_by_keyboard(browser: Browser, app: Litestar, db: str) -> None:
    topic = await make_topic()
    first = await make_reply(topic, body="Raise the *limit* to 500.")
    async with serve_app(app) as base:
        page = await sign_in(browser, base, await make_person())
        await page.goto(base + topic.path)
        await page.locator(f"#post-{first} .prose").evaluate("prose => getSelection().selectAllChildren(prose)")
        await expect(page.locator(".quote-it")).to_be_visible()
        await page.keyboard.press("q")
        reply = page.locator("#reply textarea")
        await expect(reply).to_be_focused()
        name = await page.locator(f"#post-{first} .byline__name").inner_text()
        assert await reply.input_value() == f"> [{name}](/posts/{first}) wrote:\n>\n> Raise the limit to 500.\n\n"
        await page.keyboard.type("That helped.")
        await page.keyboard.press("Control+Enter")
        await expect(page.locator(".post").last).to_contain_text("That helped.")
        await expect(page.locator(".post blockquote a")).to_have_attribute("href", f"/posts/{first}")
        await page.context.close()


async def test_the_button_beside_the_selection_quotes_for_who_points_and_touches(
    browser: Browser, app: Litestar, db: str
) -> None:
    topic = await make_topic(body="It stops at `row_1` for @everybody.")
    async with serve_app(app) as base:
        page = await sign_in(browser, base, await make_person(), has_touch=True, viewport={"width": 390, "height": 800})
        await page.goto(base + topic.path)
        await page.locator("#reply textarea").fill("I see the same.")
        await page.locator(".post .prose").first.evaluate("prose => getSelection().selectAllChildren(prose)")
        await page.locator(".quote-it").tap()
        text = await page.locator("#reply textarea").input_value()
        assert text.startswith("I see the same.\n\n> [")
        assert "\n> It stops at row_1 for \\@everybody.\n\n" in text
        await expect(page.locator(".quote-it")).to_be_hidden()
        await page.context.close()
