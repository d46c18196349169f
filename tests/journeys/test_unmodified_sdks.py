"""Contract: the real posthog-js and Segment packages, unchanged, in a real browser on another site's page, work here."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import jwt
import pytest
from litestar import Litestar, MediaType, get
from litestar.static_files import create_static_files_router
from playwright.async_api import Browser, BrowserContext, Page, Response

from kb.core.clock import now
from kb.core.database import fetch_all, fetch_value
from server.templating import FRONTEND
from tests.support.pages_in_browser import open_browser
from tests.support.served import serve_app
from tests.support.signals_factories import make_product

PACKAGES = FRONTEND / "node_modules"
SDKS = {
    "posthog": PACKAGES / "posthog-js" / "dist",
    "segment": PACKAGES / "@segment" / "analytics-next" / "dist" / "umd",
}

# posthog-js keeps silent in browsers that a program drives, unless told otherwise.
POSTHOG_PAGE = """<!doctype html><title>Pay</title>
<main><button id="pay" type="button">Pay now</button> <a href="#next" id="more">Next</a></main>
<script type="module">
  import posthog from "/sdk/posthog/module.js";
  posthog.init("wk_test", {api_host: "%s", persistence: "memory", opt_out_useragent_filter: true,
    loaded: () => { window.ready = true; }});
  window.posthog = posthog;
</script>"""

SEGMENT_PAGE = """<!doctype html><title>Sign in</title><main><h1>Sign in</h1></main>
<script src="/sdk/segment/index.js"></script>
<script>
  window.analytics = window.AnalyticsNext.AnalyticsBrowser.load({writeKey: "wk_test", cdnURL: "%s"}, {%s});
  window.analytics.ready(() => { window.ready = true; });
</script>"""


@dataclass(slots=True)
class Shop:
    """An open page of the customer's site, and what our server answered it."""

    page: Page
    answers: list[Response] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)

    def statuses(self, ending: str) -> set[int]:
        """Statuses of our answers at addresses with this path, preflights apart."""
        return {a.status for a in self.answers if ending in a.url and a.request.method != "OPTIONS"}


@pytest.fixture(scope="module")
async def browser() -> AsyncIterator[Browser]:
    async with open_browser() as opened:
        yield opened


@pytest.fixture
async def base(app: Litestar, db: str) -> AsyncIterator[str]:
    await make_product()
    async with serve_app(app) as address:
        yield address


@pytest.fixture
async def context(browser: Browser) -> AsyncIterator[BrowserContext]:
    opened = await browser.new_context()
    yield opened
    await opened.close()


@contextlib.asynccontextmanager
async def open_shop(context: BrowserContext, base: str, html: str, path: str) -> AsyncIterator[Shop]:
    """The customer's own site: another origin with its own server, which hands out its page and the SDKs' files."""

    @get("/{path:path}", media_type=MediaType.HTML)
    async def page(path: str) -> str:
        return html

    folders = [create_static_files_router(path=f"/sdk/{name}", directories=[folder]) for name, folder in SDKS.items()]
    async with serve_app(Litestar([page, *folders], openapi_config=None)) as site:
        shop = Shop(await context.new_page())
        shop.page.on("response", lambda answer: shop.answers.append(answer) if answer.url.startswith(base) else None)
        shop.page.on("requestfailed", lambda request: shop.failures.append(f"{request.url} {request.failure}"))
        shop.page.on("pageerror", lambda error: shop.failures.append(str(error)))
        await shop.page.goto(f"{site}{path}")
        await shop.page.wait_for_function("window.ready")
        yield shop
        await shop.page.close()


async def stored(*names: str, within: float = 20.0) -> list[dict[str, Any]]:
    """All events, once events of each of these names have arrived; fails with what did arrive."""
    deadline = asyncio.get_running_loop().time() + within
    while True:
        rows = [dict(row) for row in await fetch_all("select * from event order by occurred_at, id")]
        if set(names) <= {row["name"] for row in rows}:
            return rows
        if asyncio.get_running_loop().time() > deadline:
            raise AssertionError(f"waited for {names}, got {[row['name'] for row in rows]}")
        await asyncio.sleep(0.2)


async def rage_click(page: Page, times: int = 4) -> None:
    for _ in range(times):
        await page.click("#pay", delay=5)


async def test_posthog_js_reports_clicks_rage_and_identity(
    context: BrowserContext, base: str, deliver_all: Callable[[], Awaitable[int]]
) -> None:
    async with open_shop(context, base, POSTHOG_PAGE % base, "/checkout/8812?coupon=s3cret") as shop:
        await rage_click(shop.page)
        await shop.page.evaluate("posthog.identify('u1', {email: 'ines@firm.example', name: 'Ines'})")
        rows = await stored("$pageview", "$autocapture", "$rageclick", "$identify")
        await deliver_all()

        assert shop.statuses("/e/") == {200}
        assert shop.failures == []
        rage = next(row for row in rows if row["name"] == "$rageclick")
        assert (rage["element"], rage["element_text"], rage["route"]) == ("button#pay", "Pay now", "/checkout/:id")
        assert not [row for row in rows if "s3cret" in json.dumps(row, default=str)]
        signals = await fetch_all("select s.*, p.name, p.email from signal s left join person p on p.id = s.person_id")
        assert [(row["detector"], row["name"], row["email"], row["verified"]) for row in signals] == [
            ("rage_click", "Ines", None, False)
        ]
        assert await fetch_value("select count(distinct person_id) from event") == 1
        assert await fetch_value("select count(*) from event where person_id is null") == 0


async def test_posthog_js_on_a_pager_is_no_rage(
    context: BrowserContext, base: str, deliver_all: Callable[[], Awaitable[int]]
) -> None:
    async with open_shop(context, base, POSTHOG_PAGE % base, "/list") as shop:
        for _ in range(5):
            await shop.page.click("#more", delay=5)
        await stored("$autocapture")
        await deliver_all()
        assert await fetch_value("select count(*) from signal") == 0


async def test_posthog_js_sends_what_is_left_when_the_page_closes(context: BrowserContext, base: str) -> None:
    async with open_shop(context, base, POSTHOG_PAGE % base, "/list") as shop:
        await shop.page.evaluate("posthog.capture('half_written')")
        await shop.page.goto("about:blank")
        rows = await stored("half_written", "$pageleave")
        assert len({row["dedupe_key"] for row in rows}) == len(rows)


async def test_posthog_js_with_a_signed_token_is_believed(context: BrowserContext, base: str) -> None:
    app = await make_product()
    token = jwt.encode({"sub": "u1", "exp": now() + timedelta(hours=1), "name": "Ines"}, app.signing_secret, "HS256")
    async with open_shop(context, base, POSTHOG_PAGE % base, "/list") as shop:
        await shop.page.evaluate("token => posthog.register({$identity_token: token})", token)
        await shop.page.evaluate("posthog.identify('u1')")
        await shop.page.evaluate("posthog.capture('after')")
        rows = await stored("after", "$identify")
        assert {row["name"]: row["verified"] for row in rows if row["name"] in ("after", "$identify")} == {
            "after": True,
            "$identify": True,
        }
        assert token not in json.dumps(rows, default=str)


async def test_posthog_js_with_a_wrong_key_gives_up_at_once(context: BrowserContext, base: str) -> None:
    page = (POSTHOG_PAGE % base).replace("wk_test", "wk_nobody")
    async with open_shop(context, base, page, "/list") as shop:
        await shop.page.evaluate("posthog.capture('lost')")
        for _ in range(100):
            if shop.statuses("/e/"):
                break
            await asyncio.sleep(0.1)
        assert shop.statuses("/e/") == {401}
        assert await fetch_value("select count(*) from event") == 0


@pytest.mark.parametrize(
    "options",
    ["", 'integrations: {"Segment.io": {deliveryStrategy: {strategy: "batching", config: {size: 5, timeout: 300}}}}'],
    ids=["one by one", "batching"],
)
async def test_segment_analytics_reports_pages_tracks_and_identity(
    context: BrowserContext, base: str, deliver_all: Callable[[], Awaitable[int]], options: str
) -> None:
    async with open_shop(context, base, SEGMENT_PAGE % (base, options), "/login?next=s3cret") as shop:
        await shop.page.evaluate(
            "(async () => { await analytics.page(); await analytics.identify('u1', {name: 'Ines'});"
            " for (let i = 0; i < 3; i++) await analytics.track('Login Failed', {attempt: i}); })()"
        )
        rows = await stored("$pageview", "$identify", "Login Failed")
        for _ in range(50):
            if await fetch_value("select count(*) from event where name = 'Login Failed'") == 3:
                break
            await asyncio.sleep(0.2)
        await deliver_all()

        assert shop.failures == []
        assert shop.statuses("/v1/") == {200}
        failed = next(row for row in rows if row["name"] == "Login Failed")
        assert (failed["route"], failed["distinct_id"]) == ("/login", "u1")
        signals = await fetch_all("select s.*, p.name from signal s join person p on p.id = s.person_id")
        assert [(row["detector"], row["name"]) for row in signals] == [("failed_logins", "Ines")]
        assert await fetch_value("select count(*) from identity") == 2
