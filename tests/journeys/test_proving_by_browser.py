"""A newcomer's browser works out the proof that a post wants; without scripts the post waits, and nobody is turned away."""

from dataclasses import replace

import pytest

from kb.core.actor import ANONYMOUS
from kb.core.database import fetch_value
from kb.core.trust import Trust
from kb.forum.queries import get_topic_page
from kb.people.sessions import open_session
from server.app import create_app
from server.security.identifying import SESSION_COOKIE
from server.wiring import Services
from tests.support.axe import find_barriers
from tests.support.factories import make_person
from tests.support.forum_factories import make_topic
from tests.support.pages_in_browser import open_browser
from tests.support.served import serve_app


@pytest.mark.parametrize(("has_scripts", "replies"), [(True, 1), (False, 0)])
async def test_a_reply_is_posted_with_its_proof_or_waits(
    app_services: Services, db: str, has_scripts: bool, replies: int
) -> None:
    settings = app_services.settings.replaced(PROOF_OF_WORK_BITS="10")
    app = create_app(replace(app_services, settings=settings), opens_database=False)
    topic, newcomer = await make_topic(), await make_person(trust=Trust.NEWCOMER)
    assert newcomer.person_id
    token = await open_session(newcomer.person_id, user_agent="tests")
    async with serve_app(app) as base, open_browser() as browser:
        context = await browser.new_context(java_script_enabled=has_scripts)
        await context.add_cookies([{"name": SESSION_COOKIE, "value": token, "url": base}])
        page = await context.new_page()
        await page.goto(base + topic.path)
        barriers = await find_barriers(page) if has_scripts else []
        await page.locator("textarea[name=body]").fill("Raise the limit in the settings.")
        await page.get_by_role("button", name="Post answer").click()
        await page.locator(".prose").get_by_text("Raise the limit in the settings.").wait_for()
        await context.close()

    assert len((await get_topic_page(ANONYMOUS, topic.number)).replies) == replies
    assert await fetch_value("select count(*) from screened_post where is_held") == 1 - replies
    assert not barriers, "\n".join(barriers)
