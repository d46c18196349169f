"""Every page over the demo community, at a phone's and a desk's width, light and dark: usable by all, and unbroken."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
from litestar import Litestar
from playwright.async_api import Browser, BrowserContext, Page

from jobs.tools import Tools
from kb.adapters.sentence_transformers_embedder import SentenceTransformersEmbedder
from kb.core.actor import SYSTEM
from kb.core.database import fetch_value
from kb.core.policy import Role
from kb.core.settings import Settings
from kb.demo.loading import DEMO_PASSWORD, finish_demo, load_demo
from kb.hooks.sending_again import send_test
from kb.imports.running import Read
from kb.imports.tickets import import_tickets
from kb.mail.handling import handle_mail
from kb.mail.office import Means
from kb.mail.taking_in import take_in
from kb.outreach.triggers import ensure_default_triggers
from kb.people.choosing_password import write_password_links
from kb.people.corresponding import meet_correspondent
from kb.product.filing import file_issue
from kb.product.weighing import weigh_pain_points
from kb.status.reporting import Said, open_incident
from tests.support.axe import Scheme, find_barriers, overflow_of, turn_to
from tests.support.delivering import deliver_until_quiet
from tests.support.factories import make_person
from tests.support.hooks_factories import make_webhook
from tests.support.mail_factories import NO_FILES, OFFICE, raw_mail
from tests.support.pages_in_browser import open_browser
from tests.support.served import serve_app

OF_ALL = (
    "/",
    "/badges",
    "/badges/first-solution",
    "/search?q=invoice",
    "/kb",
    "/developers",
    "/status",
    "/status/1",
    "/sign-in",
    "/sign-up",
    "/forgot-password",
    "/password/worn-out",
    "/demo/product/invoices/new",
    "/no/such/page",
)
MISSING = ("/no/such/page", "/password/worn-out")
"""Those of them that answer 404 with a page of their own."""

OF_MEMBERS = (
    "/me/drafts",
    "/bookmarks",
    "/ask",
    "/tickets",
    "/tickets/new",
    "/messages",
    "/profile",
    "/notices",
    "/me/notices",
    "/unread",
    "/new",
    "/s/invoices/watch",
    "/me/profile",
    "/me/trust",
    "/me/standing",
    "/settings/keys",
)
OF_STAFF = (
    "/desk", "/mail", "/clusters", "/clusters/proposals", "/events",
    "/triage", "/issues", "/loop", "/imports", "/loop/deflection", "/outreach", "/assistant/flows", "/assistant/flows/new",
    "/people", "/settings/keys", "/settings/webhooks", "/settings/webhooks/new", "/kb/drafts",
    "/kb/new", "/kb/drafts?list=review", "/kb/drafts?list=scheduled", "/kb/drafts?list=verify", "/spaces/new", "/dev/mail",
    "/moderation/words", "/desk/macros/proposals", "/promotions", "/promotions?only=dismissed", "/kb/needs-a-look", "/status/new",
    "/desk?queue=all", "/desk?filter=tag:login+older:x", "/desk/teams", "/desk/teams/new", "/desk/views", "/desk/views/new",
    "/desk/macros", "/desk/macros/new", "/desk/topics",
)  # fmt: skip

LOOKS: tuple[tuple[int, Scheme], ...] = ((390, "dark"), (1280, "light"))


async def whole_community(tools: Tools) -> list[str]:
    """The demo with its loop run by the real model, and its worst pain filed; returns the address of one of each thing."""
    await load_demo()
    await ensure_default_triggers()
    await deliver_until_quiet(replace(tools, embedder=SentenceTransformersEmbedder("")))
    await finish_demo()
    await weigh_pain_points()
    worst = await fetch_value("select cluster_id from pain_point order by person_count desc limit 1")
    await file_issue(await make_person(Role.PRODUCT_MANAGER), worst, tracker="board", base_url="http://test")
    admin = await make_person(Role.ADMIN)
    await open_incident(admin, "Invoices are sent late", Said("identified", "minor", "We **know** why."))
    hook = await make_webhook("https://wiki.example.com/hooks", admin=admin)
    await send_test(admin, hook.id)
    await import_tickets(SYSTEM, [Read(1, {"text": "Lost"}), Read(2, refusal="text is empty")], source="old desk.csv")
    too_large = await take_in(SYSTEM, raw_mail(), "imap", cut_from=60_000_000)
    await handle_mail(too_large.id, Means(OFFICE, NO_FILES))
    wanted = {
        "/settings/webhooks/%s": "select id from webhook",
        "/settings/%s": "select 'webhooks/' || webhook_id || '/deliveries/' || id from webhook_delivery",
        "/s/%s": "select slug from space order by id limit 1",
        "/t/%s": "select number || '/' || slug from topic where accepted_post_id is not null order by number limit 1",
        "/clusters/%s": "select number from cluster where merged_into is null order by question_count desc limit 1",
        "/clusters/compare?c=%s": "select string_agg(number::text, '&c=') from (select number from cluster where merged_into is null"
        " order by question_count desc limit 2) two",
        "/triage/%s": "select c.number from pain_point p join cluster c on c.id = p.cluster_id order by p.person_count desc limit 1",
        "/imports/%s": "select id from import_run",
        "/assistant/flows/%s": "select id from flow",
        "/mail/%s": "select id from received_mail where state = 'review'",
        "/desk/%s": "select number from ticket where state = 'open' order by number limit 1",
        "/desk/%s/split": "select t.number from ticket t where t.message_count > 2 order by number limit 1",
        "/desk/teams/%s": "select id from team order by name limit 1",
        "/desk?saved=%s": "select id from saved_view where is_shared order by name limit 1",
        "/kb/%s": "select number || '/' || slug from article where state = 'published' order by number limit 1",
        "/kb/%s/edit": "select number from article where state = 'published' order by number limit 1",
        "/kb/%s/review": "select number from article where state = 'review' order by number limit 1",
        "/kb/%s/comparison": "select number from article where state = 'published' order by number limit 1",
        "/kb/%s/translations/de": "select number from article where state = 'published' order by number limit 1",
        "/issues/%s": "select number from issue order by number limit 1",
        "/people/%s/timeline": "select person_id from episode where person_id is not null group by 1 order by count(*) desc limit 1",
    }
    found = {address: await fetch_value(query) for address, query in wanted.items()}
    assert [address for address, value in found.items() if value is None] == []
    return [address % value for address, value in found.items()]


async def password_links(settings: Settings) -> list[str]:
    """A page to choose a password for a member, and for somebody who has only written a mail."""
    await meet_correspondent(SYSTEM, "ada@home.example", "Ada Stone")
    wanted = ("ingrid@fernbook.example", "ada@home.example")
    links = [await write_password_links(settings["SECRET_KEY"], one, takes_new=True) for one in wanted]
    return [f"/password/{one.token}" for (one,) in links]


async def sign_in(context: BrowserContext, base: str, email: str) -> Page:
    page = await context.new_page()
    await page.goto(f"{base}/sign-in")
    await page.get_by_label("E-mail").fill(email)
    await page.get_by_label("Password").fill(DEMO_PASSWORD)
    await page.get_by_role("button", name="Sign in").click()
    await page.wait_for_url(f"{base}/**")
    return page


async def trouble_on(page: Page, base: str, paths: list[str]) -> list[str]:
    """Everything wrong with these pages, in words."""
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    trouble = []
    for path in paths:
        answer = await page.goto(f"{base}{path}")
        assert answer is not None
        if answer.status != (404 if path in MISSING else 200):
            trouble.append(f"{path}: answered {answer.status}")
        for width, scheme in LOOKS:
            await turn_to(page, width, scheme)
            trouble += [f"{path} {width} {scheme}: {barrier}" for barrier in await find_barriers(page)]
            if wider := await overflow_of(page):
                trouble.append(f"{path} {width} {scheme}: {wider} px wider than the window")
    return trouble + complaints


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with open_browser() as opened:
        yield opened


@pytest.mark.long
async def test_every_page_of_the_demo_can_be_used_by_everybody_at_every_width_and_in_both_schemes(
    browser: Browser, app: Litestar, db: str, tools: Tools
) -> None:
    things, links = await whole_community(tools), await password_links(tools.settings)
    async with serve_app(app) as base:
        context = await browser.new_context()
        trouble = await trouble_on(await context.new_page(), base, [*OF_ALL, *links])
        staff = await sign_in(context, base, "ingrid@fernbook.example")
        trouble += await trouble_on(staff, base, [*OF_MEMBERS, *OF_STAFF, *things])
        await context.close()
    assert not trouble, "\n".join(trouble)
