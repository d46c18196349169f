"""What the scripts add to a page, tried on the style guide by the keyboard and the mouse."""

import json
from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser

from tests.support.pages_in_browser import Answer, open_browser, render_template, show

GUIDE = "styleguide.html"
EDITOR = "#field-body-light"
LIGHT = ".guide[data-theme=light]"


@pytest.fixture(scope="module")
async def browser() -> AsyncIterator[Browser]:
    async with open_browser() as opened:
        yield opened


async def test_single_keys_walk_a_list_open_a_row_and_find_the_search(browser: Browser) -> None:
    async with show(browser, render_template(GUIDE)) as shown:
        page = shown.page
        await page.keyboard.press("j")
        await page.keyboard.press("j")
        here = await page.locator(".is-here [data-open]").all_inner_texts()
        await page.keyboard.press("e")
        opened = page.url
        await page.keyboard.press("/")
        focused = await page.evaluate("document.activeElement.name")
        await page.keyboard.type("?jk")

        assert [text.split()[0] for text in here] == ["Invoices"]
        assert opened.endswith("#b")
        assert focused == "q"
        assert await page.locator("[data-search]").input_value() == "?jk"
        assert not await page.locator("#keys").is_visible()


async def test_the_keys_are_shown_and_can_be_turned_off(browser: Browser) -> None:
    async with show(browser, render_template(GUIDE)) as shown:
        page = shown.page
        await page.keyboard.press("?")
        assert await page.locator("#keys").is_visible()
        await page.locator("[data-keys-on]").uncheck()
        await page.keyboard.press("Escape")
        await page.evaluate("document.activeElement.blur()")
        await page.keyboard.press("?")
        await page.keyboard.press("j")

        assert not await page.locator("#keys").is_visible()
        assert await page.locator(".is-here").count() == 0


async def test_a_chosen_theme_is_there_before_the_next_page_is_painted(browser: Browser) -> None:
    async with show(browser, render_template(GUIDE)) as shown:
        page = shown.page
        await page.locator(".top .menu summary").click()
        await page.locator("[data-theme-toggle]").dblclick()
        await page.route("**/static/app-*.js", lambda route: route.abort())
        await page.reload()

        assert await page.evaluate("document.documentElement.dataset.theme") == "dark"


async def test_the_editor_formats_and_previews_what_the_server_renders(browser: Browser) -> None:
    answers = {"/preview": Answer("<p>hello <strong>world</strong></p>")}
    async with show(browser, render_template(GUIDE), answers=answers) as shown:
        page = shown.page
        await page.locator(EDITOR).fill("hello world")
        await page.locator(EDITOR).evaluate("area => area.setSelectionRange(6, 11)")
        await page.locator(f"{LIGHT} [data-format=bold]").click()
        await page.locator(f"{LIGHT} [data-preview]").click()
        await page.locator("#preview-body-light strong").wait_for()

        assert await page.locator(EDITOR).input_value() == "hello **world**"
        (asked,) = shown.asked("/preview")
        assert asked.post_data == "text=hello+**world**"
        assert asked.headers["x-csrftoken"] == "the-token"


async def test_suggestions_are_asked_for_once_after_a_pause(browser: Browser) -> None:
    answers = {"/ask/suggestions": Answer("<p>One that may answer you</p>")}
    async with show(browser, render_template(GUIDE), answers=answers) as shown:
        page = shown.page
        # All letters within one turn of the page, so that a busy machine cannot put a pause between two.
        await page.locator("#field-title-light").evaluate("""field => {
            field.value = ''
            for (const letter of 'export stops') {
                field.value += letter
                field.dispatchEvent(new Event('input', {bubbles: true}))
            }
        }""")
        await page.get_by_text("One that may answer you").wait_for()

        assert [request.url.partition("=")[2] for request in shown.asked("/ask/suggestions")] == ["export%20stops"]


async def test_a_live_message_is_shown_once_and_its_link_runs_nothing(browser: Browser) -> None:
    cards = [
        {"id": "a", "title": "Exports are slow", "text": "We are on it.", "href": "/t/1"},
        {"id": "a", "title": "Exports are slow"},
        {"id": "b", "title": "Careful", "href": "javascript:alert(1)"},
    ]
    stream = "".join(f"data: {json.dumps(card)}\n\n" for card in cards)
    answers = {"/live": Answer(stream, "text/event-stream"), "/live/a/seen": Answer(status=204)}
    async with show(browser, render_template(GUIDE), answers=answers) as shown:
        page = shown.page
        await page.get_by_text("Careful").wait_for()
        titles = await page.locator(".toast__title").all_inner_texts()
        links = await page.locator(".toast a").evaluate_all("links => links.map(link => link.getAttribute('href'))")
        async with page.expect_request("**/live/a/seen") as seen:
            await page.locator(".toast [data-dismiss]").first.click()

        assert titles == ["Exports are slow", "Careful"]
        assert links == ["/t/1"]
        assert (await seen.value).headers["x-csrftoken"] == "the-token"
        assert await page.locator(".toast").count() == 1


async def test_a_form_that_asks_first_is_sent_only_after_yes(browser: Browser) -> None:
    async with show(browser, render_template(GUIDE).replace('action="#main"', 'action="/closure"')) as shown:
        page = shown.page
        close = page.locator(f"{LIGHT} form[data-confirm] button")
        await close.click()
        await page.get_by_role("button", name="No, keep it").click()
        assert shown.asked("/closure") == []

        await close.click()
        async with page.expect_request("**/closure") as sent:
            await page.get_by_role("button", name="Yes").click()
        assert (await sent.value).method == "POST"
