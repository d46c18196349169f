"""The editor by the keyboard and the mouse: tools, shortcuts, lists, code, pasted addresses, names, preview."""

import json
from collections.abc import AsyncIterator
from contextlib import suppress

import pytest
from playwright.async_api import Browser, Error, Page, Route, expect

from tests.support.axe import find_barriers
from tests.support.pages_in_browser import Answer, open_browser, render_template, show

EDITOR = "#field-body-light"
LIGHT = ".guide[data-theme=light]"
PEOPLE = json.dumps({"people": [{"username": "ines", "name": "Ines Duarte"}, {"username": "ivo", "name": "Ivo Lind"}]})
TOPICS = json.dumps({"topics": [{"number": 12, "title": "The export stops"}]})
ANSWERS = {
    "/api/v1/completions/people": Answer(PEOPLE, "application/json"),
    "/api/v1/completions/topics": Answer(TOPICS, "application/json"),
}


@pytest.fixture(scope="module")
async def browser() -> AsyncIterator[Browser]:
    async with open_browser() as opened:
        yield opened


async def write(page: Page, text: str, start: int | None = None, end: int | None = None) -> None:
    await page.locator(EDITOR).fill(text)
    at = [len(text) if start is None else start, len(text) if end is None else end]
    await page.locator(EDITOR).evaluate("(area, [start, end]) => area.setSelectionRange(start, end)", at)
    await page.locator(EDITOR).focus()


async def written(page: Page) -> str:
    return await page.locator(EDITOR).input_value()


async def test_tools_and_shortcuts_put_markdown_around_what_is_chosen(browser: Browser) -> None:
    async with show(browser, render_template("styleguide.html")) as shown:
        page = shown.page
        wanted = {
            "Control+b": "say **it**", "Control+i": "say _it_", "Control+k": "say [it](https://)", "Control+e": "say `it`",
            "Control+Shift+Digit8": "say \n- it", "Control+Shift+Digit7": "say \n1. it",
        }  # fmt: skip
        for key, text in wanted.items():
            await write(page, "say it", 4, 6)
            await page.keyboard.press(key)
            assert await written(page) == text, key
        tools = {
            "heading": "## it", "quote": "> it", "task": "- [ ] it", "spoiler": "||it||", "image": "![it](https://)",
            "poll": ":::poll it\n- First\n- Second\n:::",
            "table": "| it | Second |\n| --- | --- |\n| one | two |",
        }  # fmt: skip
        for name, text in tools.items():
            await write(page, "it", 0, 2)
            await page.locator(f"{LIGHT} [data-format={name}]").click()
            assert await written(page) == text, name
        await write(page, "a\nb", 0, 3)
        await page.keyboard.press("Control+e")
        assert await written(page) == "```\na\nb\n```"
        await page.keyboard.press("Control+z")
        assert await written(page) == "a\nb"


async def test_lists_go_on_code_takes_tabs_and_the_keyboard_is_never_trapped(browser: Browser) -> None:
    async with show(browser, render_template("styleguide.html")) as shown:
        page = shown.page
        for before, after in {
            "- a": "- a\n- ",
            "  9. a": "  9. a\n  10. ",
            "- [x] a": "- [x] a\n- [ ] ",
            "a\n- ": "a\n",
        }.items():
            await write(page, before)
            await page.keyboard.press("Enter")
            assert await written(page) == after
        await write(page, "```\n")
        await page.keyboard.press("Tab")
        assert await written(page) == "```\n  "
        await page.keyboard.press("Escape")
        await page.keyboard.press("Tab")
        assert not await page.locator(EDITOR).evaluate("area => area === document.activeElement")
        await write(page, "plain")
        await page.keyboard.press("Tab")
        assert await written(page) == "plain"
        assert not await page.locator(EDITOR).evaluate("area => area === document.activeElement")


async def test_an_address_pasted_over_words_makes_them_a_link_and_others_may_insert(browser: Browser) -> None:
    async with show(browser, render_template("styleguide.html")) as shown:
        page = shown.page
        paste = """(area, text) => { const data = new DataTransfer(); data.setData("text/plain", text);
            area.dispatchEvent(new ClipboardEvent("paste", {clipboardData: data, bubbles: true, cancelable: true})); }"""
        await write(page, "see the guide", 8, 13)
        await page.locator(EDITOR).evaluate(paste, "https://x.test/a")
        assert await written(page) == "see the [guide](https://x.test/a)"
        await write(page, "see ")
        await page.locator(EDITOR).evaluate(
            """area => area.closest("[data-editor]").dispatchEvent(new CustomEvent("editor:insert", {detail: {text: "![a](/f/1)"}}))"""
        )
        assert await written(page) == "see ![a](/f/1)"


async def test_names_and_topics_are_completed_by_the_keyboard(browser: Browser) -> None:
    async with show(browser, render_template("styleguide.html"), answers=ANSWERS) as shown:
        page = shown.page
        await write(page, "Ask ")
        await page.keyboard.type("@i")
        names = page.locator(f"{LIGHT} [role=listbox]")
        await expect(names.get_by_role("option")).to_have_count(2)
        assert await find_barriers(page) == []
        await page.keyboard.press("ArrowDown")
        active = await page.locator(EDITOR).get_attribute("aria-activedescendant")
        await expect(page.locator(f"#{active}")).to_have_text("Ivo Lind@ivo")
        await page.keyboard.press("Enter")
        assert await written(page) == "Ask @ivo "
        await page.keyboard.type("about #exp")
        await expect(names.get_by_role("option")).to_have_count(1)
        await page.keyboard.press("Tab")
        assert await written(page) == "Ask @ivo about #12 "
        await page.keyboard.type("@i")
        await expect(names).to_be_visible()
        await page.keyboard.press("Escape")
        await expect(names).to_be_hidden()
        await page.keyboard.press("Enter")
        assert await written(page) == "Ask @ivo about #12 @i\n"
        assert [said for said in shown.complaints if "/live" not in said] == []


@pytest.mark.parametrize("width", [390, 1280])
async def test_the_preview_stands_beside_the_text_or_in_its_place_on_a_phone(browser: Browser, width: int) -> None:
    answers = {"/preview": Answer("<p>hello <strong>world</strong></p>")}
    async with show(browser, render_template("styleguide.html"), answers=answers, width=width) as shown:
        page = shown.page
        await write(page, "hello **world**")
        await page.locator(f"{LIGHT} [data-preview]").click()
        await expect(page.locator("#preview-body-light strong")).to_be_visible()
        assert await page.locator(EDITOR).is_visible() is (width > 400)
        await page.locator(f"{LIGHT} [data-preview]").click()
        await expect(page.locator(EDITOR)).to_be_visible()


async def test_a_slow_preview_never_overwrites_a_newer_one(browser: Browser) -> None:
    async with show(browser, render_template("styleguide.html")) as shown:
        page = shown.page
        held: list[Route] = []

        async def answer(route: Route) -> None:
            if "first" in (route.request.post_data or ""):
                held.append(route)
            else:
                await route.fulfill(body="<p>newest</p>", content_type="text/html")

        await page.route("**/preview", answer)
        await write(page, "first")
        await page.locator(f"{LIGHT} [data-preview]").click()
        await write(page, "second")
        await expect(page.locator("#preview-body-light")).to_have_text("newest")
        for route in held:
            with suppress(Error):  # the browser has given this request up: that is how it loses
                await route.fulfill(body="<p>stale</p>", content_type="text/html")
        await page.evaluate("new Promise(done => requestAnimationFrame(() => setTimeout(done)))")
        await expect(page.locator("#preview-body-light")).to_have_text("newest")
        assert len(held) == 1
