"""Takes the README's pictures of a running demo: `make run`, then `python -m tests.pictures [address]`.

What is shown is what stands there: real pages of the demo community, pressed and typed into as a reader would.
"""

import asyncio
import io
import sys
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

from PIL import Image
from playwright.async_api import Browser, Page, async_playwright

from kb.demo.loading import DEMO_PASSWORD
from tests.support.browser import QUIET, find_browser

PICTURES = Path(__file__).parents[1] / "frontend" / "pictures"
DESK, PHONE = (1180, 760), (390, 760)
GAP, EDGE, PAPER = 28, 36, "#e2f2ec"

Doing = Callable[[Page], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Shot:
    """A page as somebody sees it. `then` is what they do before the picture is taken."""

    who: str
    path: str
    scheme: str = "light"
    size: tuple[int, int] = DESK
    then: Doing | None = None


async def type_a_question(page: Page) -> None:
    """What others found appears below the title."""
    await page.locator("#field-title").fill("")
    await page.locator("#field-title").press_sequentially("reset mail does not arrive")
    await page.locator(".suggestions").wait_for()


async def wait_for_the_model(page: Page) -> None:
    """The first search of a process finds words alone, while the model is loaded."""
    await page.wait_for_timeout(5_000)


async def open_the_first(page: Page) -> None:
    """The first row of a list."""
    await page.locator("[data-row] a[data-open], tbody a").first.click()
    await page.wait_for_load_state("networkidle")


async def open_billed_twice(page: Page) -> None:
    """A ticket of a problem that many have, with what worked for them beside it."""
    await page.get_by_role("link", name="billed twice again").first.click()
    await page.wait_for_load_state("networkidle")


async def click_angrily(page: Page) -> None:
    """Nothing happens, so one clicks again; a message with the answer comes."""
    button = page.get_by_role("button", name="Send invoice")
    for _ in range(5):
        await button.click()
    await page.wait_for_timeout(8_000)


FORUM = (
    (
        Shot("tomr@acme-tiles.example", "/"),
        Shot("tomr@acme-tiles.example", "/?only=solved", "dark", then=open_the_first),
    ),
    (
        Shot("", "/kb", "dark"),
        Shot("", "/search?q=invoice", size=PHONE),
        Shot("", "/", "dark", PHONE),
        Shot("", "/kb", size=PHONE),
    ),
)
LOOP = (
    (Shot("tomr@acme-tiles.example", "/ask", then=type_a_question), Shot("tove@fernbook.example", "/desk", "dark", then=open_billed_twice)),
    (Shot("henrik@fernbook.example", "/triage"), Shot("tomr@acme-tiles.example", "/demo/product/invoices/new", then=click_angrily)),
)  # fmt: skip


async def take(browser: Browser, base: str, shot: Shot) -> Image.Image:
    """One page in a window of its own."""
    width, height = shot.size
    context = await browser.new_context(viewport={"width": width, "height": height}, color_scheme=shot.scheme)  # type: ignore[arg-type]
    page = await context.new_page()
    if shot.who:
        await page.goto(f"{base}/sign-in")
        await page.get_by_label("E-mail").fill(shot.who)
        await page.get_by_label("Password").fill(DEMO_PASSWORD)
        await page.get_by_role("button", name="Sign in").click()
        await page.wait_for_url(f"{base}/**")
    await page.goto(base + shot.path)
    if shot.then:
        await shot.then(page)
    taken = Image.open(io.BytesIO(await page.screenshot())).convert("RGB")
    await context.close()
    return taken


async def compose(browser: Browser, base: str, rows: tuple[tuple[Shot, ...], ...]) -> Image.Image:
    """Rows of windows on paper; each row is as wide as the widest."""
    lines = [[await take(browser, base, shot) for shot in row] for row in rows]
    width = max(sum(one.width for one in line) + GAP * (len(line) - 1) for line in lines)
    height = sum(line[0].height for line in lines) + GAP * (len(lines) - 1)
    sheet = Image.new("RGB", (width + 2 * EDGE, height + 2 * EDGE), PAPER)
    top = EDGE
    for line in lines:
        left = EDGE
        gap = (width - sum(one.width for one in line)) // max(1, len(line) - 1)
        for one in line:
            sheet.paste(one, (left, top))
            left += one.width + gap
        top += line[0].height + GAP
    return sheet.resize((1600, round(sheet.height * 1600 / sheet.width)), Image.Resampling.LANCZOS)


async def main(base: str) -> None:
    """Both pictures."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=find_browser(), args=list(QUIET))
        await take(browser, base, Shot("", "/search?q=invoice", then=wait_for_the_model))
        for name, rows in (("forum", FORUM), ("answerloop", LOOP)):
            sheet = await compose(browser, base, rows)
            sheet.save(PICTURES / f"{name}.jpg", quality=82, optimize=True, progressive=True)
        await browser.close()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1] if len(sys.argv) > 1 else "http://localhost:8000"))
