"""One thing done with many tickets, with all or none, and taken back as one."""

from datetime import UTC, datetime, timedelta

import pytest

from kb.core.actor import Actor
from kb.core.clock import clock_held_at
from kb.core.database import execute, fetch_all, fetch_value
from kb.core.errors import Conflict, Invalid, NotAllowed, NotFound
from kb.core.ids import new_id
from kb.core.policy import Role
from kb.desk.acts import ACTS
from kb.desk.arranging_many import MOST, arrange_tickets, get_batch, take_back_batch
from kb.desk.saved_views import save_view
from kb.tickets.asking import OpenedTicket
from kb.tickets.assigning import assign_ticket
from kb.tickets.merging import merge_tickets
from kb.tickets.prioritising import prioritise_ticket
from kb.tickets.snoozing import snooze_ticket
from kb.tickets.solving import reopen_ticket, solve_ticket
from kb.tickets.splitting import take_back_change
from kb.tickets.tagging import set_ticket_tags
from tests.kb.clusters.test_duplicates import everything
from tests.support.desk_factories import make_team
from tests.support.factories import make_person
from tests.support.tickets_factories import make_ticket

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


async def _three(agent: Actor) -> list[OpenedTicket]:
    """Of one person: the first asleep until they write, the second tagged, urgent and the agent's, the third as it came."""
    ines = await make_person()
    tickets = [await make_ticket(ines) for _ in range(3)]
    await snooze_ticket(agent, tickets[0].id, None)
    await set_ticket_tags(agent, tickets[1].id, ["vip", "billing"])
    await prioritise_ticket(agent, tickets[1].id, "urgent")
    await assign_ticket(agent, tickets[1].id, agent.person_id)
    return tickets


async def _all_but_batches() -> dict[str, list[str]]:
    return {table: rows for table, rows in (await everything()).items() if table != "ticket_batch"}


@pytest.mark.parametrize("action", sorted(ACTS))
async def test_whatever_was_done_with_many_is_taken_back_to_the_last_row(db: str, action: str) -> None:
    agent = await make_person(Role.AGENT)
    team_id, tickets = await make_team(agent, routing="hand"), await _three(agent)
    await execute("update ticket set to_route = false")
    detail, changed = {
        "assign": (str(agent.person_id), 2), "team": (str(team_id), 3), "priority": ("urgent", 2), "tag": ("Billing, refund", 3),
        "untag": ("vip", 1), "snooze": ((datetime.now(UTC) + timedelta(days=1)).isoformat(), 3), "solve": ("", 3), "merge": ("", 2),
    }[action]  # fmt: skip
    before = await _all_but_batches()
    batch = await arrange_tickets(agent, [ticket.id for ticket in tickets], action, detail=detail)

    assert (batch.changed, batch.is_undone) == (changed, False)
    assert await get_batch(agent, batch.id) == batch
    assert await _all_but_batches() != before
    assert await take_back_batch(agent, batch.id) == changed
    assert await _all_but_batches() == before
    assert await take_back_batch(agent, batch.id) == 0
    assert (await get_batch(agent, batch.id)).is_undone


async def test_what_somebody_changed_since_stays_as_they_made_it(db: str) -> None:
    agent, other = await make_person(Role.AGENT), await make_person(Role.AGENT)
    tickets = await _three(agent)
    ids = [ticket.id for ticket in tickets]
    urgent = await arrange_tickets(agent, ids, "priority", detail="high")
    mine = await arrange_tickets(agent, ids, "assign", detail=str(agent.person_id))
    solved = await arrange_tickets(agent, ids, "solve")
    await prioritise_ticket(other, ids[0], "low")
    await assign_ticket(other, ids[1], other.person_id)
    await reopen_ticket(other, ids[2])
    assert await take_back_batch(agent, solved.id) == 2
    assert await take_back_batch(agent, mine.id) == 2
    assert await take_back_batch(agent, urgent.id) == 2
    rows = await fetch_all("select priority, assignee_id, state from ticket order by number")
    kept = [("low", None, "open"), ("urgent", other.person_id, "open"), ("normal", None, "open")]
    assert [tuple(row) for row in rows] == kept
    merged = await arrange_tickets(agent, ids, "merge")
    await take_back_change(agent, await fetch_value("select id from ticket_change order by id desc limit 1"))
    assert await take_back_batch(agent, merged.id) == 1
    assert await fetch_value("select count(*) from ticket where merged_into is not null") == 0


async def test_what_cannot_be_as_it_was_does_not_keep_the_rest_from_being_taken_back(db: str) -> None:
    agent, leaver = await make_person(Role.AGENT), await make_person(Role.AGENT)
    money, ines = await make_team(agent, name="Money", routing="hand"), await make_person()
    tickets = [await make_ticket(ines) for _ in range(3)]
    ids = [ticket.id for ticket in tickets]
    await assign_ticket(agent, ids[0], leaver.person_id)
    await set_ticket_tags(agent, ids[0], ["vip"])
    await set_ticket_tags(agent, ids[1], ["vip"])
    assigned = await arrange_tickets(agent, ids, "assign", detail=str(agent.person_id).upper())
    given = await arrange_tickets(agent, ids, "team", detail=str(money).upper())
    untagged = await arrange_tickets(agent, ids, "untag", detail="vip")
    await execute("update person set suspended_at = now() where id = $1", leaver.person_id)
    await set_ticket_tags(agent, ids[0], [f"t{n}" for n in range(20)])

    assert await take_back_batch(agent, assigned.id) == 2
    assert await take_back_batch(agent, untagged.id) == 1
    assert await take_back_batch(agent, given.id) == 3
    rows = await fetch_all("select assignee_id, team_id from ticket order by number")
    assert [tuple(row) for row in rows] == [(agent.person_id, None), (None, None), (None, None)]

    merged = await arrange_tickets(agent, ids[1:], "merge")
    await merge_tickets(agent, ids[1], into=ids[0])
    assert await take_back_batch(agent, merged.id) == 0
    assert (await get_batch(agent, merged.id)).is_undone


async def test_a_ticket_that_was_solved_anew_since_stays_solved(db: str) -> None:
    agent, other = await make_person(Role.AGENT), await make_person(Role.AGENT)
    tickets = await _three(agent)
    solved = await arrange_tickets(agent, [ticket.id for ticket in tickets], "solve")
    await reopen_ticket(other, tickets[1].id)
    await solve_ticket(other, tickets[1].id)

    assert await take_back_batch(agent, solved.id) == 2
    rows = await fetch_all("select state from ticket order by number")
    assert [row["state"] for row in rows] == ["open", "solved", "open"]


async def test_a_batch_kept_before_moments_were_noted_is_taken_back(db: str) -> None:
    agent, ticket = await make_person(Role.AGENT), await make_ticket()
    solved = await arrange_tickets(agent, [ticket.id], "solve")
    await execute("update ticket_batch set before = jsonb_set(before, '{0,2}', (before #> '{0,2}') - 4)")

    assert await take_back_batch(agent, solved.id) == 1
    assert await fetch_value("select state from ticket") == "open"


async def test_words_that_postgres_cannot_hold_are_kept_without_them(db: str) -> None:
    agent, ticket = await make_person(Role.AGENT), await make_ticket()
    team = await make_team(name="Mo\x00ney\ud800")
    await save_view(agent, "Re\x00funds", "refund", is_shared=False)
    await arrange_tickets(agent, [ticket.id], "tag", detail="v\x00ip, late\ud800")
    batch = await arrange_tickets(agent, [ticket.id], "solve", detail="\x00\ud800")

    assert await fetch_value("select name from team where id = $1", team) == "Mo\ufffdney\ufffd"
    assert await fetch_value("select name from saved_view") == "Re\ufffdfunds"
    assert (await get_batch(agent, batch.id)).changed == 1


async def test_a_snooze_of_a_moment_is_kept_to_the_minute_and_without_a_zone_meant_in_utc(db: str) -> None:
    agent, ticket = await make_person(Role.AGENT), await make_ticket()
    with clock_held_at(NOON):
        await arrange_tickets(agent, [ticket.id], "snooze", detail="2026-03-02T09:00")
    assert await fetch_value("select snoozed_until from ticket") == NOON + timedelta(hours=21)


async def test_all_are_changed_or_none_and_the_refusal_names_what_to_change(db: str) -> None:
    agent, ines = await make_person(Role.AGENT), await make_person()
    one, other, theirs = await make_ticket(ines), await make_ticket(ines), await make_ticket()
    await set_ticket_tags(agent, other.id, [f"t{n}" for n in range(20)])
    await solve_ticket(agent, theirs.id)
    before = await everything()
    both = [one.id, other.id]
    for ids, action, detail, field in (
        ([], "solve", "", "tickets"), ([new_id()] * 3 + [new_id() for _ in range(MOST)], "solve", "", "tickets"),
        (both, "burn", "", "action"), (both, "assign", "?", "detail"), (both, "assign", str(ines.person_id), "detail"),
        (both, "team", str(new_id()), "detail"),
        (both, "priority", "asap", "detail"), (both, "tag", " ,", "detail"), (both, "tag", "one-more", "detail"),
        (both, "snooze", "soon", "detail"), (both, "snooze", "2020-01-01T09:00", "detail"), ([one.id], "merge", "", "detail"),
    ):  # fmt: skip
        with pytest.raises(Invalid) as refusal:
            await arrange_tickets(agent, ids, action, detail=detail)
        assert set(refusal.value.fields) == {field}, (action, detail)
    for action in ("merge", "snooze"):
        with pytest.raises(Conflict):
            await arrange_tickets(agent, [one.id, theirs.id], action)
    with pytest.raises(NotFound):
        await arrange_tickets(agent, [one.id, new_id()], "solve")
    with pytest.raises(NotAllowed):
        await arrange_tickets(ines, [one.id], "solve")
    assert await everything() == before
    for missing in (get_batch(agent, new_id()), take_back_batch(agent, new_id())):
        with pytest.raises(NotFound):
            await missing
