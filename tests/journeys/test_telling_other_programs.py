"""An admin registers a webhook, tests it, and reads in its log what was answered: by keyboard and without scripts."""

from dataclasses import replace

from litestar import Litestar
from playwright.async_api import Page

from jobs.tools import Tools
from kb.adapters.webhook_postman import WebhookPostman
from kb.core.database import execute
from kb.core.policy import Role
from tests.support.axe import find_barriers
from tests.support.delivering import deliver_until_quiet
from tests.support.factories import make_person
from tests.support.hooks_factories import INSIDE
from tests.support.pages_in_browser import open_browser
from tests.support.people_factories import PASSWORD, give_password
from tests.support.served import serve_app
from tests.support.webhook_receiver import receiver


async def sign_in(page: Page, address: str, email: str) -> None:
    await page.goto(address)
    await page.get_by_label("E-mail").fill(email)
    await page.get_by_label("Password").fill(PASSWORD)
    await page.keyboard.press("Enter")


async def test_a_webhook_is_added_tested_and_its_answer_read_without_scripts(
    app: Litestar, db: str, tools: Tools
) -> None:
    email = await give_password(await make_person(Role.ADMIN))
    async with receiver() as wiki, serve_app(app) as base, open_browser() as browser:
        wiki.statuses, wiki.answer_body = [200], "noted, thank you"
        context = await browser.new_context(viewport={"width": 390, "height": 844}, java_script_enabled=False)
        page = await context.new_page()
        await sign_in(page, f"{base}/sign-in?next=/settings/webhooks", email)
        await page.get_by_role("link", name="Add a webhook").first.click()

        await page.get_by_label("Who is told?").fill("The wiki")
        await page.get_by_label("Address").fill("https://wiki.example.com/hooks")
        await page.keyboard.press("Enter")
        await page.get_by_text("Choose at least one kind of event.").first.wait_for()
        assert await page.get_by_label("Who is told?").input_value() == "The wiki"
        await page.get_by_label("Somebody asks a question.").check()
        await page.get_by_role("button", name="Add the webhook").press("Enter")
        secret = await page.locator(".shown-once code").inner_text()
        assert secret.startswith("whsec_")

        await execute("update webhook set url = $1", wiki.url)  # on this machine, as if an operator had listed it
        await page.get_by_role("button", name="Send a test").press("Enter")
        await page.get_by_text("The test is on its way.").wait_for()
        await deliver_until_quiet(replace(tools, postman=WebhookPostman(INSIDE)))
        assert wiki.told[0].is_signed_with(secret)
        await page.reload()
        await page.get_by_text("noted, thank you").wait_for()
        await page.get_by_role("link", name="The wiki").click()
        await page.locator(".rows .badge", has_text="sent").wait_for()
        scripted = await browser.new_context(storage_state=await context.storage_state())
        looked_at = await scripted.new_page()
        await looked_at.goto(page.url)
        assert await find_barriers(looked_at) == []
