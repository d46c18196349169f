"""One mail comes in by SMTP; its answer is given again and again, becomes an article, and is shown inside the product."""

import asyncio
import smtplib
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from litestar import Litestar, MediaType, get
from playwright.async_api import Browser, Page, expect

from jobs.tools import Tools
from kb.adapters.folder_store import FolderStore
from kb.adapters.smtp_channel import SmtpChannel
from kb.answers.recognising import recognise_copies
from kb.core.actor import Actor
from kb.core.database import execute, fetch_all, fetch_value
from kb.core.policy import Role
from kb.mail.office import office_of
from kb.people.sessions import open_session
from kb.promotion.proposing import propose_promotions
from server.app import create_app
from server.mail.listening import listen
from server.outreach.live import LiveFeed
from server.security.identifying import SESSION_COOKIE
from server.wiring import Services
from tests.support.delivering import deliver_until_quiet
from tests.support.factories import make_person
from tests.support.mail_factories import MAIL_SETTINGS, SUPPORT, raw_mail
from tests.support.mail_server import MailServer, free_port
from tests.support.pages_in_browser import open_browser
from tests.support.served import serve_app
from tests.support.signals_factories import make_product

PROBLEM = "The export of invoices stops at the first page and the file has only fifty rows."
ANSWER = "Choose *All pages* above the list before you press **Export**: the file then holds every row."
CUSTOMERS = ("Ada Stone", "Bela Kun", "Cleo Park", "Dara Voss", "Edna Hill", "Finn Moor", "Gaia Ruiz")
PRODUCT_HTML = """<!doctype html><html lang="en"><title>Invoices</title><main><h1>Invoices</h1></main>
<script src="{base}/widget.js" data-key="wk_test" defer></script></html>"""


@dataclass(slots=True)
class Stage:
    """The service with its door for mail, a relay, the worker's hands and a browser."""

    base: str
    browser: Browser
    smtp: int
    relay: MailServer
    deliver: Callable[[], Awaitable[int]]

    @asynccontextmanager
    async def as_person(self, actor: Actor) -> AsyncIterator[Page]:
        assert actor.person_id is not None
        context = await self.browser.new_context()
        token = await open_session(actor.person_id, user_agent="journey")
        await context.add_cookies([{"name": SESSION_COOKIE, "value": token, "url": self.base}])
        yield await context.new_page()
        await context.close()

    async def write(self, name: str) -> None:
        """A customer's mail, handed over as their provider's server would."""
        address = f"{name.split(maxsplit=1)[0].lower()}@home.example"
        raw = raw_mail(
            f"{name} <{address}>", text=f"Hello,\r\n\r\n{PROBLEM}\r\n\r\n{name}", subject="Export stops early"
        )

        def hand_over() -> None:
            with smtplib.SMTP("127.0.0.1", self.smtp) as client:
                client.sendmail(address, [SUPPORT], raw)

        await asyncio.to_thread(hand_over)
        await self.deliver()


@pytest.fixture
async def stage(db: str, app_services: Services, tools: Tools, tmp_path: Path) -> AsyncIterator[Stage]:
    relay, port = MailServer(), free_port()
    relay.start()
    async with open_browser() as browser:
        settings = app_services.settings.replaced(**MAIL_SETTINGS, DATA_DIR=str(tmp_path))
        store = FolderStore(tmp_path / "files")
        services = replace(app_services, settings=settings, files=store, live=LiveFeed())
        channels = {"email": SmtpChannel(relay.url, sender=settings["MAIL_FROM"])}
        hands = replace(tools, settings=settings, channels=channels, files=store)
        async with (
            serve_app(create_app(services, opens_database=False)) as base,
            listen(office_of(settings), smtp=f"127.0.0.1:{port}"),
        ):
            yield Stage(base, browser, port, relay, lambda: deliver_until_quiet(hands))
            await services.live.close()
    relay.stop()


async def test_one_mail_becomes_an_article_inside_the_product(stage: Stage) -> None:
    tove = await make_person(Role.AGENT, name="Tove")
    await stage.write(CUSTOMERS[0])
    await _answer_by_hand(stage, tove)
    for name in CUSTOMERS[1:]:
        await stage.write(name)
        await _insert_what_worked(stage, tove)
    await _let_nine_days_go_by()
    await _draft_review_and_publish(stage, tove)
    await _read_it_in_the_product(stage)

    told = [str(mail["to"]) for mail in stage.relay.mails if "All pages" in str(mail.get_body(("plain",)))]
    assert len(told) == len(CUSTOMERS)


async def _answer_by_hand(stage: Stage, agent: Actor) -> None:
    number = await fetch_value("select max(number) from ticket")
    async with stage.as_person(agent) as page:
        await page.goto(f"{stage.base}/desk/{number}")
        await expect(page.locator("h1")).to_have_text("Export stops early")
        await page.fill("#reply [name=body]", ANSWER)
        await page.get_by_role("button", name="Send and solve").click()
        await expect(page.locator(".toast, .notice, [role=status]").first).to_be_attached()
    await stage.deliver()


async def _insert_what_worked(stage: Stage, agent: Actor) -> None:
    """Before the agent types a word the answer stands beside the ticket; one key puts it into the reply."""
    number = await fetch_value("select max(number) from ticket")
    async with stage.as_person(agent) as page:
        await page.goto(f"{stage.base}/desk/{number}")
        await expect(page.locator(".offer").first).to_contain_text("All pages")
        await page.keyboard.press("1")
        await expect(page.locator("#reply [name=body]")).to_have_value(ANSWER)
        await page.get_by_role("button", name="Send and solve").click()
        await page.wait_for_url(f"**/desk/{number}")
    await stage.deliver()


async def _let_nine_days_go_by() -> None:
    for table, column in (("answer_use", "created_at"), ("question", "asked_at"), ("ticket", "created_at")):
        if table == "answer_use":  # the ledger itself is never written over; the test's clock is
            await execute("alter table answer_use disable trigger user")
        await execute(f"update {table} set {column} = {column} - interval '9 days'")
    await execute("alter table answer_use enable trigger user")


async def _draft_review_and_publish(stage: Stage, agent: Actor) -> None:
    await recognise_copies()
    assert await propose_promotions() == 1
    async with stage.as_person(agent) as page:
        await page.goto(f"{stage.base}/promotions")
        await page.locator("main [data-row] a").first.click()
        await expect(page.locator("main")).to_contain_text("All pages")
        await page.get_by_role("button", name="Draft the article").click()
        await page.get_by_role("button", name="Save and review").click()
        await page.get_by_role("button", name="Publish revision").click()
        await page.wait_for_load_state("load")
    await stage.deliver()
    assert await fetch_value("select state from article") == "published"
    said = await fetch_value("select body_html from article")
    assert not [name for name in CUSTOMERS if name.split()[0] in said]


async def _read_it_in_the_product(stage: Stage) -> None:
    await make_product()

    @get("/invoices", media_type=MediaType.HTML)
    async def show_product() -> str:
        return PRODUCT_HTML.format(base=stage.base)

    async with serve_app(Litestar([show_product], openapi_config=None)) as shop:
        context = await stage.browser.new_context()
        page = await context.new_page()
        await page.goto(f"{shop}/invoices")
        await page.get_by_role("button", name="Help", exact=True).click()
        await page.get_by_label("Search for answers").fill("Export of invoices stops early")
        await page.locator("answerloop-help").get_by_role("button", name="Export stops early").click()
        await expect(page.locator("answerloop-help .article")).to_contain_text("before you press Export")
        await context.close()
    surfaces = {row["surface"] for row in await fetch_all("select distinct surface from answer_use")}
    assert {"desk", "widget"} <= surfaces
