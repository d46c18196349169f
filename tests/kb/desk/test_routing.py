"""Teams, and who of them gets the next ticket: fair, within their room, and once."""

import asyncio
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.core.actor import SYSTEM, Actor
from kb.core.database import execute, fetch_all, fetch_one, fetch_value
from kb.core.errors import Invalid, NotAllowed, NotFound
from kb.core.ids import new_id
from kb.core.policy import Role
from kb.desk.presence import get_presence, set_presence
from kb.desk.routing import route_ticket, route_waiting_tickets
from kb.desk.rules import Candidate, choose_agent
from kb.desk.teams import (
    TeamDraft,
    add_member,
    change_team,
    create_team,
    get_team,
    list_teams,
    remove_member,
    remove_team,
)
from kb.tickets.assigning import assign_ticket, give_ticket_to_team
from kb.tickets.solving import solve_ticket
from tests.support.desk_factories import make_team
from tests.support.factories import make_person
from tests.support.tickets_factories import make_ticket


async def _assignees() -> Counter[str]:
    rows = await fetch_all("select p.name from ticket t join person p on p.id = t.assignee_id")
    return Counter(row["name"] for row in rows)


async def _agents(count: int) -> list[Actor]:
    return [await make_person(Role.AGENT, name=f"Agent {n}") for n in range(count)]


@pytest.mark.parametrize("routing", ["round_robin", "least_open"])
async def test_many_tickets_at_once_are_shared_evenly_and_each_is_given_once(db: str, routing: str) -> None:
    await make_team(*await _agents(4), routing=routing, channels=("form",))
    ines = await make_person()
    tickets = [await make_ticket(ines) for _ in range(20)]

    given_ = await asyncio.gather(*(route_ticket(ticket.id) for ticket in tickets * 2))

    assert sum(given_) == 20
    assert set((await _assignees()).values()) == {5}
    assert await fetch_value("select count(*) from audit_line where action = 'ticket.assign'") == 20
    assert await fetch_value("select count(*) from ticket where to_route or team_id is null") == 0


async def test_the_rules_pass_over_who_is_away_full_suspended_or_no_agent_any_more(db: str) -> None:
    here, away, full, suspended, left = await _agents(5)
    await make_team(here, away, full, suspended, left, channels=("form",))
    await set_presence(away, is_away=True, capacity=None)
    await set_presence(full, is_away=False, capacity=1)
    await execute("update person set suspended_at = now() where id = $1", suspended.person_id)
    await execute("update person set role = 'member' where id = $1", left.person_id)
    ines = await make_person()
    for _ in range(5):
        await route_ticket((await make_ticket(ines)).id)

    assert await _assignees() == {"Agent 0": 4, "Agent 2": 1}


async def test_a_ticket_that_finds_nobody_waits_and_is_given_once_somebody_is_back(db: str) -> None:
    (agent,) = await _agents(1)
    await make_team(agent, channels=("form",))
    await set_presence(agent, is_away=True, capacity=3)
    first = await get_presence(agent)
    await set_presence(agent, is_away=True, capacity=3)
    assert (await get_presence(agent)).away_since == first.away_since
    ticket = await make_ticket()
    assert not await route_ticket(ticket.id)
    assert await route_waiting_tickets() == 0
    await set_presence(agent, is_away=False, capacity=3)
    assert await route_waiting_tickets() == 1
    assert await _assignees() == {"Agent 0": 1}
    assert await route_waiting_tickets() == 0


async def test_a_team_where_nobody_is_there_does_not_hold_up_the_others(
    db: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kb.desk.routing.SWEPT", 1)
    away, here = await _agents(2)
    await make_team(away, name="Away", channels=("form",))
    await make_team(here, name="Here", channels=("api",))
    await set_presence(away, is_away=True, capacity=None)
    for channel in ("form", "form", "api"):
        await make_ticket(channel=channel)
    assert await route_waiting_tickets() == 1
    assert await _assignees() == {"Agent 1": 1}
    await set_presence(away, is_away=False, capacity=1)
    assert [await route_waiting_tickets() for _ in range(3)] == [1, 0, 0]


async def test_only_a_teams_rule_gives_tickets_and_a_persons_word_counts_before_it(db: str) -> None:
    agent, other = await _agents(2)
    by_hand = await make_team(agent, name="By hand", routing="hand", channels=("form",))
    in_turn = await make_team(other, name="In turn")
    taken, solved, given_, free = [await make_ticket() for _ in range(4)]
    await assign_ticket(agent, taken.id, agent.person_id)
    await solve_ticket(agent, solved.id)
    await give_ticket_to_team(agent, given_.id, in_turn)
    no_channel = await make_ticket(channel="api")

    assert await route_waiting_tickets() == 1

    rows = {row["id"]: row for row in await fetch_all("select id, team_id, assignee_id, to_route from ticket")}
    assert {id_: (row["team_id"], row["assignee_id"], row["to_route"]) for id_, row in rows.items()} == {
        taken.id: (None, agent.person_id, False),
        solved.id: (by_hand, None, False),
        given_.id: (in_turn, other.person_id, False),
        free.id: (by_hand, None, False),
        no_channel.id: (None, None, False),
    }


async def test_tickets_of_the_product_are_routed_when_they_are_opened(db: str, deliver_all: object) -> None:
    (agent,) = await _agents(1)
    await make_team(agent, channels=("form",))
    await make_ticket()
    await deliver_all()  # type: ignore[operator]
    assert await _assignees() == {"Agent 0": 1}


async def test_teams_are_made_changed_and_removed_by_admins_alone(db: str) -> None:
    admin, agent, ines = await make_person(Role.ADMIN), await make_person(Role.AGENT), await make_person()
    assert agent.person_id
    assert ines.person_id
    first = await create_team(admin, TeamDraft("  First   line ", "hand", ("form", "email")))
    second = await create_team(admin, TeamDraft("Billing", "round_robin", ("email",)))
    await add_member(admin, first, agent.person_id)
    await add_member(admin, first, agent.person_id)
    ticket = await make_ticket()
    await give_ticket_to_team(agent, ticket.id, first)
    teams = {team.name: team for team in await list_teams(agent)}
    assert (teams["First line"].channels, teams["Billing"].channels) == (("form",), ("email",))
    assert [(m.id, m.open_tickets) for m in teams["First line"].members] == [(agent.person_id, 0)]
    assert teams["First line"].open_tickets == 1
    await change_team(admin, second, TeamDraft("Money", "least_open", ("form",)))
    assert (await get_team(agent, second)).channels == ("form",)
    for draft, field in (
        (TeamDraft(" "), "name"), (TeamDraft("x" * 61), "name"), (TeamDraft("FIRST LINE"), "name"),
        (TeamDraft("A", "by chance"), "routing"), (TeamDraft("A", "hand", ("pigeon",)), "channels"),
    ):  # fmt: skip
        with pytest.raises(Invalid) as refusal:
            await create_team(admin, draft)
        assert set(refusal.value.fields) == {field}
    with pytest.raises(Invalid):
        await add_member(admin, first, ines.person_id)
    with pytest.raises(Invalid):
        await give_ticket_to_team(agent, ticket.id, new_id())
    await remove_member(admin, first, agent.person_id)
    for missing in (remove_member(admin, first, agent.person_id), remove_team(admin, new_id()), get_team(agent, new_id()),
                    change_team(admin, new_id(), TeamDraft("Z")), add_member(admin, new_id(), agent.person_id)):  # fmt: skip
        with pytest.raises(NotFound):
            await missing
    await remove_team(admin, first)
    assert await fetch_value("select team_id from ticket") is None


async def test_agents_make_no_teams_and_have_no_room_for_less_than_nothing(db: str) -> None:
    (agent,) = await _agents(1)
    assert agent.person_id
    team_id = await make_team()
    acts = (
        create_team(agent, TeamDraft("A")),
        remove_team(agent, team_id),
        add_member(agent, team_id, agent.person_id),
    )
    for refused in acts:
        with pytest.raises(NotAllowed):
            await refused
    with pytest.raises(Invalid):
        await set_presence(agent, is_away=False, capacity=-1)


CANDIDATES = st.lists(
    st.builds(
        Candidate,
        person_id=st.uuids(),
        turn=st.integers(0, 5),
        open_tickets=st.integers(0, 4),
        capacity=st.none() | st.integers(0, 4),
    ),
    max_size=6,
    unique_by=lambda one: one.person_id,
)


@given(CANDIDATES)
def test_whoever_is_chosen_has_room_and_nobody_with_room_stands_before_them(candidates: list[Candidate]) -> None:
    room = [one for one in candidates if one.capacity is None or one.open_tickets < one.capacity]
    by_id = {one.person_id: one for one in candidates}
    assert choose_agent("hand", candidates) is None
    for routing, measure in (("round_robin", lambda one: one.turn), ("least_open", lambda one: one.open_tickets)):
        chosen = choose_agent(routing, candidates)  # type: ignore[arg-type]
        assert (chosen is None) is (not room)
        if chosen:
            assert by_id[chosen] in room
            assert measure(by_id[chosen]) == min(map(measure, room))


async def test_a_ticket_that_is_not_there_is_not_routed(db: str) -> None:
    assert not await route_ticket(new_id())
    assert await fetch_one("select 1 from audit_line where actor_name = $1", SYSTEM.name) is None
