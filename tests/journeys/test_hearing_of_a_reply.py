"""Hearing of a reply in an open page: the bell rings, the card comes, and what is chosen holds."""

from collections.abc import Awaitable, Callable

from litestar import Litestar
from playwright.async_api import Page, expect

from kb.core.actor import Actor
from kb.core.policy import Role
from tests.support.factories import make_person
from tests.support.forum_factories import make_reply, make_topic
from tests.support.pages_in_browser import open_browser
from tests.support.people_factories import PASSWORD, give_password
from tests.support.served import serve_app


async def sign_in(page: Page, base: str, person: Actor) -> None:
    await page.goto(f"{base}/sign-in")
    await page.get_by_label("E-mail").fill(await give_password(person))
    await page.get_by_label("Password").fill(PASSWORD)
    await page.get_by_role("button", name="Sign in").click()
    await page.wait_for_url(f"{base}/**")


async def test_a_reply_rings_the_bell_and_the_topic_is_muted_by_keyboard(
    app: Litestar, db: str, deliver_all: Callable[[], Awaitable[int]]
) -> None:
    ines, tove = await make_person(), await make_person(Role.AGENT, name="Tove")
    topic = await make_topic(ines, title="Export stops at 100 rows")
    async with serve_app(app) as base, open_browser() as browser:
        page = await browser.new_page()
        complaints: list[str] = []
        page.on("pageerror", lambda error: complaints.append(str(error)))
        await sign_in(page, base, ines)
        bell = page.locator("[data-bell]")
        await expect(bell).to_have_accessible_name("Notices")
        async with page.expect_response("**/live"):
            await page.reload()

        await make_reply(topic, tove, body="Raise the limit.")
        await deliver_all()
        await expect(page.locator(".toast__title")).to_have_text("Tove replied in Export stops at 100 rows")
        await expect(bell).to_have_accessible_name("Notices, 1 new")

        await page.locator(".toast__link").click()
        await expect(bell).to_have_accessible_name("Notices")
        level = page.locator(".watch summary")
        await expect(level).to_contain_text("Watching")
        await level.focus()
        await page.keyboard.press("Enter")
        await page.get_by_role("button", name="Muted").focus()
        await page.keyboard.press("Enter")
        await expect(level).to_contain_text("Muted")

        await make_reply(topic, tove, body="Once more.")
        await deliver_all()
        await page.goto(f"{base}/notices")
        await expect(page.locator(".told")).to_have_count(1)
    assert complaints == []
