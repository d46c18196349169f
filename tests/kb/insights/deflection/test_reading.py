"""The same month through the tables: noted, joined with what people sent, added up, estimated."""

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest

from kb.core.actor import ANONYMOUS
from kb.core.clock import clock_held_at, now
from kb.core.database import execute, execute_many, fetch_all
from kb.core.errors import NotAllowed, NotFound
from kb.core.ids import new_id
from kb.core.permissions import Permission
from kb.core.policy import Role
from kb.insights.deflection.noting import SESSION_ENDS, Typing, note_session
from kb.insights.deflection.reading import list_sessions, read_deflection
from tests.kb.insights.deflection.months import Month, World, live
from tests.support.factories import make_person
from tests.support.tickets_factories import make_ticket

TYPING = Typing("ticket", "shown", 0.05)


async def test_typing_on_is_one_session_a_pause_ends_it_and_its_arm_is_that_of_its_first_moment(db: str) -> None:
    ines, began = await make_person(), now() - timedelta(days=3)
    answer = new_id()
    with clock_held_at(began):
        first = await note_session(ines, Typing("ticket", "held", 0.05, [answer]))
    with clock_held_at(began + timedelta(minutes=5)):
        assert await note_session(ines, Typing("ticket", "shown", 0.05)) == first
        other = await note_session(ines, Typing("ask", "held", 0.05))
    with clock_held_at(began + timedelta(minutes=6) + SESSION_ENDS):
        later = await note_session(ines, TYPING)

    rows = await fetch_all(
        "select id, arm, answers, last_at - began_at as lasted from deflection_session order by began_at"
    )
    assert [(row["id"], row["arm"]) for row in rows] == [(first, "held"), (other, "held"), (later, "shown")]
    assert rows[0]["answers"] == [answer]
    assert rows[0]["lasted"] == timedelta(minutes=5)


async def test_strangers_and_staff_are_not_noted(db: str) -> None:
    assert await note_session(await make_person(Role.AGENT), TYPING) is None
    assert await note_session(ANONYMOUS, TYPING) is None


async def test_a_ticket_counts_once_for_the_session_before_it_and_security_counts_nowhere(db: str) -> None:
    reader, ines, began = await make_person(Role.PRODUCT_MANAGER), await make_person(), now() - timedelta(days=4)
    for minutes in (0, 60):
        with clock_held_at(began + timedelta(minutes=minutes)):
            await note_session(ines, TYPING)
    ticket = await make_ticket(ines)
    await execute("update ticket set created_at = $2 where id = $1", ticket.id, began + timedelta(minutes=65))
    with clock_held_at(began + timedelta(hours=3)):
        await note_session(ines, TYPING)
        await note_session(ines, Typing("ticket", "shown", 0.05, is_exempt=True))
        await note_session(ines, TYPING)
    with clock_held_at(now() - timedelta(hours=1)):
        await note_session(await make_person(), TYPING)

    report = await read_deflection(reader)

    assert (report.all.shown.n, report.all.shown.y) == (2, 1)
    assert (report.weaker.sessions, report.weaker.tickets, report.weaker.left) == (2, 1, 1)
    assert report.all.difference is None
    assert [(one.ended, one.ticket) for one in await list_sessions(reader)] == [(True, None), (False, None)]
    assert [one.ticket for one in await list_sessions(await make_person(Role.AGENT))] == [ticket.number, None]
    with pytest.raises(NotAllowed):
        await read_deflection(await make_person(Role.MODERATOR))
    with pytest.raises(NotAllowed):
        await list_sessions(replace(reader, scopes=frozenset({Permission.CLUSTER_READ.value})))
    with pytest.raises(NotFound):
        await read_deflection(reader, days=31)


async def test_a_whole_month_comes_out_of_the_tables_as_it_went_in(db: str) -> None:
    """Sums of the statement against sums made beside it, and an interval around a truth we chose."""
    world = World(people=1_500, held=0.2, spared=0.5)
    month = live(world, np.random.default_rng(4))
    await write_down(month)
    held, shown = month.arms
    admin = await make_person(Role.ADMIN)

    report = await read_deflection(admin, days=90)

    assert (report.all.held, report.all.shown) == (held, shown)
    assert [one.name for one in report.surfaces] == ["ask", "ticket"]
    assert sum(one.shown.n for one in report.surfaces) == sum(one.shown.n for one in report.months) == shown.n
    difference, spared = report.all.difference, report.all.avoided
    assert difference is not None
    assert spared is not None
    assert difference.low < world.truth < difference.high
    assert spared.is_sure
    assert report.weaker.sessions - report.weaker.tickets == report.weaker.left == shown.n - shown.y
    rows = await list_sessions(admin, days=90, arm="held", limit=10_000)
    assert (len(rows), sum(row.ended for row in rows)) == (held.n, held.y)


async def write_down(month: Month) -> None:
    """Each person's sessions a day and an hour apart, the tickets ten minutes after the first of them."""
    began, people, sessions, tickets = now() - timedelta(days=80), [], [], []
    for number, (n, y, is_held) in enumerate(zip(month.sessions, month.tickets, month.is_held, strict=True)):
        person = new_id()
        people.append((person, f"p{number}@example.com", f"P {number}", f"p{number}", began))
        for turn in range(n):
            at = began + timedelta(hours=25 * turn)
            arm, surface = "held" if is_held else "shown", "ask" if turn % 2 else "ticket"
            sessions.append((new_id(), person, surface, arm, 0.2, at))
            if turn < y:
                tickets.append((new_id(), "It broke", person, at + timedelta(minutes=10)))
    await execute_many(
        "insert into person (id, email, name, username, role, created_at) values ($1, $2, $3, $4, 'member', $5)", people
    )
    await execute_many(
        "insert into deflection_session (id, person_id, surface, arm, share, began_at, last_at)"
        " values ($1, $2, $3, $4, $5, $6, $6)",
        sessions,
    )
    await execute_many(
        "insert into ticket (id, subject, requester_id, channel, created_at, last_message_at)"
        " values ($1, $2, $3, 'form', $4, $4)",
        tickets,
    )
