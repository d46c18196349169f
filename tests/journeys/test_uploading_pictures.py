"""A picture pasted or dropped into the editor is told of while it goes up, stands in the post, and tells nobody where it was taken."""

import base64
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import pytest
from litestar import Litestar
from playwright.async_api import Browser, BrowserContext, Error, Page, Route, expect

from kb.core.database import fetch_value
from kb.people.sessions import open_session
from server.security.identifying import SESSION_COOKIE
from tests.support.factories import make_person
from tests.support.forum_factories import make_topic
from tests.support.pages_in_browser import open_browser
from tests.support.pictures import SECRET, opened, photograph
from tests.support.served import serve_app

EDITOR = "#field-body"
BRING = """([area, kind, name, encoded]) => {
    const bytes = Uint8Array.from(atob(encoded), (one) => one.charCodeAt(0));
    const data = new DataTransfer();
    data.items.add(new File([bytes], name, {type: "image/jpeg"}));
    const told = {bubbles: true, cancelable: true};
    const field = document.querySelector(area);
    if (kind === "paste") field.dispatchEvent(new ClipboardEvent("paste", {...told, clipboardData: data}));
    for (const turn of kind === "drop" ? ["dragover", "drop"] : []) field.dispatchEvent(new DragEvent(turn, {...told, dataTransfer: data}));
}"""


@pytest.fixture(scope="module")
async def browser() -> AsyncIterator[Browser]:
    async with open_browser() as opened_browser:
        yield opened_browser


@pytest.fixture
async def base(app: Litestar, db: str) -> AsyncIterator[str]:
    async with serve_app(app) as address:
        yield address


@asynccontextmanager
async def signed_in(browser: Browser, base: str) -> AsyncIterator[BrowserContext]:
    """Somebody's browser; closed whatever happens, or the server would wait for its open stream."""
    person = await make_person()
    assert person.person_id is not None
    context = await browser.new_context()
    context.set_default_timeout(8_000)
    token = await open_session(person.person_id, user_agent="tests")
    await context.add_cookies([{"name": SESSION_COOKIE, "value": token, "url": base}])
    try:
        yield context
    finally:
        with suppress(Error):
            await context.close()


async def bring(page: Page, kind: str, name: str, content: bytes) -> None:
    """Paste or drop a file onto the editor, as the browser tells it to the page."""
    await page.evaluate(BRING, [EDITOR, kind, name, base64.b64encode(content).decode()])


@pytest.mark.parametrize("kind", ["paste", "drop"])
async def test_a_picture_is_brought_into_the_editor_and_stands_in_the_post_without_its_place(
    browser: Browser, base: str, kind: str
) -> None:
    topic = await make_topic()
    held: list[Route] = []

    async def hold(route: Route) -> None:
        held.append(route)

    async with signed_in(browser, base) as context:
        page = await context.new_page()
        await page.goto(base + topic.path)
        await page.locator(EDITOR).fill("It looks like this:\n\n")
        await page.route("**/files", hold)
        await bring(page, kind, "shot.jpg", photograph(400, 300))

        await expect(page.locator("[data-uploads-said]")).to_have_text("Uploading shot.jpg…")
        await expect(page.locator(EDITOR)).to_have_value("It looks like this:\n\n![Uploading shot.jpg (1)…]()\n")
        await page.locator(EDITOR).press("Control+End")
        await page.locator(EDITOR).press_sequentially("And then it stops.")
        await held[0].continue_()
        await expect(page.locator("[data-uploads-said]")).to_have_text("shot.jpg is in your text.")
        await page.locator("form:has(#field-body) button.button--primary").last.click()

        shown = page.locator(".prose img").last
        await expect(shown).to_be_visible()
        assert await shown.evaluate("(image) => image.decode().then(() => image.naturalWidth)") == 400
        answer = await context.request.get(base + str(await shown.get_attribute("src")))
        body = await answer.body()

    assert answer.headers["content-type"] == "image/webp"
    assert SECRET not in body
    assert not opened(body).getexif()
    assert "And then it stops." in await fetch_value("select body_source from post order by created_at desc limit 1")


async def test_a_file_that_is_refused_says_why_and_leaves_the_text_alone(browser: Browser, base: str) -> None:
    topic = await make_topic()
    async with signed_in(browser, base) as context:
        page = await context.new_page()
        await page.goto(base + topic.path)
        await page.locator(EDITOR).fill("My words.")
        await bring(page, "drop", "tool.exe", b"MZ no picture")
        await expect(page.locator(".uploads__said--bad")).to_contain_text("tool.exe:")
        assert "My words." in await page.locator(EDITOR).input_value()
        assert "Uploading" not in await page.locator(EDITOR).input_value()
