"""Merging and splitting tickets: read together or apart, nobody reads another's, and taking it back is exact."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kb.core.actor import Actor
from kb.core.clock import clock_held_at
from kb.core.database import fetch_all, fetch_value
from kb.core.errors import Conflict, Invalid, KbError, NotAllowed, NotFound
from kb.core.ids import new_id
from kb.core.policy import Role
from kb.desk.grammar import parse_filter
from kb.desk.views import list_tickets
from kb.tickets.access import find_ticket_id
from kb.tickets.acting import NO_ACTS, SOLVED
from kb.tickets.answering import reply_to_ticket
from kb.tickets.asking import OpenedTicket
from kb.tickets.assigning import assign_ticket
from kb.tickets.changes import list_ticket_changes
from kb.tickets.merging import merge_tickets
from kb.tickets.prioritising import prioritise_ticket
from kb.tickets.queries import get_ticket, list_my_tickets
from kb.tickets.snoozing import snooze_ticket
from kb.tickets.solving import solve_ticket
from kb.tickets.splitting import split_ticket, take_back_change
from tests.kb.clusters.test_duplicates import everything
from tests.support.factories import make_person
from tests.support.tickets_factories import make_ticket

START = datetime(2026, 3, 1, tzinfo=UTC)


async def _newest_change() -> UUID:
    found: UUID = await fetch_value("select id from ticket_change order by created_at desc, id desc limit 1")
    return found


async def _talk(ines: Actor, agent: Actor) -> list[OpenedTicket]:
    """Two tickets of one person whose messages alternate by the hour; in the second a note."""
    tickets = []
    for hour in range(2):
        with clock_held_at(START + timedelta(hours=hour)):
            tickets.append(await make_ticket(ines, subject=f"Ticket {hour}", body=f"hour {hour}"))
    said = ((2, 0, "customer"), (3, 1, "customer"), (4, 0, "agent"), (5, 1, "note"))
    for hour, which, kind in said:
        who = ines if kind == "customer" else agent
        with clock_held_at(START + timedelta(hours=hour)):
            await reply_to_ticket(who, tickets[which].id, f"hour {hour}", kind)  # type: ignore[arg-type]
    return tickets


async def test_merged_tickets_are_read_as_one_in_the_order_of_time_under_either_number(db: str) -> None:
    ines, agent = await make_person(), await make_person(Role.AGENT)
    stays, merged = await _talk(ines, agent)
    await prioritise_ticket(agent, merged.id, "high")
    await merge_tickets(agent, merged.id, into=stays.id)

    for number in (stays.number, merged.number):
        theirs, ours = await get_ticket(ines, number), await get_ticket(agent, number)
        assert theirs.number == ours.number == stays.number
        assert [m.source for m in ours.messages] == [f"hour {hour}" for hour in range(6)]
        assert [m.source for m in theirs.messages] == [f"hour {hour}" for hour in range(5)]
        assert {m.ticket_number for m in ours.messages} == {stays.number, merged.number}
        assert theirs.desk is None
        assert ours.desk is not None
        assert (ours.desk.merged, ours.desk.priority, ours.desk.changes) == ((merged.number,), "high", 1)
    row = (await list_my_tickets(ines))[0]
    assert (row.number, row.state, row.message_count) == (stays.number, "open", 5), "it is our turn in the merged one"
    assert len(await list_my_tickets(ines)) == 1
    (line,) = (await list_tickets(agent, parse_filter(""))).lines
    assert (line.number, line.waiting_since) == (stays.number, START + timedelta(hours=1))
    assert len((await list_tickets(agent, parse_filter('"hour 3"'))).lines) == 1
    await reply_to_ticket(ines, await find_ticket_id(ines, merged.number), "under the old number", "customer")
    assert (await get_ticket(agent, stays.number)).messages[-1].source == "under the old number"
    assert [c.number for c in await list_ticket_changes(agent, stays.id)] == [merged.number]


async def test_tickets_of_two_people_are_never_merged(db: str) -> None:
    agent, ines = await make_person(Role.AGENT), await make_person()
    hers, his = await make_ticket(ines), await make_ticket()
    before = await everything()

    with pytest.raises(Conflict, match="Link them instead"):
        await merge_tickets(agent, hers.id, into=his.id)
    with pytest.raises(Invalid):
        await merge_tickets(agent, hers.id, into=hers.id)
    with pytest.raises(NotFound):
        await merge_tickets(agent, hers.id, into=new_id())
    acts: tuple[Awaitable[object], ...] = (
        merge_tickets(ines, hers.id, into=hers.id),
        split_ticket(ines, hers.id, [], subject="Her own"),
        take_back_change(ines, new_id()),
        list_ticket_changes(ines, hers.id),
    )
    for act in acts:
        with pytest.raises(NotAllowed):
            await act

    assert await everything() == before


async def test_what_was_written_since_a_merge_stays_where_it_was_written(db: str) -> None:
    ines, agent = await make_person(), await make_person(Role.AGENT)
    stays, merged = await _talk(ines, agent)
    change = await merge_tickets(agent, merged.id, into=stays.id)
    await reply_to_ticket(agent, stays.id, "to both", "agent")
    await take_back_change(agent, change)

    kept, came_apart = await get_ticket(agent, stays.number), await get_ticket(agent, merged.number)
    assert [m.source for m in kept.messages] == ["hour 0", "hour 2", "hour 4", "to both"]
    assert [m.source for m in came_apart.messages] == ["hour 1", "hour 3", "hour 5"]
    assert (kept.state, came_apart.state) == ("pending", "open")
    with pytest.raises(NotFound):
        await take_back_change(agent, change)


async def test_messages_split_off_are_a_ticket_of_their_own_with_their_questions(
    db: str, deliver_all: Callable[[], Awaitable[int]]
) -> None:
    ines, agent = await make_person(), await make_person(Role.AGENT)
    ticket = await make_ticket(ines)
    await assign_ticket(agent, ticket.id, agent.person_id)
    other = "Something else: the export of all our customers stops after one hundred rows, every single time, on Monday as well as today."
    moved = await reply_to_ticket(ines, ticket.id, other, "customer")
    answered = await reply_to_ticket(agent, ticket.id, "Which browser?")
    noted = await reply_to_ticket(agent, ticket.id, "Looks like the limit.", "note")
    await deliver_all()
    made = await split_ticket(agent, ticket.id, [noted, answered, moved], subject=" Export stops ")
    await deliver_all()

    fresh, old = await get_ticket(agent, made.number), await get_ticket(agent, ticket.number)
    assert [m.kind for m in fresh.messages] == ["customer", "agent", "note"]
    assert (fresh.subject, fresh.state, fresh.assignee_id) == ("Export stops", "pending", agent.person_id)
    assert [len(old.messages), old.state] == [1, "pending"]
    assert await fetch_value("select parent_id from question where source_id = $1", moved) == made.id
    assert {t.number: t.message_count for t in await list_my_tickets(ines)} == {ticket.number: 1, made.number: 2}
    await take_back_change(agent, await _newest_change())
    await deliver_all()
    assert await fetch_value("select parent_id from question where source_id = $1", moved) == ticket.id
    with pytest.raises(NotFound):
        await get_ticket(agent, made.number)


async def test_a_question_that_comes_back_into_an_answered_ticket_still_waits(db: str) -> None:
    ines, agent = await make_person(), await make_person(Role.AGENT)
    for done in ("solved", "answered", "snoozed", "nothing"):
        with clock_held_at(START):
            ticket = await make_ticket(ines)
        with clock_held_at(START + timedelta(hours=1)):
            again = await reply_to_ticket(ines, ticket.id, "And something else entirely.", "customer")
        await split_ticket(agent, ticket.id, [again], subject="Else")
        if done == "snoozed":
            await snooze_ticket(agent, ticket.id, None)
        elif done != "nothing":
            await reply_to_ticket(agent, ticket.id, "Done.", acts=SOLVED if done == "solved" else NO_ACTS)
        await take_back_change(agent, await _newest_change())

        row = (
            await fetch_all("select state, solved_at, snoozed_at, waiting_since from ticket where id = $1", ticket.id)
        )[0]
        since = START + timedelta(hours=1 if done in {"solved", "answered"} else 0)
        assert tuple(row) == ("open", None, None, since), done


async def test_what_was_answered_before_it_was_split_off_waits_for_nobody_when_it_comes_back(db: str) -> None:
    ines, agent = await make_person(), await make_person(Role.AGENT)
    ticket = await make_ticket(ines)
    again = await reply_to_ticket(ines, ticket.id, "And something else entirely.", "customer")
    await reply_to_ticket(agent, ticket.id, "Both are mended.", acts=SOLVED)
    await split_ticket(agent, ticket.id, [again], subject="Else")
    await prioritise_ticket(agent, ticket.id, "high")
    await take_back_change(agent, await _newest_change())

    assert (await get_ticket(agent, ticket.number)).state == "solved"


async def test_only_what_can_begin_a_ticket_is_split_off(db: str) -> None:
    ines, agent = await make_person(), await make_person(Role.AGENT)
    ticket, others = await make_ticket(ines), await make_ticket(ines)
    first = await fetch_value("select id from ticket_message where ticket_id = $1", ticket.id)
    strange = await fetch_value("select id from ticket_message where ticket_id = $1", others.id)
    answer = await reply_to_ticket(agent, ticket.id, "Which browser?")
    again = await reply_to_ticket(ines, ticket.id, "Firefox", "customer")
    before = await everything()
    for messages in ([], [first], [first, again], [answer], [answer, again], [strange], [again, strange], [new_id()]):
        with pytest.raises(Invalid) as refusal:
            await split_ticket(agent, ticket.id, messages, subject="Browser")
        assert set(refusal.value.fields) == {"messages"}
    with pytest.raises(Invalid) as refusal:
        await split_ticket(agent, ticket.id, [again], subject=" ")
    assert set(refusal.value.fields) == {"subject"}
    assert await everything() == before

    made = await split_ticket(agent, ticket.id, [again], subject="Browser")
    taken = await reply_to_ticket(ines, ticket.id, "And Safari", "customer")
    await take_back_change(agent, await _newest_change())
    order = await fetch_all("select id from ticket_message where ticket_id = $1 order by position", ticket.id)
    assert [row["id"] for row in order] == [first, answer, taken, again], "its place was taken meanwhile"
    made = await split_ticket(agent, ticket.id, [again], subject="Browser")
    await reply_to_ticket(ines, made.id, "New here", "customer")
    with pytest.raises(Conflict):
        await take_back_change(agent, await _newest_change())


async def test_two_who_merge_crosswise_at_once_lose_nothing(db: str) -> None:
    ines, agent = await make_person(), await make_person(Role.AGENT)
    one, other = await make_ticket(ines), await make_ticket(ines)
    acts = [merge_tickets(agent, one.id, into=other.id), merge_tickets(agent, other.id, into=one.id)]
    results = await asyncio.gather(*acts, return_exceptions=True)

    assert sum(isinstance(result, Invalid) for result in results) == 1
    assert await fetch_value("select count(*) from ticket where merged_into is null") == 1
    assert len((await get_ticket(agent, one.number)).messages) == 2


STEPS = st.lists(
    st.tuples(st.sampled_from(("merge", "merge", "split")), st.integers(0, 3), st.integers(0, 3)),
    min_size=1,
    max_size=6,
)


@settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(steps=STEPS)
async def test_taking_every_change_back_gives_back_every_row(db: str, steps: list[tuple[str, int, int]]) -> None:
    ines, agent = await make_person(), await make_person(Role.AGENT)
    tickets = await _four_tickets(ines, agent)
    before = await everything()
    messages = await fetch_value("select count(*) from ticket_message")
    for what, one, other in steps:
        with suppress(KbError):
            if what == "merge":
                await merge_tickets(agent, tickets[one].id, into=tickets[other].id)
            else:
                await _split(agent, tickets[one], other)
        shown = await fetch_all("select number from ticket where merged_into is null")
        read = [await get_ticket(agent, row["number"]) for row in shown]
        assert sum(len(ticket.messages) for ticket in read) == messages
    while await fetch_value("select count(*) from ticket_change"):
        await take_back_change(agent, await _newest_change())
    assert await everything() == before


async def _four_tickets(ines: Actor, agent: Actor) -> list[OpenedTicket]:
    """In every state, urgent and not, one asleep, each with a few messages."""
    tickets = []
    for n in range(4):
        with clock_held_at(START + timedelta(hours=n)):
            tickets.append(await make_ticket(ines))
        for hour in range(3):
            with clock_held_at(START + timedelta(days=1, hours=4 * hour + n)):
                kinds = ("customer", "agent", "note") if n % 2 else ("agent", "customer", "customer")
                who = ines if kinds[hour] == "customer" else agent
                await reply_to_ticket(who, tickets[n].id, f"{n} {hour}", kinds[hour])  # type: ignore[arg-type]
    await prioritise_ticket(agent, tickets[1].id, "urgent")
    await snooze_ticket(agent, tickets[2].id, None)
    await solve_ticket(agent, tickets[3].id)
    await assign_ticket(agent, tickets[0].id, None)
    return tickets


async def _split(agent: Actor, ticket: OpenedTicket, begins: int) -> None:
    rows = await fetch_all("select id from ticket_message where ticket_id = $1 order by position", ticket.id)
    await split_ticket(agent, ticket.id, [row["id"] for row in rows[begins : begins + 2]], subject="Apart")
