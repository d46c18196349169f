"""axe-core on an open page."""

from typing import Any, Literal

from playwright.async_api import Page

from server.templating import FRONTEND

AXE = FRONTEND / "node_modules" / "axe-core" / "axe.min.js"

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
"""None of these reads the style sheets' own rules, only what they make of the page: axe need not take them apart beforehand."""

Scheme = Literal["light", "dark"]


async def find_barriers(page: Page) -> list[str]:
    """What keeps somebody from using the page: the rule that is broken, and the element that breaks it."""
    if not await page.evaluate("'axe' in window"):  # a page that stayed still has it
        await page.evaluate(AXE.read_text())
    found: dict[str, Any] = await page.evaluate(
        "rules => axe.run(document, {runOnly: rules, resultTypes: ['violations'], preload: {assets: ['media']}})", RULES
    )
    if len(found["passes"]) < 10:
        raise AssertionError("axe looked at next to nothing")
    return [f"{rule['id']}: {node['html'][:160]}" for rule in found["violations"] for node in rule["nodes"]]


async def overflow_of(page: Page) -> int:
    """Pixels by which the page is wider than its window."""
    return int(await page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))


async def turn_to(page: Page, width: int, scheme: Scheme) -> None:
    """Show the page, as it is, at another width and in another scheme; what fades into its colours has done so.

    Width and scheme are the style sheet's alone: no script asks for them as it loads, so a page need not be fetched for each.
    """
    await page.set_viewport_size({"width": width, "height": 900})
    await page.emulate_media(color_scheme=scheme)
    await page.evaluate("document.getAnimations().filter(a => a instanceof CSSTransition).forEach(a => a.finish())")
