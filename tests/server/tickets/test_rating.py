"""How it was: asked once, said by whoever asked, on the page or by the link in the mail, and changeable for a while."""

import re
from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest

from jobs.handlers.mail import ask
from jobs.tools import Tools
from kb.core.clock import clock_held_at, now
from kb.core.database import execute, fetch_all, fetch_value
from kb.core.policy import Role
from kb.mail.asking_how_it_was import ask_how_it_was
from kb.mail.office import office_of
from kb.mail.rating_links import read_rating_token, write_rating_token
from kb.tickets.acting import SOLVED
from kb.tickets.answering import reply_to_ticket
from kb.tickets.asking import OpenedTicket
from kb.tickets.rating import count_satisfaction
from server.wiring import Services
from tests.support.client import Client
from tests.support.factories import make_person
from tests.support.tickets_factories import make_ticket

Deliver = Callable[[], Awaitable[int]]


async def solved(hours_ago: float = 5, *, channel: str = "email") -> OpenedTicket:
    """A ticket of a customer with an address of theirs, answered and solved so long ago."""
    ines, tove = await make_person(), await make_person(Role.AGENT, name="Tove")
    with clock_held_at(now() - timedelta(hours=hours_ago)):
        ticket = await make_ticket(ines, channel=channel)
        await reply_to_ticket(tove, ticket.id, "Restart it.", acts=SOLVED)
    return ticket


async def test_the_requester_says_how_it_was_and_may_change_it_and_agents_read_it(client: Client) -> None:
    ines = await make_person()
    ticket, tove = await make_ticket(ines), await make_person(Role.AGENT)
    await client.sign_in(ines)
    assert "How was it?" not in (await client.get(f"/tickets/{ticket.number}")).text
    early = await client.post_form(f"/tickets/{ticket.number}/rating", {"score": "good"})
    await reply_to_ticket(tove, ticket.id, "Restart it.", acts=SOLVED)
    page = (await client.get(f"/tickets/{ticket.number}")).text
    bad = await client.post_form(f"/tickets/{ticket.number}/rating", {"score": "bad", "comment": "Two days."})
    again = await client.post_form(f"/tickets/{ticket.number}/rating", {"score": "good", "comment": "Found it."})

    assert "How was it?" in page
    assert [one.status_code for one in (early, bad, again)] == [409, 303, 303]
    counted = await count_satisfaction(tove)
    assert (counted.good, counted.bad) == (1, 0)
    assert counted.interval is not None
    assert counted.interval[0] < 0.5
    await client.sign_in(tove)
    assert "Found it." in (await client.get("/desk/ratings")).text
    assert "Found it." in (await client.get(f"/desk/{ticket.number}")).text
    assert (await client.post_form(f"/tickets/{ticket.number}/rating", {"score": "bad"})).status_code == 403


async def test_it_is_asked_once_by_mail_and_never_too_early_too_late_or_of_history(
    db: str, app_services: Services
) -> None:
    office = office_of(app_services.settings)
    due = await solved()
    early, late, history = await solved(1), await solved(24 * 5), await solved()
    await execute("update ticket set channel = 'import' where id = $1", history.id)
    said = await solved()
    await execute("insert into ticket_satisfaction (ticket_id, score, given_at) values ($1, 'good', now())", said.id)
    again = await solved()
    await execute("update ticket set state = 'open', solved_at = null where id = $1", again.id)

    assert await ask_how_it_was(office) == 1
    assert await ask_how_it_was(office) == 0
    rows = await fetch_all("select ticket_id, state from ticket_mail where kind = 'rating'")
    assert [(row["ticket_id"], row["state"]) for row in rows] == [(due.id, "waiting")]
    assert {early.id, late.id}.isdisjoint({due.id})


async def test_the_mail_holds_a_link_that_says_nothing_by_being_opened(
    client: Client, app_services: Services, db: str
) -> None:
    ticket, secret = await solved(), app_services.settings["SECRET_KEY"]
    token = write_rating_token(secret, ticket.id)

    page = await client.get(f"/ratings/{token}?score=bad")
    assert page.status_code == 200
    assert re.search(r'value="bad"\s+checked', page.text)
    assert await fetch_value("select count(*) from ticket_satisfaction") == 0
    said = await client.post_form(f"/ratings/{token}", {"score": "bad", "comment": "Slow."})
    assert "Thank you" in said.text
    assert await fetch_value("select score || ' ' || comment from ticket_satisfaction") == "bad Slow."
    odd = await client.post_form(f"/ratings/{token}", {"score": "meh", "comment": "Hm."})
    assert odd.status_code == 422
    assert "Hm." in odd.text
    assert (await client.get(f"/ratings/{token[:-1]}{'1' if token[-1] == '0' else '0'}")).status_code == 404
    assert read_rating_token("another secret", token) is None


@pytest.mark.parametrize("setting", ["on", "off"])
async def test_switched_off_nobody_is_asked(tools: Tools, app_services: Services, db: str, setting: str) -> None:
    await solved()
    office = office_of(app_services.settings.replaced(MAIL_ASKS_HOW_IT_WAS=setting))

    assert await ask_how_it_was(office) == (setting == "on")
    assert await ask(tools) == 0, "without a channel nothing is planned"
