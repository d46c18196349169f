"""From “Forgot your password?” to signed in, in a real browser and through a real mailbox: a member, and somebody who wrote a mail."""

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace

import pytest
from litestar import Litestar
from playwright.async_api import Browser, Page, expect

from jobs.tools import Tools
from kb.adapters.smtp_channel import SmtpChannel
from kb.core.actor import SYSTEM
from kb.core.database import fetch_value
from kb.core.policy import Role
from kb.mail.taking_in import take_in
from kb.people.sessions import find_session_actor, open_session
from kb.people.signing_in import sign_in
from tests.support.axe import find_barriers, overflow_of
from tests.support.delivering import deliver_until_quiet
from tests.support.factories import make_person
from tests.support.mail_factories import MAIL_SETTINGS, raw_mail
from tests.support.mail_server import MailServer, mail_server
from tests.support.pages_in_browser import open_browser
from tests.support.people_factories import PASSWORD, give_password
from tests.support.served import serve_app

VIEWS = ((390, "dark"), (1280, "light"))
OTHER = "nine tall green trees"


@dataclass(slots=True)
class Stage:
    """The service, its worker's hands, a mailbox and a browser; `trouble` gathers what keeps somebody from using a page."""

    base: str
    browser: Browser
    mailbox: MailServer
    hands: Tools
    trouble: list[str]

    async def open(self, width: int, scheme: str) -> Page:
        context = await self.browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)  # type: ignore[arg-type]
        page = await context.new_page()
        page.on("pageerror", lambda error: self.trouble.append(str(error)))
        return page

    async def look_at(self, page: Page) -> None:
        self.trouble += [f"{page.url}: {barrier}" for barrier in await find_barriers(page)]
        if wider := await overflow_of(page):
            self.trouble.append(f"{page.url}: {wider} px wider than the window")

    async def link_in_the_mail(self) -> str:
        await deliver_until_quiet(self.hands)
        part = self.mailbox.mails[-1].get_body(("html",))
        assert part is not None
        found = re.search(r'href="([^"]+/password/[^"]+)"', str(part.get_content()))
        assert found
        return found[1]


@pytest.fixture
async def stage(app: Litestar, db: str, tools: Tools) -> AsyncIterator[Stage]:
    with mail_server() as mailbox:
        async with serve_app(app) as base, open_browser() as browser:
            settings = tools.settings.replaced(**{**MAIL_SETTINGS, "BASE_URL": base})
            channel = SmtpChannel(mailbox.url, sender=settings["MAIL_FROM"])
            hands = replace(tools, settings=settings, channels={"email": channel})
            yield Stage(base, browser, mailbox, hands, [])


@pytest.mark.parametrize(("width", "scheme"), VIEWS)
async def test_a_member_who_forgot_gets_in_again(stage: Stage, width: int, scheme: str) -> None:
    ines = await make_person(Role.AGENT, name="Ines Duarte")
    assert ines.person_id
    email, elsewhere = await give_password(ines), await open_session(ines.person_id, user_agent="another browser")
    page = await stage.open(width, scheme)
    await ask_for_a_link(stage, page, email)

    link = await stage.link_in_the_mail()
    referers: list[str] = []
    page.on("request", lambda request: referers.append(request.headers.get("referer", "")))
    await page.goto(link)
    await choose_at_the_second_try(stage, page)
    assert not [one for one in referers if "/password/" in one]

    assert await find_session_actor(elsewhere) is None
    assert await sign_in(email, OTHER) == ines.person_id
    await deliver_until_quiet(stage.hands)
    assert stage.mailbox.mails[-1]["Subject"] == "A new password was set"
    await page.goto(link)
    await expect(page.locator("h1")).to_have_text("This link works no more")
    await stage.look_at(page)
    assert stage.trouble == []


async def ask_for_a_link(stage: Stage, page: Page, email: str) -> None:
    await page.goto(f"{stage.base}/sign-in")
    await stage.look_at(page)
    await page.get_by_role("link", name="Forgot your password?").click()
    await stage.look_at(page)
    await page.get_by_label("E-mail").fill(email)
    await page.get_by_role("button", name="Send me a link").click()
    await expect(page.locator("main")).to_contain_text("If there is an account with this address")
    await stage.look_at(page)


async def choose_at_the_second_try(stage: Stage, page: Page) -> None:
    await stage.look_at(page)
    await page.get_by_label("New password").fill("short")
    await page.get_by_role("button", name="Save and sign in").click()
    await expect(page.get_by_role("alert")).to_contain_text("At least 10 characters")
    await stage.look_at(page)
    await page.get_by_label("New password").fill(OTHER)
    await page.get_by_role("button", name="Save and sign in").click()
    await expect(page.get_by_role("status").first).to_contain_text("you are signed in")


@pytest.mark.parametrize(("width", "scheme"), VIEWS)
async def test_who_only_wrote_a_mail_signs_up_by_their_mailbox_and_finds_it(
    stage: Stage, width: int, scheme: str
) -> None:
    await take_in(SYSTEM, raw_mail("Ada Stone <ada@home.example>"), "pipe")
    await deliver_until_quiet(stage.hands)
    wrote = await fetch_value("select id from person where source = 'mail'")
    page = await stage.open(width, scheme)
    await page.goto(f"{stage.base}/sign-up")
    for label, text in (("Name", "Ada Stone"), ("Username", "ada"), ("E-mail", "ada@home.example")):
        await page.get_by_label(label, exact=True).fill(text)
    await page.get_by_label("Password").fill(PASSWORD)
    await page.get_by_role("button", name="Sign up").click()
    await expect(page.get_by_role("alert")).to_contain_text("There is an account with this e-mail address")
    await stage.look_at(page)
    await page.get_by_role("button", name="Send me a link").click()
    await expect(page.locator("main")).to_contain_text("ada@home.example")

    await page.goto(await stage.link_in_the_mail())
    await stage.look_at(page)
    await expect(page.get_by_label("Name", exact=True)).to_have_value("Ada Stone")
    await page.get_by_label("Name", exact=True).fill("Ada Stone-Park")
    await page.get_by_label("Username").fill("ada")
    await page.get_by_label("Password").fill(OTHER)
    await page.get_by_role("button", name="Save and sign in").click()
    await page.wait_for_url("**/tickets")
    await expect(page.locator("main")).to_contain_text("Welcome, Ada Stone-Park")
    await expect(page.locator("main")).to_contain_text("Invoices are sent twice")
    await stage.look_at(page)

    assert await sign_in("ada@home.example", OTHER) == wrote
    assert stage.trouble == []
