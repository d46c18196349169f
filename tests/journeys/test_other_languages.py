"""The forum in German and in Arabic: told in the language, mirrored where it is read from the right, and unbroken."""

import os
from pathlib import Path

import pytest
from litestar import Litestar

from tests.support.axe import Scheme, find_barriers, overflow_of, turn_to
from tests.support.forum_factories import make_reply, make_topic
from tests.support.pages_in_browser import open_browser
from tests.support.served import serve_app

PICTURES = os.environ.get("LANGUAGE_PICTURES", "")

LOOKS: tuple[tuple[int, Scheme], ...] = (
    (390, "light"),
    (390, "dark"),
    (1280, "light"),
    (1280, "dark"),
)

SAID = {"de": ("ltr", "Anmelden", "Neueste Themen"), "ar": ("rtl", "تسجيل الدخول", "أحدث المواضيع")}


@pytest.mark.parametrize("code", list(SAID))
async def test_a_stranger_reads_the_forum_in_their_language(app: Litestar, db: str, code: str) -> None:
    direction, sign_in, latest = SAID[code]
    topic = await make_topic(title="The export stops early")
    await make_reply(topic)
    async with serve_app(app) as address, open_browser() as browser:
        context = await browser.new_context(locale=code, base_url=address)
        page = await context.new_page()
        for path in ("/", topic.path, "/search?q=export", "/sign-up", "/kb"):
            await page.goto(path)
            assert await page.get_attribute("html", "dir") == direction
            for width, scheme in LOOKS:
                await turn_to(page, width, scheme)
                assert not await overflow_of(page), f"{path} at {width}"
                assert not await find_barriers(page), f"{path} at {width}, {scheme}"
                if PICTURES:
                    name = f"{code}-{width}-{scheme}-{path.strip('/').split('/')[0].split('?')[0] or 'home'}.png"
                    await page.screenshot(path=Path(PICTURES) / name, full_page=True)
        await page.goto("/")
        for width, scheme in LOOKS:
            await turn_to(page, width, scheme)
            assert sign_in in await page.inner_text("body") or width < 1280
            assert latest in await page.inner_text("main")
        await context.close()
