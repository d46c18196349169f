"""The search field of the top bar lists what it finds while one types: by the keyboard alone, the newest keystroke winning."""

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser, expect

from tests.support.axe import find_barriers
from tests.support.pages_in_browser import Answer, open_browser, render_template, show

FIELD = ".top [data-search]"
HITS = "".join(
    f'<li class="hit" role="option" aria-selected="false" id="hit-{n}" data-href="/t/{n}"><span>Topic {n}</span></li>'
    for n in (1, 2)
)


@pytest.fixture(scope="module")
async def browser() -> AsyncIterator[Browser]:
    async with open_browser() as opened:
        yield opened


async def test_what_is_typed_is_listed_walked_and_opened_by_the_keyboard(browser: Browser) -> None:
    answers = {"/search/hits": Answer(HITS), "/t/2": Answer("<title>Second</title>")}
    async with show(browser, render_template("styleguide.html"), answers=answers) as shown:
        page, field = shown.page, shown.page.locator(FIELD)
        await page.keyboard.press("/")
        # All letters within one turn of the page, so that a busy machine cannot put a pause between two.
        await field.evaluate("""field => {
            for (const letter of 'export') {
                field.value += letter
                field.dispatchEvent(new Event('input', {bubbles: true}))
            }
        }""")
        await page.locator("#hit-2").wait_for()
        assert len(shown.asked("/search/hits")) == 1
        assert await field.get_attribute("aria-expanded") == "true"
        await page.keyboard.press("ArrowDown")
        await page.keyboard.press("ArrowDown")
        assert await field.get_attribute("aria-activedescendant") == "hit-2"
        assert await page.locator("#hit-2").get_attribute("aria-selected") == "true"
        assert [one for one in await find_barriers(page) if "hit" in one or "combobox" in one] == []
        await page.keyboard.press("Enter")
        await expect(page).to_have_title("Second")
        assert shown.complaints == []


async def test_escape_closes_the_list_and_nothing_found_shows_none(browser: Browser) -> None:
    answers = {"/search/hits": Answer(HITS)}
    async with show(browser, render_template("styleguide.html"), answers=answers) as shown:
        page, field = shown.page, shown.page.locator(FIELD)
        await field.fill("export")
        await page.locator("#hit-1").wait_for()
        await page.keyboard.press("Escape")

        assert await page.locator("#search-hits").is_hidden()
        assert await field.input_value() == "export"
        assert await field.get_attribute("aria-expanded") == "false"
