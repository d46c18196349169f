"""Bookmarks, timers and one's lists without JavaScript: everything is a form or a link."""

from litestar import Litestar
from playwright.async_api import Page, expect

from kb.core.policy import Role
from tests.journeys.test_hearing_of_a_reply import sign_in
from tests.support.factories import make_person
from tests.support.forum_factories import make_reply, make_topic
from tests.support.pages_in_browser import open_browser
from tests.support.served import serve_app

LOUD, QUIET = "Noise of the whole day", "Export stops at 100 rows"


async def test_a_post_is_kept_a_timer_set_and_a_space_muted_without_javascript(app: Litestar, db: str) -> None:
    moderator, tove = await make_person(Role.MODERATOR), await make_person(Role.AGENT, name="Tove")
    topic = await make_topic(tove, title=QUIET)
    await make_reply(topic, tove, body="Raise the limit.")
    await make_topic(tove, title=LOUD, space="loud")
    async with serve_app(app) as base, open_browser() as browser:
        page = await (await browser.new_context(java_script_enabled=False)).new_page()
        await sign_in(page, base, moderator)
        await page.goto(f"{base}{topic.path}")
        await _keep(page, base)
        await page.get_by_role("link", name=QUIET).first.click()
        await _set_and_cancel_a_timer(page)
        await _mute(page, base)


async def _keep(page: Page, base: str) -> None:
    await page.get_by_role("button", name="Bookmark this post").last.click()
    await page.get_by_role("link", name="Note or reminder").click()
    await page.get_by_label("Note").fill("For the handbook")
    await page.get_by_label("Remind me").select_option("week")
    await page.get_by_role("button", name="Save").click()
    await page.goto(f"{base}/bookmarks")
    await expect(page.get_by_text("For the handbook")).to_be_visible()
    await page.get_by_role("link", name="With a reminder").click()
    await expect(page.get_by_role("link", name=QUIET)).to_be_visible()


async def _set_and_cancel_a_timer(page: Page) -> None:
    await _open_timer(page)
    await page.get_by_label("Days without a reply").fill("30")
    await page.get_by_role("button", name="Set the timer").click()
    await expect(page.get_by_text("unless somebody replies").first).to_be_visible()
    await _open_timer(page)
    await page.get_by_role("button", name="Cancel it").click()
    await expect(page.get_by_text("unless somebody replies")).to_have_count(0)


async def _open_timer(page: Page) -> None:
    """By the moderator's menu, which opens without scripts."""
    await page.locator("details", has=page.locator("a[href$='/timer']")).locator("> summary").first.click()
    await page.locator("a[href$='/timer']").first.click()


async def _mute(page: Page, base: str) -> None:
    await page.goto(f"{base}/new")
    await expect(page.get_by_role("link", name=LOUD)).to_be_visible()
    await page.goto(f"{base}/s/loud")
    await page.locator("a[href='/s/loud/watch']").click()
    await page.get_by_role("radio", name="Muted").check()
    await page.get_by_role("button", name="Save").click()
    await expect(page.get_by_role("link", name=LOUD)).to_be_visible()
    for path in ("/new", "/"):
        await page.goto(f"{base}{path}")
        await expect(page.get_by_role("link", name=LOUD)).to_have_count(0)
    await page.get_by_role("link", name="What you watch or mute").click()
    await expect(page.get_by_role("link", name="Loud space")).to_be_visible()
