"""Reading a topic to its end and taking it up again: without JavaScript from the front page on, and with it by scrolling."""

from litestar import Litestar
from playwright.async_api import expect

from kb.core.database import fetch_value
from kb.core.policy import Role
from tests.journeys.test_hearing_of_a_reply import sign_in
from tests.support.factories import make_person
from tests.support.forum_factories import make_reply, make_topic
from tests.support.pages_in_browser import open_browser
from tests.support.people_factories import PASSWORD, give_password
from tests.support.served import serve_app

TITLE = "Export stops at 100 rows"


async def test_the_forum_is_walked_answered_accepted_and_read_on_without_javascript(app: Litestar, db: str) -> None:
    ines, tove = await make_person(), await make_person(Role.AGENT, name="Tove")
    topic = await make_topic(ines, title=TITLE)
    await make_reply(topic, tove, body="Raise the limit.")
    async with serve_app(app) as base, open_browser() as browser:
        page = await (await browser.new_context(java_script_enabled=False)).new_page()
        await page.goto(base)
        await page.get_by_role("link", name="Help space").first.click()
        await page.get_by_role("link", name=TITLE).click()
        await page.locator("#reply").get_by_role("link", name="Sign in").click()
        await page.get_by_label("E-mail").fill(await give_password(ines))
        await page.get_by_label("Password").fill(PASSWORD)
        await page.get_by_role("button", name="Sign in").click()
        await page.wait_for_url(f"{base}{topic.path}")
        await page.get_by_role("button", name="This solved it").click()
        await expect(page.get_by_text("Accepted answer")).to_be_visible()
        await page.locator("textarea[name=body]").fill("That was it, thank you.")
        await page.get_by_role("button", name="Post answer").click()
        await expect(page.get_by_text("That was it, thank you.")).to_be_visible()

        await make_reply(topic, tove, body="The limit goes away in May.")
        await page.goto(f"{base}/unread")
        await page.get_by_role("link", name=TITLE).click()
        await expect(page.get_by_text("New since your last visit")).to_be_visible()
        await page.goto(f"{base}/unread")
        await expect(page.get_by_text("You have read everything")).to_be_visible()


async def test_with_javascript_what_stood_before_the_eyes_is_read_and_the_rest_is_not(app: Litestar, db: str) -> None:
    ines, tove = await make_person(), await make_person(Role.AGENT)
    topic = await make_topic(ines, title=TITLE)
    for number in range(12):
        await make_reply(topic, tove, body=f"Part {number}.\n\n" + "A line of it.\n\n" * 12)
    position = "select position from read_position"
    async with serve_app(app) as base, open_browser() as browser:
        page = await browser.new_page(viewport={"width": 390, "height": 800})
        await sign_in(page, base, ines)
        async with page.expect_response("**/read") as told:
            await page.goto(f"{base}{topic.path}")
        assert (await told.value).status == 200
        assert await fetch_value(position) <= 2
        async with page.expect_response("**/read"):
            await page.locator("[data-reads-to]").last.scroll_into_view_if_needed()
        assert await fetch_value(position) == 13
