"""An agent answers a question of the forum without a mouse: from the list to the reply, with an answer that worked before put into it."""

import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from litestar import Litestar
from playwright.async_api import Browser, expect

from kb.answers.collecting import collect_answer_of_message
from kb.core.database import execute, fetch_value
from kb.core.ids import new_id
from kb.core.policy import Role
from kb.forum.asking import AskedTopic
from tests.support.answers_factories import ask_question, make_answered_ticket, make_cluster
from tests.support.axe import find_barriers, overflow_of
from tests.support.factories import make_person
from tests.support.forum_factories import make_topic
from tests.support.pages_in_browser import open_browser, signed_in
from tests.support.served import serve_app

PICTURES = os.environ.get("PICTURES", "")
"""A folder for pictures of the pages, for people to look at; none are taken without."""

HELD = "Open Settings, choose Security and press Reset. The link is good for an hour."


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with open_browser() as opened:
        yield opened


async def two_questions() -> AskedTopic:
    """One of them, which has waited longer, was answered in a ticket before."""
    asker, cluster_id = await make_person(name="Yusuf Kaya"), await make_cluster()
    _, message_id = await make_answered_ticket(answer=HELD, cluster_id=cluster_id)
    await collect_answer_of_message(message_id)
    topic = await make_topic(asker, title="The reset mail never comes", body="I pressed the button **twice**.")
    await make_topic(asker, title="Invoices are sent twice")
    await execute("delete from question where parent_id = $1", topic.id)
    await ask_question(topic.id, kind="topic", person=asker, cluster_id=cluster_id, source_id=new_id())
    return topic


async def test_a_question_is_found_answered_with_what_worked_and_waits_no_more(
    app: Litestar, db: str, browser: Browser
) -> None:
    agent, topic = await make_person(Role.AGENT, name="Tom Berg"), await two_questions()
    async with serve_app(app) as base, signed_in(browser, base, agent) as page:
        await page.goto(f"{base}/desk")
        await page.keyboard.type("gf")
        await page.wait_for_url("**/desk/topics")
        await page.keyboard.type("jo")
        await page.wait_for_url(f"**/desk/topics/{topic.number}")
        await page.locator("#reply [data-ready]").wait_for()
        await page.keyboard.press("1")
        await expect(page.locator("#reply textarea")).to_have_value(HELD)
        await page.keyboard.press("Control+Enter")
        await page.get_by_text("Posted. Everybody reads it now.").wait_for()
        await page.goto(f"{base}/desk/topics")
        await expect(page.get_by_text("Invoices are sent twice")).to_be_visible()
        await expect(page.get_by_text("The reset mail never comes")).to_have_count(0)
    assert await fetch_value("select count(*) from answer_insertion") == 1, "a job looks at the posted reply"


async def test_the_forums_questions_let_everybody_in(app: Litestar, db: str, browser: Browser) -> None:
    agent, topic = await make_person(Role.AGENT, name="Tom Berg"), await two_questions()
    async with serve_app(app) as base:
        for width, scheme in ((390, "dark"), (1280, "light"), (390, "light"), (1280, "dark")):
            view = {"width": width, "height": 900}
            async with signed_in(browser, base, agent, viewport=view, color_scheme=scheme) as page:
                for name, path in (("topics", "/desk/topics"), ("topic", f"/desk/topics/{topic.number}")):
                    await page.goto(f"{base}{path}")
                    if PICTURES:
                        await page.screenshot(path=Path(PICTURES) / f"{name}_{width}_{scheme}.png", full_page=True)
                    assert await find_barriers(page) == []
                    assert await overflow_of(page) == 0
