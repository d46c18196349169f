"""The front page's promise, walked by three people in a real browser: ask, answer, promote, surface, file, ship, tell."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import httpx
import jwt
import pytest
from litestar import Litestar, MediaType, get
from playwright.async_api import Browser, Page, expect

from jobs.tools import Tools
from kb.adapters.github_tracker import GitHubTracker
from kb.adapters.hashing_embedder import HashingEmbedder
from kb.adapters.smtp_channel import SmtpChannel
from kb.core.actor import SYSTEM, Actor
from kb.core.clock import now
from kb.core.database import fetch_all, fetch_value
from kb.core.policy import Role
from kb.core.settings import load_settings
from kb.insights.loop import read_loop
from kb.insights.running import run_loop_once
from kb.outreach.triggers import ensure_default_triggers
from kb.people.identifying import read_customer_token
from kb.people.products import ProductApp
from kb.people.sessions import open_session
from server.app import create_app
from server.security.identifying import SESSION_COOKIE
from server.wiring import Services
from tests.support.delivering import ForgetfulQueue, deliver_until_quiet
from tests.support.factories import make_person
from tests.support.forum_factories import make_space, make_topic
from tests.support.mail_server import MailServer
from tests.support.pages_in_browser import open_browser
from tests.support.product_factories import PretendGitHub, closed_payload, pretend_github, signed
from tests.support.served import serve_app
from tests.support.signals_factories import make_product

PRODUCT_PAGE = "http://shop.example/invoices/new"
SECRET = "signed-in-tests"

BODY = "I press **Send invoice** and nothing happens. Without the discount it works."
"""Both askers say the same: the embedder of the tests knows words, not meaning."""

PRODUCT_HTML = """<!doctype html><html lang="en"><title>New invoice</title><main>
<button id="send" type="button">Send invoice</button></main>
<script>
  document.getElementById("send").addEventListener("click", (event) => fetch("{base}/api/v1/events", {{
    method: "POST", headers: {{"Content-Type": "application/json"}},
    body: JSON.stringify({{write_key: "wk_test", events: [{{name: "click", id: crypto.randomUUID?.() ?? String(Math.random()),
      distinct_id: "browser-1", identity_token: "{token}", at: new Date().toISOString(), page: location.href,
      element: "button#send", text: "Send invoice", x: event.clientX, y: event.clientY}}]}})}}));
</script>
<script src="{base}/widget.js" data-key="wk_test" data-token="{token}" defer></script></html>"""


@dataclass(slots=True)
class Stage:
    """Everything the walk stands on: the service, its worker's hands, a mail server, a tracker and a browser."""

    base: str
    browser: Browser
    mail: MailServer
    github: PretendGitHub
    product: ProductApp
    deliver: Callable[[], Awaitable[int]]

    @asynccontextmanager
    async def as_person(self, actor: Actor) -> AsyncIterator[Page]:
        """A browser of their own, signed in."""
        assert actor.person_id is not None
        context = await self.browser.new_context()
        token = await open_session(actor.person_id, user_agent="journey")
        await context.add_cookies([{"name": SESSION_COOKIE, "value": token, "url": self.base}])
        yield await context.new_page()
        await context.close()

    def token_of(self, sub: str) -> str:
        """What the product's server signs for its customer."""
        claims = {"sub": sub, "name": "Ada Stone", "email": f"{sub}@acme.example", "exp": now() + timedelta(hours=1)}
        return jwt.encode(claims, self.product.signing_secret, "HS256")

    @asynccontextmanager
    async def in_product(self, token: str) -> AsyncIterator[Page]:
        """The product's page, on another site, with the widget in it."""

        @get("/invoices/new", media_type=MediaType.HTML)
        async def show_product() -> str:
            return PRODUCT_HTML.format(base=self.base, token=token)

        async with serve_app(Litestar([show_product], openapi_config=None)) as shop:
            context = await self.browser.new_context()
            page = await context.new_page()
            await page.goto(f"{shop}/invoices/new")
            yield page
            await context.close()


@pytest.fixture
async def stage(db: str, tmp_path: Path) -> AsyncIterator[Stage]:
    mail = MailServer()
    mail.start()
    async with pretend_github() as github, open_browser() as browser:
        settings = load_settings(
            {
                "SECRET_KEY": "not-secret-in-tests",
                "DATABASE_URL": "unused",
                "DATA_DIR": str(tmp_path),
                "GITHUB_API_URL": github.url,
                "GITHUB_REPOSITORY": "fernbook/app",
                "GITHUB_TOKEN": github.token,
                "GITHUB_WEBHOOK_SECRET": SECRET,
                "DEFLECTION_HOLDOUT": "0",
            }
        )
        embedder = HashingEmbedder()
        services = Services(settings=settings, queue=ForgetfulQueue(), embedder=embedder)
        tools = Tools(
            settings=settings,
            embedder=embedder,
            channels={"email": SmtpChannel(mail.url, sender=settings["MAIL_FROM"])},
            trackers={
                "github": GitHubTracker(api_url=github.url, repository="fernbook/app", token=github.token),
            },
        )
        await ensure_default_triggers()
        async with serve_app(create_app(services, opens_database=False)) as base:
            yield Stage(base, browser, mail, github, await make_product(), lambda: deliver_until_quiet(tools))
            await services.live.close()
    mail.stop()


async def test_three_people_walk_the_whole_loop(stage: Stage) -> None:
    agent, manager = await make_person(Role.AGENT), await make_person(Role.PRODUCT_MANAGER)
    token = stage.token_of("u1")
    customer = await read_customer_token(token, app=stage.product)
    space = await make_space("invoices")
    await make_topic(
        await make_person(), space=space, title="Send invoice button does nothing with discount", body=BODY
    )
    await stage.deliver()

    await _hurt_in_the_product(stage, token)
    topic = await _ask_with_a_suggestion_shown(stage, customer)
    await _answer(stage, agent, topic)
    await _accept(stage, customer, topic)
    await _promote_to_an_article(stage, agent)
    await _see_it_in_the_widget(stage, token)
    await _file_with_evidence(stage, manager)
    await _ship(stage)
    await _be_told_once(stage, customer)

    loop = await read_loop(SYSTEM)
    assert sum(loop.episodes.values()) == loop.all_episodes == await fetch_value("select count(*) from episode")


async def _hurt_in_the_product(stage: Stage, token: str) -> None:
    async with stage.in_product(token) as page:
        async with page.expect_response("**/api/v1/help/live"):
            await page.reload()
        await page.click("#send", click_count=4, delay=40)
        await _until(lambda: fetch_value("select count(*) = 4 from event where name = 'click'"))
        await stage.deliver()

        # Nobody has answered this yet, and the message says so instead of pretending.
        await expect(page.locator("answerloop-help .message")).to_contain_text("no answer to this yet")

        await page.click("#send", click_count=4, delay=40)
        await _until(lambda: fetch_value("select count(*) = 8 from event where name = 'click'"))
        await stage.deliver()
        assert await fetch_value("select count(*) from message where channel = 'in_app'") == 1


async def _ask_with_a_suggestion_shown(stage: Stage, customer: Actor) -> str:
    async with stage.as_person(customer) as page:
        await page.goto(f"{stage.base}/ask?page_url={PRODUCT_PAGE}")
        await page.locator("[name=title]").press_sequentially("Send invoice button does nothing with a discount line")
        await expect(page.locator("#suggestions")).to_contain_text("Send invoice button does nothing with discount")
        await page.select_option("[name=space]", "invoices")
        await page.fill("[name=body]", BODY)
        await page.get_by_role("button", name="Post question").click()
        await expect(page.locator("h1")).to_have_text("Send invoice button does nothing with a discount line")
        await stage.deliver()
        return page.url


async def _answer(stage: Stage, agent: Actor, topic: str) -> None:
    async with stage.as_person(agent) as page:
        await page.goto(topic)
        await page.fill("[name=body]", "Save the invoice as a draft first, then send it from the list of invoices.")
        await page.get_by_role("button", name="Post answer").click()
        await expect(page.locator(".thread")).to_contain_text("send it from the list")


async def _accept(stage: Stage, customer: Actor, topic: str) -> None:
    async with stage.as_person(customer) as page:
        await page.goto(topic)
        await page.get_by_role("button", name="This solved it").click()
        await expect(page.get_by_role("button", name="Not solved after all")).to_be_visible()
    await stage.deliver()


async def _promote_to_an_article(stage: Stage, agent: Actor) -> None:
    number = await fetch_value("select number from cluster where question_count = 2")
    async with stage.as_person(agent) as page:
        await page.goto(f"{stage.base}/clusters/{number}")
        await page.get_by_role("button", name="Promote to article").click()
        await page.get_by_role("button", name="Save and review").click()
        await page.get_by_role("button", name="Publish revision").click()
        await stage.deliver()
    assert await fetch_value("select state from article") == "published"
    assert await fetch_value("select count(*) from answer where kind = 'article' and cluster_id is not null") == 1


async def _see_it_in_the_widget(stage: Stage, token: str) -> None:
    async with stage.in_product(token) as page:
        panel = page.locator("answerloop-help")
        # The message of before was not put away, so it is here again, and has opened the panel.
        await expect(panel.locator(".message")).to_be_visible()
        await panel.get_by_role("button").filter(has_text="Send invoice").first.click()
        await expect(panel.locator(".article")).to_contain_text("Save the invoice as a draft first")
        await page.get_by_role("button", name="This solved it").click()
        await expect(panel.locator(".article")).to_contain_text("Thank you")
    kinds = {row["kind"] for row in await fetch_all("select kind from answer_use where surface = 'widget'")}
    assert kinds == {"shown", "opened", "said_solved"}


async def _file_with_evidence(stage: Stage, manager: Actor) -> None:
    await run_loop_once()
    async with stage.as_person(manager) as page:
        await page.goto(f"{stage.base}/triage")
        await page.get_by_role("link", name="Send invoice button does nothing").first.click()
        await page.get_by_role("button", name="File to GitHub").click()
        await stage.deliver()
    assert len(stage.github.issues) == 1
    assert "Send invoice" in stage.github.issues[0]["title"]


async def _ship(stage: Stage) -> None:
    external_id = await fetch_value("select external_id from issue")
    async with httpx.AsyncClient() as github:
        body, signature = signed(closed_payload(external_id), SECRET)
        headers = {"X-GitHub-Event": "issues", "X-GitHub-Delivery": "d1", "X-Hub-Signature-256": signature}
        heard = await github.post(f"{stage.base}/hooks/github", content=body, headers=headers)
    assert heard.json() == {"outcome": "closed as shipped"}
    await stage.deliver()


async def _be_told_once(stage: Stage, customer: Actor) -> None:
    mails = [mail for mail in stage.mail.mails if "u1@acme.example" in str(mail["to"])]
    assert len(mails) == 1
    assert "fix" in str(mails[0]["subject"]).lower()
    async with stage.as_person(customer) as page:
        await page.goto(f"{stage.base}/messages")
        await expect(page.locator("main")).to_contain_text(str(mails[0]["subject"]))


async def _until(holds: Callable[[], Awaitable[bool]]) -> None:
    """Wait for what the browser has sent to be stored."""
    async with asyncio.timeout(10):
        while not await holds():
            await asyncio.sleep(0.05)
