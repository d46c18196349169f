"""axe-core on an open page."""

from typing import Any

from playwright.async_api import Page

from server.templating import FRONTEND

AXE = FRONTEND / "node_modules" / "axe-core" / "axe.min.js"

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


async def find_barriers(page: Page) -> list[str]:
    """What keeps somebody from using the page: the rule that is broken, and the element that breaks it."""
    await page.evaluate(AXE.read_text())
    found: dict[str, Any] = await page.evaluate(
        "rules => axe.run(document, {runOnly: rules, resultTypes: ['violations']})", RULES
    )
    if len(found["passes"]) < 10:
        raise AssertionError("axe looked at next to nothing")
    return [f"{rule['id']}: {node['html'][:160]}" for rule in found["violations"] for node in rule["nodes"]]


async def overflow_of(page: Page) -> int:
    """Pixels by which the page is wider than its window."""
    return int(await page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))
