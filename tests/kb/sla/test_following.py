"""Clocks in the database: they follow tickets, hold through repetition, and tell once what is broken."""

from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest

from kb.core.clock import clock_held_at, now
from kb.core.database import execute, fetch_all, fetch_value
from kb.core.errors import Conflict, Invalid, NotAllowed
from kb.core.policy import Role
from kb.desk.teams import remove_team
from kb.sla.business_hours import Hours
from kb.sla.following import follow_ticket
from kb.sla.policies import (
    list_calendars,
    list_policies,
    order_policies,
    remove_calendar,
    remove_policy,
    save_calendar,
    save_policy,
)
from kb.sla.queries import count_kept, list_clocks, list_promises_made
from kb.sla.rules import Policy
from kb.sla.sweeping import follow_left_behind, watch_promises
from kb.tickets.answering import reply_to_ticket
from kb.tickets.assigning import give_ticket_to_team
from kb.tickets.merging import merge_tickets
from kb.tickets.prioritising import prioritise_ticket
from kb.tickets.snoozing import snooze_ticket
from kb.tickets.solving import reopen_ticket, solve_ticket
from kb.tickets.tagging import set_ticket_tags
from tests.support.desk_factories import make_team
from tests.support.factories import make_person
from tests.support.tickets_factories import make_ticket

Deliver = Callable[[], Awaitable[int]]
HOUR = timedelta(hours=1)
USUAL = Policy("Usual", first_reply=4 * HOUR, next_reply=8 * HOUR, solution=48 * HOUR)
URGENT = Policy("Urgent", priorities=("urgent",), first_reply=HOUR, warn_before=timedelta(minutes=10))


async def due_of(ticket_id: object) -> object:
    return await fetch_value("select due_at from ticket where id = $1", ticket_id)


async def names_of_broken() -> list[str]:
    rows = await fetch_all("select name from outbox_message where name like 'Sla%' order by id")
    return [row["name"] for row in rows]


async def test_a_ticket_is_due_by_the_first_policy_that_fits_and_another_priority_moves_it(
    deliver_all: Deliver,
) -> None:
    admin, agent = await make_person(Role.ADMIN), await make_person(Role.AGENT)
    usual, urgent = await save_policy(admin, USUAL), await save_policy(admin, URGENT)
    await order_policies(admin, [urgent, usual])
    began = now()
    with clock_held_at(began):
        ticket = await make_ticket()
        await deliver_all()
        assert await due_of(ticket.id) == began + 4 * HOUR

        await prioritise_ticket(agent, ticket.id, "urgent")
        await deliver_all()
        assert await due_of(ticket.id) == began + HOUR
        [clock] = await list_clocks(agent, ticket.id)
        assert (clock.kind, clock.policy, clock.state) == ("first_reply", "Urgent", "running")

        await remove_policy(admin, urgent)
        await deliver_all()
        assert await due_of(ticket.id) == began + 4 * HOUR


async def test_a_reply_in_time_keeps_a_promise_and_what_is_late_is_told_once(deliver_all: Deliver) -> None:
    admin, agent, ines = await make_person(Role.ADMIN), await make_person(Role.AGENT), await make_person()
    await save_policy(admin, Policy("All", first_reply=HOUR, next_reply=HOUR, warn_before=timedelta(minutes=20)))
    began = now() - timedelta(hours=5)
    with clock_held_at(began):
        ticket = await make_ticket(ines)
        await deliver_all()
    with clock_held_at(began + timedelta(minutes=30)):
        assert await watch_promises() == 0
        await reply_to_ticket(agent, ticket.id, "Which browser?")
        await deliver_all()
    with clock_held_at(began + timedelta(minutes=50)):
        await reply_to_ticket(ines, ticket.id, "Firefox.", "customer")
        await deliver_all()
    with clock_held_at(began + timedelta(minutes=95)):
        assert (await watch_promises(), await watch_promises()) == (1, 0)
    with clock_held_at(began + timedelta(hours=3)):
        assert (await watch_promises(), await watch_promises()) == (1, 0)
        await reply_to_ticket(agent, ticket.id, "Thank you, found it.")
        await deliver_all()
        assert await watch_promises() == 0

    assert await names_of_broken() == ["SlaWarned", "SlaBreached"]
    assert await due_of(ticket.id) is None
    kept = {one.kind: (one.kept, one.broken) for one in await count_kept(agent)}
    assert kept == {"first_reply": (1, 0), "next_reply": (0, 1), "solution": (0, 0)}
    [late] = await list_promises_made(agent, state="broken")
    assert (late.ticket, late.kind, late.left) == (ticket.number, "next_reply", timedelta(minutes=-70))


async def test_following_again_changes_nothing_and_what_a_lost_message_left_is_caught_up(
    deliver_all: Deliver,
) -> None:
    admin, agent = await make_person(Role.ADMIN), await make_person(Role.AGENT)
    await save_policy(admin, USUAL)
    await deliver_all()
    ticket = await make_ticket()
    await execute("update outbox_message set done_at = now()")

    assert await follow_left_behind() == 1
    once = await fetch_all("select * from sla_clock order by kind")
    await follow_ticket(ticket.id)
    assert await fetch_all("select * from sla_clock order by kind") == once
    assert await follow_left_behind() == 0

    await snooze_ticket(agent, ticket.id, None)
    assert await follow_left_behind() == 1
    assert await due_of(ticket.id) is None
    assert {clock.state for clock in await list_clocks(agent, ticket.id)} == {"paused"}
    await solve_ticket(agent, ticket.id)
    assert await follow_left_behind() == 1
    assert {clock.state for clock in await list_clocks(agent, ticket.id)} == {"met"}


async def test_tickets_that_no_policy_fits_do_not_stand_before_those_left_behind(deliver_all: Deliver) -> None:
    agent, ines = await make_person(Role.AGENT), await make_person()
    await save_policy(await make_person(Role.ADMIN), URGENT)
    await deliver_all()
    tickets = [await make_ticket(ines) for _ in range(3)]
    await execute("update outbox_message set done_at = now()")
    assert [await follow_left_behind() for _ in range(2)] == [3, 0]

    await reply_to_ticket(agent, tickets[0].id, "Which browser?")
    await prioritise_ticket(agent, tickets[1].id, "urgent")
    await deliver_all()
    await reply_to_ticket(agent, tickets[1].id, "Which browser?")
    await execute("update outbox_message set done_at = now()")

    assert await follow_left_behind(limit=1) == 1
    assert [clock.state for clock in await list_clocks(agent, tickets[1].id)] == ["met"], (
        "all it was promised is played"
    )
    assert await follow_left_behind() == 0


async def test_a_policy_that_fits_a_ticket_later_counts_from_its_beginning(deliver_all: Deliver) -> None:
    admin, began = await make_person(Role.ADMIN), now() - 2 * HOUR
    with clock_held_at(began):
        await save_policy(admin, URGENT)
        ticket = await make_ticket()
        await deliver_all()
    assert await follow_left_behind() == 0
    await save_policy(admin, USUAL)
    await deliver_all()

    assert await due_of(ticket.id) == began + 4 * HOUR


async def test_policies_by_team_and_tag_follow_a_ticket_wherever_it_goes(deliver_all: Deliver) -> None:
    admin, agent = await make_person(Role.ADMIN), await make_person(Role.AGENT)
    team = await make_team(agent, routing="hand", channels=("form",))
    for policy in (
        Policy("Tagged", tags=("vip",), first_reply=HOUR),
        Policy("Team", teams=(team,), first_reply=2 * HOUR),
        Policy("Others", first_reply=3 * HOUR),
    ):
        await save_policy(admin, policy)
    await deliver_all()
    with clock_held_at(now()):
        ticket, began = await make_ticket(), now()
        await follow_ticket(ticket.id)
        assert await due_of(ticket.id) == began + 3 * HOUR
        await deliver_all()
        assert await due_of(ticket.id) == began + 2 * HOUR, "its channel's team"
        await set_ticket_tags(agent, ticket.id, ["vip"])
        await deliver_all()
        assert await due_of(ticket.id) == began + HOUR
        await set_ticket_tags(agent, ticket.id, [])
        await deliver_all()
        assert await due_of(ticket.id) == began + 2 * HOUR
        await give_ticket_to_team(agent, ticket.id, None)
        await deliver_all()
        assert await due_of(ticket.id) == began + 3 * HOUR


async def test_what_a_team_promised_is_promised_no_more_when_the_team_is_gone(deliver_all: Deliver) -> None:
    admin, agent = await make_person(Role.ADMIN), await make_person(Role.AGENT)
    team = await make_team(agent, routing="hand", channels=("form",))
    await save_policy(admin, Policy("Team", teams=(team,), first_reply=2 * HOUR))
    await save_policy(admin, Policy("Others", first_reply=3 * HOUR))
    with clock_held_at(now()):
        ticket, began = await make_ticket(), now()
        await deliver_all()
        assert await due_of(ticket.id) == began + 2 * HOUR
        await remove_team(admin, team)
        await deliver_all()
        assert await due_of(ticket.id) == began + 3 * HOUR


async def test_what_is_promised_no_more_stays_on_record_where_it_was_broken_by_then(deliver_all: Deliver) -> None:
    admin, agent, ines = await make_person(Role.ADMIN), await make_person(Role.AGENT), await make_person()
    policy = await save_policy(admin, Policy("All", first_reply=HOUR, solution=48 * HOUR))
    began = now() - 5 * HOUR
    with clock_held_at(began):
        late, merged = await make_ticket(ines), await make_ticket(ines)
        await deliver_all()
    with clock_held_at(began + 3 * HOUR):
        await watch_promises()
        await merge_tickets(agent, merged.id, into=late.id)
        await deliver_all()
    await remove_policy(admin, policy)
    await deliver_all()

    for ticket in (late, merged):
        [clock] = await list_clocks(agent, ticket.id)
        assert (clock.kind, clock.state, clock.due_at) == ("first_reply", "broken", None)
        assert clock.left <= timedelta()
        breached = await fetch_value("select breached_at from sla_clock where ticket_id = $1", ticket.id)
        assert breached == began + HOUR
    assert {one.kind: one.broken for one in await count_kept(agent)} == {
        "first_reply": 2,
        "next_reply": 0,
        "solution": 0,
    }
    once = await fetch_all("select * from sla_clock order by id")
    await follow_ticket(late.id)
    assert await fetch_all("select * from sla_clock order by id") == once


async def test_a_promise_broken_unnoticed_is_on_record_before_its_policy_goes(deliver_all: Deliver) -> None:
    admin, agent = await make_person(Role.ADMIN), await make_person(Role.AGENT)
    policy, began = await save_policy(admin, Policy("All", first_reply=HOUR)), now() - 5 * HOUR
    with clock_held_at(began):
        ticket = await make_ticket()
        await deliver_all()
    await remove_policy(admin, policy)
    await deliver_all()

    assert [clock.state for clock in await list_clocks(agent, ticket.id)] == ["broken"]
    assert await due_of(ticket.id) is None


async def test_a_solution_that_was_kept_stays_kept_when_it_is_promised_no_more_and_reopened(
    deliver_all: Deliver,
) -> None:
    admin, agent = await make_person(Role.ADMIN), await make_person(Role.AGENT)
    policy = await save_policy(admin, Policy("All", solution=48 * HOUR))
    ticket = await make_ticket()
    await solve_ticket(agent, ticket.id)
    await deliver_all()
    await remove_policy(admin, policy)
    await reopen_ticket(agent, ticket.id)
    await deliver_all()
    await follow_ticket(ticket.id)

    assert [clock.state for clock in await list_clocks(agent, ticket.id)] == ["met"]


async def test_history_is_promised_nothing(deliver_all: Deliver) -> None:
    await save_policy(await make_person(Role.ADMIN), USUAL)
    ticket = await make_ticket()
    await execute("update ticket set channel = 'import' where id = $1", ticket.id)
    await deliver_all()

    assert await due_of(ticket.id) is None
    assert await follow_left_behind() == 0


async def test_a_policys_words_are_kept_as_postgres_and_tickets_hold_them(deliver_all: Deliver) -> None:
    admin, agent = await make_person(Role.ADMIN), await make_person(Role.AGENT)
    policy = Policy("Go\x00ld\ud800", tags=("VIP Customer",), plans=("pl\x00us", " "), first_reply=HOUR)
    await save_policy(admin, policy)
    await save_calendar(admin, "Off\x00ice", Hours("UTC", (((540, 1020),),) * 7))
    await save_policy(admin, Policy("VIP", tags=("VIP Customer",), first_reply=HOUR))

    gold, vip = await list_policies(agent)
    assert (gold.policy.name, gold.policy.tags, gold.policy.plans) == (
        "Go\ufffdld\ufffd",
        ("vip-customer",),
        ("pl\ufffdus",),
    )
    assert [one.name for one in await list_calendars(agent)] == ["Off\ufffdice"]
    ticket = await make_ticket()
    await set_ticket_tags(agent, ticket.id, ["vip customer"])
    await deliver_all()
    assert [clock.policy for clock in await list_clocks(agent, ticket.id)] == [vip.policy.name]
    with pytest.raises(Invalid) as refused:
        await save_policy(admin, Policy("Odd", tags=("…",), first_reply=HOUR))
    assert set(refused.value.fields) == {"tags"}


async def test_policies_and_hours_are_checked_and_only_admins_change_them(db: str) -> None:
    admin, agent = await make_person(Role.ADMIN), await make_person(Role.AGENT)
    office = await save_calendar(admin, "Office", Hours("Europe/Berlin", (((540, 1020),),) * 5 + ((), ())))
    policy = await save_policy(admin, Policy("Gold", plans=("gold",), calendar_id=office, first_reply=HOUR))

    assert [one.hours.time_zone for one in await list_policies(agent)] == ["Europe/Berlin"]
    for wrong, field in (
        (Policy("", first_reply=HOUR), "name"),
        (Policy("Nothing"), "first_reply"),
        (Policy("Long", solution=timedelta(days=4000)), "solution"),
        (Policy("Gone", first_reply=HOUR, calendar_id=policy), "calendar_id"),
        (Policy("Gone", first_reply=HOUR, teams=(policy,)), "teams"),
    ):
        with pytest.raises(Invalid) as refused:
            await save_policy(admin, wrong)
        assert field in refused.value.fields
    for hours, field in ((Hours("Mars/Crater"), "time_zone"), (Hours("UTC", ((),) * 7), "week")):
        with pytest.raises(Invalid) as refused:
            await save_calendar(admin, "Odd", hours)
        assert field in refused.value.fields
    with pytest.raises(Conflict):
        await save_policy(admin, Policy("gold", first_reply=HOUR))
    with pytest.raises(Conflict):
        await remove_calendar(admin, office)
    with pytest.raises(NotAllowed):
        await save_policy(agent, USUAL)
    await remove_policy(admin, policy)
    await remove_calendar(admin, office)
