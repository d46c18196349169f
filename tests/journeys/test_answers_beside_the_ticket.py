"""An agent answers a ticket of two problems: a key inserts what worked, undo takes it out, and the customer's history is below."""

import os
import re
from collections.abc import AsyncIterator
from pathlib import Path
from uuid import UUID

import pytest
from litestar import Litestar
from playwright.async_api import Browser, expect

from kb.answers.collecting import collect_answer_of_post
from kb.answers.macro_proposals import accept_macro, list_macro_proposals
from kb.core.actor import Actor
from kb.core.clock import now
from kb.core.database import execute, fetch_all, fetch_value
from kb.core.ids import new_id
from kb.core.policy import Role
from kb.tickets.asking import OpenedTicket
from tests.support.answers_factories import ask_question, make_cluster, make_solved_topic, use_answer
from tests.support.axe import find_barriers, overflow_of
from tests.support.factories import make_person
from tests.support.pages_in_browser import open_browser, signed_in
from tests.support.repeated_replies import write_again
from tests.support.served import serve_app
from tests.support.tickets_factories import make_ticket

REFUND = "The second charge goes back to your card within five days."
PICTURES = os.environ.get("PICTURES", "")
"""A folder for pictures of the pages, for people to look at; none are taken without."""


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with open_browser() as opened:
        yield opened


async def ask_two_things(agent: Actor) -> OpenedTicket:
    """A ticket about a password, which a macro answers, and a charge, which a post does; the customer has a history."""
    reset, charged = await make_cluster("Reset mail does not arrive"), await make_cluster("Charged twice")
    await write_again(reset, 4)
    await execute("update question set asked_at = asked_at - interval '30 days'")
    [proposal] = await list_macro_proposals(agent)
    await accept_macro(
        agent, proposal.id, name="Reset the password", body=proposal.body + "\n\nIt was on {{fill: date}}."
    )
    _, post_id = await make_solved_topic(answer=REFUND, cluster_id=charged, title="I was charged twice for May")
    await collect_answer_of_post(post_id)
    answer_id: UUID = await fetch_value("select id from answer where source_id = $1", post_id)
    yusuf = await make_person(name="Yusuf Kaya")
    for name in ("opened", "shown"):
        await use_answer(answer_id, yusuf, name, surface="widget")
    await execute("insert into release (version, released_at) values ('3.2', $1)", now())
    body = "Hello,\n\n1. The reset mail never arrives here, I waited for an hour.\n2. I was charged twice for May."
    ticket = await make_ticket(yusuf, subject="Two things that went wrong", body=body)
    texts = (
        "The reset mail never arrives here, I waited for an hour.",
        "I was charged twice for May.",
        "The logo is green on Tuesdays.",
    )
    for segment, (text, cluster) in enumerate(zip(texts, (reset, charged, None), strict=True)):
        question = await ask_question(ticket.id, kind="ticket", person=yusuf, cluster_id=cluster, source_id=new_id())
        await execute(
            "update question set text = $2, segment = $3, visibility = 'private' where id = $1", question, text, segment
        )
    return ticket


async def test_a_key_inserts_at_the_cursor_and_undo_takes_it_out(app: Litestar, db: str, browser: Browser) -> None:
    agent = await make_person(Role.AGENT, name="Tom Berg")
    ticket = await ask_two_things(agent)
    async with (
        serve_app(app) as base,
        signed_in(browser, base, agent, viewport={"width": 1280, "height": 900}) as page,
    ):
        await page.goto(f"{base}/desk/{ticket.number}")
        text = page.locator("#reply textarea")
        await text.fill("Dear Yusuf,\n\nTom")
        await text.evaluate("field => field.setSelectionRange(11, 11)")
        await page.keyboard.press("Escape")
        await text.blur()
        await page.keyboard.press("2")
        await expect(text).to_have_value(f"Dear Yusuf,\n\n{REFUND}\n\nTom")

        await page.keyboard.press("Control+z")
        assert await text.input_value() == "Dear Yusuf,\n\nTom"
        await text.blur()
        await page.keyboard.press("1")
        await expect(text).to_have_value(re.compile("choose Security"))
        chosen = await text.evaluate("field => field.value.slice(field.selectionStart, field.selectionEnd)")
        assert chosen == "[date]", "the gap is chosen, to be written over"
        await page.keyboard.type("Friday")
        assert "It was on Friday." in await text.input_value()
        inserted = await fetch_all("select text from answer_insertion order by created_at")
        assert [("Friday" in row["text"], "[date]" in row["text"]) for row in inserted] == [
            (False, False),
            (False, True),
        ]

        await page.get_by_role("heading", name="History of Yusuf Kaya").scroll_into_view_if_needed()
        await page.get_by_role("link", name="Help seen").click()
        await page.locator(".history .chip[aria-current]", has_text="Help seen").wait_for()
        assert await page.locator(".history .moment").count() == 1


async def test_without_scripts_nothing_typed_is_lost(app: Litestar, db: str, browser: Browser) -> None:
    agent = await make_person(Role.AGENT, name="Tom Berg")
    ticket = await ask_two_things(agent)
    async with serve_app(app) as base, signed_in(browser, base, agent, java_script_enabled=False) as page:
        await page.goto(f"{base}/desk/{ticket.number}")
        await page.locator("#reply textarea").fill("Dear Yusuf,")
        await page.get_by_role("button", name="Insert: I was charged twice").click()
        assert await page.locator("#reply textarea").input_value() == f"Dear Yusuf,\n\n{REFUND}"
        await page.get_by_role("link", name="What they asked, what hurt").click()
        assert page.url.endswith("/timeline")


async def test_the_pages_let_everybody_in_at_both_widths_and_in_both_schemes(
    app: Litestar, db: str, browser: Browser
) -> None:
    agent = await make_person(Role.AGENT, name="Tom Berg")
    ticket = await ask_two_things(agent)
    await write_again(
        await make_cluster("Export ends early"), body="The export ends at 10,000 rows, choose a shorter time."
    )
    proposal, macro = (
        await fetch_value("select id from macro_proposal where state = 'waiting'"),
        await fetch_value("select id from macro"),
    )
    paths = (
        f"/desk/{ticket.number}",
        "/desk/macros/proposals",
        f"/desk/macros/proposals/{proposal}",
        f"/desk/macros/{macro}",
        "/kb/drafts",
    )
    async with serve_app(app) as base:
        for width, scheme in ((390, "dark"), (1280, "light"), (390, "light"), (1280, "dark")):
            view = {"width": width, "height": 900}
            async with signed_in(browser, base, agent, viewport=view, color_scheme=scheme) as page:
                for path in paths:
                    await page.goto(f"{base}{path}")
                    if "desk/" in path and "macros" not in path:
                        await page.locator("[hx-trigger=revealed]").evaluate("part => part.scrollIntoView()")
                        await page.locator(".history").wait_for()
                    if PICTURES:
                        name = path.strip("/").replace("/", "_")[:24]
                        await page.screenshot(path=Path(PICTURES) / f"{name}_{width}_{scheme}.png", full_page=True)
                    assert await find_barriers(page) == []
                    assert await overflow_of(page) == 0
