"""An agent works through the desk without a mouse: walks, opens, ticks, solves, takes back, assigns, snoozes, tags, filters, answers."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from litestar import Litestar
from playwright.async_api import Browser, Page

from kb.core.actor import Actor
from kb.core.database import fetch_all, fetch_value
from kb.core.policy import Role
from kb.tickets.linking import link_incident
from tests.support.axe import find_barriers, overflow_of
from tests.support.factories import make_person
from tests.support.pages_in_browser import open_browser, signed_in
from tests.support.served import serve_app
from tests.support.tickets_factories import make_ticket


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with open_browser() as opened:
        yield opened


async def _press(page: Page, *keys: str) -> None:
    for key in keys:
        await page.keyboard.press(key)


async def _told(page: Page, text: str) -> None:
    """The next page says it, and its scripts hear keys."""
    await page.get_by_text(text, exact=True).first.wait_for()
    await page.wait_for_load_state("load")


@asynccontextmanager
async def _at_the_desk(browser: Browser, base: str, agent: Actor, width: int) -> AsyncIterator[Page]:
    async with signed_in(browser, base, agent, viewport={"width": width, "height": 900}) as page:
        await page.goto(f"{base}/desk")
        yield page


@pytest.mark.parametrize("width", [390, 1280])
async def test_tickets_are_ticked_solved_taken_back_assigned_tagged_and_snoozed_by_keys_alone(
    browser: Browser, app: Litestar, db: str, width: int
) -> None:
    agent = await make_person(Role.AGENT, name="Tove Lindqvist")
    first, second = await make_ticket(subject="First"), await make_ticket(subject="Second")
    async with serve_app(app) as base, _at_the_desk(browser, base, agent, width) as page:
        assert await find_barriers(page) == []
        assert not await overflow_of(page)
        await _press(page, "j", "x", "j", "x", "e")
        await _told(page, "2 tickets: solved.")
        assert await fetch_value("select count(*) from ticket where state = 'solved'") == 2
        assert await find_barriers(page) == []
        await _press(page, "z")
        await _told(page, "2 tickets are as they were again.")
        assert await fetch_value("select count(*) from ticket where state = 'open'") == 2

        await _press(page, "j", "a")  # the one she is on is meant where none is ticked
        assert await page.evaluate("document.activeElement.name") == "assignee_id"
        await page.keyboard.type("Me")
        await _press(page, "Enter")
        await _told(page, "1 ticket: assigned.")
        await _press(page, "j", "#")
        await page.keyboard.type("vip, billing")
        await _press(page, "Enter")
        await _told(page, "1 ticket: tagged.")
        await _press(page, "j", "j", "s")
        await page.keyboard.type("For a week")
        await _press(page, "Enter")
        await _told(page, "1 ticket: snoozed.")
    rows = await fetch_all("select id, assignee_id, snoozed_until > now() + interval '6 days' as sleeps from ticket")
    found = {row["id"]: (row["assignee_id"], row["sleeps"]) for row in rows}
    assert found == {first.id: (agent.person_id, None), second.id: (None, True)}
    assert await fetch_value("select array_agg(name order by name) from ticket_tag") == ["billing", "vip"]


async def test_a_ticket_is_found_opened_answered_with_its_linked_ones_and_solved_by_keys_alone(
    browser: Browser, app: Litestar, db: str
) -> None:
    agent = await make_person(Role.AGENT)
    problem, incident = await make_ticket(subject="First"), await make_ticket(subject="Second")
    await link_incident(agent, problem.id, incident.id)
    async with serve_app(app) as base, _at_the_desk(browser, base, agent, 1280) as page:
        await _press(page, "g", "m")
        await page.wait_for_url("**/desk?queue=mine")
        await _press(page, "/", "ControlOrMeta+a")
        await page.keyboard.type("is:problem")
        await _press(page, "Enter")
        await page.wait_for_url("**/desk?filter=is*")
        await _press(page, "?")
        assert await page.get_by_text("Tick the ticket you are on").is_visible()
        await _press(page, "Escape", "j", "o")
        await page.wait_for_url(f"**/desk/{problem.number}")
        assert await find_barriers(page) == []
        assert not await overflow_of(page)
        await _press(page, "r")
        await page.keyboard.type("A fix is on its way.")
        await _tab_to(page, "to_linked")
        await _press(page, "Space")
        await _tab_to(page, "Send")
        await _press(page, "Enter")
        await _told(page, "Sent in 2 tickets.")
        await _press(page, "e")
        await _told(page, "Solved.")
    states = await fetch_all("select state from ticket order by number")
    assert [row["state"] for row in states] == ["solved", "pending"]


async def _tab_to(page: Page, text: str) -> None:
    for _ in range(40):
        await page.keyboard.press("Tab")
        if text in await page.evaluate("[document.activeElement.innerText, document.activeElement.name].join(' ')"):
            return
    raise AssertionError(f"Tab never came to {text}")
