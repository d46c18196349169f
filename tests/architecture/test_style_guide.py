"""Every component, in both schemes, is usable by everybody (WCAG 2.2 AA as far as axe can tell) and obeys the CSP."""

from collections.abc import AsyncIterator
from typing import Literal

import pytest
from playwright.async_api import Browser

from tests.support.axe import find_barriers, overflow_of
from tests.support.pages_in_browser import open_browser, render_template, show


@pytest.fixture(scope="module")
async def browser() -> AsyncIterator[Browser]:
    async with open_browser() as opened:
        yield opened


@pytest.mark.parametrize(("width", "scheme"), [(390, "dark"), (1280, "light")])
async def test_axe_finds_nothing_on_the_style_guide(
    browser: Browser, width: int, scheme: Literal["light", "dark"]
) -> None:
    async with show(browser, render_template("styleguide.html"), width=width, scheme=scheme) as shown:
        assert await find_barriers(shown.page) == []
        assert await overflow_of(shown.page) == 0
    assert [said for said in shown.complaints if "/live" not in said] == []


async def test_no_page_part_carries_inline_style_or_script(browser: Browser) -> None:
    async with show(browser, render_template("styleguide.html")) as shown:
        inline = await shown.page.evaluate(
            """() => [...document.querySelectorAll('[style], style, script:not([src]):not([type="application/ld+json"])')]
                     .map(part => part.outerHTML)"""
        )
        handlers = await shown.page.evaluate(
            """() => [...document.querySelectorAll('*')].flatMap(part => part.getAttributeNames())
                     .filter(name => name.startsWith('on') || name.startsWith('hx-on'))"""
        )

    assert inline == []
    assert handlers == []
