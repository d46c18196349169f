"""What stands in each view of the desk, in what order, and page by page."""

import random
from datetime import UTC, datetime, timedelta

import pytest

from kb.core.actor import Actor
from kb.core.clock import clock_held_at
from kb.core.database import execute, fetch_all
from kb.core.errors import Invalid, NotAllowed
from kb.core.policy import Role
from kb.desk.grammar import parse_filter
from kb.desk.surroundings import get_surroundings
from kb.desk.views import VIEWS, count_views, list_tickets
from kb.tickets.answering import reply_to_ticket
from kb.tickets.assigning import assign_ticket, give_ticket_to_team
from kb.tickets.linking import link_incident
from kb.tickets.merging import merge_tickets
from kb.tickets.prioritising import prioritise_ticket
from kb.tickets.snoozing import snooze_ticket
from kb.tickets.solving import solve_ticket
from kb.tickets.tagging import list_ticket_tags, set_ticket_tags
from tests.support.desk_factories import make_team
from tests.support.factories import make_account, make_person
from tests.support.tickets_factories import make_ticket

NOON = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


async def _subjects(actor: Actor, text: str) -> list[str]:
    return [line.subject for line in (await list_tickets(actor, parse_filter(text))).lines]


async def test_each_view_holds_its_own(db: str) -> None:
    agent, other = await make_person(Role.AGENT), await make_person(Role.AGENT)
    team_id = await make_team(agent)
    names = ("fresh", "taken", "theirs", "answered", "done", "asleep", "late", "of my team", "merged")
    ines = await make_person()
    made = {}
    for hour, name in enumerate(names):
        with clock_held_at(NOON + timedelta(hours=hour)):
            made[name] = await make_ticket(ines, subject=name)
    with clock_held_at(NOON + timedelta(hours=20)):
        await assign_ticket(agent, made["taken"].id, agent.person_id)
        await assign_ticket(agent, made["theirs"].id, other.person_id)
        await reply_to_ticket(agent, made["answered"].id, "Which browser?")
        await solve_ticket(agent, made["done"].id)
        await snooze_ticket(agent, made["asleep"].id, NOON + timedelta(days=2))
        await give_ticket_to_team(agent, made["of my team"].id, team_id)
        await merge_tickets(agent, made["merged"].id, into=made["fresh"].id)
        await execute("update ticket set due_at = $2 where id = $1", made["late"].id, NOON)
        found = {name: await _subjects(agent, text) for name, text in VIEWS.items()}
        counts = await count_views(agent)

    assert found == {
        "open": ["late", "fresh", "taken", "theirs", "of my team"],
        "mine": ["taken", "answered"],
        "team": ["of my team"],
        "unassigned": ["late", "fresh", "of my team"],
        "waiting": ["answered"],
        "overdue": ["late"],
        "all": ["late", "fresh", "taken", "theirs", "asleep", "of my team", "answered"],
        "snoozed": ["asleep"],
        "solved": ["done"],
    }
    assert counts == {name: len(lines) for name, lines in found.items() if name != "solved"}


async def test_what_cannot_wait_stands_first_and_who_writes_again_keeps_their_place(db: str) -> None:
    agent, ines = await make_person(Role.AGENT), await make_person()
    made = {}
    for hour, name in enumerate(("oldest", "urgent", "late", "low", "high", "newest")):
        with clock_held_at(NOON + timedelta(hours=hour)):
            made[name] = await make_ticket(ines, subject=name)
    for name in ("urgent", "low", "high"):
        await prioritise_ticket(agent, made[name].id, name)
    await execute("update ticket set due_at = $2 where id = $1", made["late"].id, NOON)
    await execute("update ticket set due_at = $2 where id = $1", made["low"].id, NOON + timedelta(days=30_000))
    await reply_to_ticket(ines, made["oldest"].id, "Anybody there?", "customer")

    assert await _subjects(agent, "is:open") == ["late", "urgent", "high", "oldest", "newest", "low"]
    assert (await _subjects(agent, "sort:latest"))[0] == "oldest"
    assert (await _subjects(agent, "sort:oldest"))[0] == "oldest"
    assert (await _subjects(agent, "sort:due"))[:2] == ["late", "low"]
    with pytest.raises(Invalid) as refusal:
        await prioritise_ticket(agent, made["low"].id, "asap")
    assert set(refusal.value.fields) == {"priority"}


async def test_a_filter_finds_by_everything_it_names(db: str) -> None:
    acme = await make_account("Acme Tiles")
    ines = await make_person(name="Ines Duarte", account_id=acme)
    await execute("update person set email = 'ines@acme.example' where id = $1", ines.person_id)
    otto = await make_person(name="Otto Kern")
    agent = await make_person(Role.AGENT, name="Tove Lindqvist")
    await make_team(agent, name="First Line")
    one = await make_ticket(ines, subject="Refund for March", channel="email")
    two = await make_ticket(otto, subject="Login loops", body="Safari sends me back to the sign-in page.")
    await set_ticket_tags(agent, one.id, ["Billing", "VIP customer"])
    await assign_ticket(agent, two.id, agent.person_id)
    await link_incident(agent, two.id, one.id)
    await reply_to_ticket(agent, two.id, "Known since the zebra release.", "note")
    await execute("update ticket set created_at = created_at - interval '3 days' where id = $1", one.id)
    expected = {
        "tag:billing": [1], "tag:vip-customer tag:billing": [1], "-tag:billing": [2], "tag:nothing": [],
        "assignee:me": [2], "assignee:none": [1], 'assignee:"tove lindqvist"': [2], "team:none": [1, 2], 'team:"first line"': [],
        "from:ines@acme.example": [1], "from:acme": [1], "from:kern": [2], "from:@": [],
        "channel:email": [1], "older:2d": [1], "newer:2d": [2], "is:problem": [2], "is:incident": [1], "-is:incident": [2],
        "refund": [1], "safari": [2], "zebra": [2], '"sign-in page"': [2], "safari refund": [], "-refund": [2], f"#{two.number}": [2],
    }  # fmt: skip

    found = {}
    for text in expected:
        lines = (await list_tickets(agent, parse_filter(f"{text} sort:oldest"))).lines
        found[text] = [{one.number: 1, two.number: 2}[line.number] for line in lines]

    assert found == expected
    assert [(tag.name, tag.tickets) for tag in await list_ticket_tags(agent)] == [("billing", 1), ("vip-customer", 1)]
    (line,) = (await list_tickets(agent, parse_filter("refund"))).lines
    assert (line.tags, line.problem, line.account_name) == (("billing", "vip-customer"), two.number, "Acme Tiles")
    (line,) = (await list_tickets(agent, parse_filter("safari"))).lines
    assert (line.incidents, line.last_line) == (1, "Safari sends me back to the sign-in page.")


async def test_a_note_about_an_agents_own_ticket_is_not_found_by_them(db: str) -> None:
    asker, other = await make_person(Role.AGENT), await make_person(Role.AGENT)
    ticket = await make_ticket(asker)
    await reply_to_ticket(other, ticket.id, "They always ask for a zebra.", "note")

    assert len((await list_tickets(other, parse_filter("zebra"))).lines) == 1
    assert (await list_tickets(asker, parse_filter("zebra"))).lines == []


@pytest.mark.parametrize("text", ["", "is:any sort:oldest", "sort:due", "sort:wakes is:any", "is:solved"])
async def test_pages_of_every_order_miss_and_repeat_nothing_though_a_ticket_falls_due_meanwhile(
    db: str, text: str
) -> None:
    agent, ines = await make_person(Role.AGENT), await make_person()
    ticket = await make_ticket(ines)
    await execute(
        "insert into ticket (id, subject, requester_id, channel, state, priority, last_message_at, created_at, waiting_since, due_at,"
        "   solved_at)"
        " select gen_random_uuid(), n::text, requester_id, 'import', $2, (array['low', 'normal', 'high', 'urgent'])[1 + n % 4],"
        "   $3::timestamptz + (n % 7) * interval '1 hour', $3::timestamptz + (n % 5) * interval '1 hour', $3 + (n % 3) * interval '1 hour',"
        "   case when n % 2 = 0 then $3::timestamptz + (n % 11) * interval '1 hour' end, $3"
        " from ticket, generate_series(1, 60) n where id = $1",
        ticket.id,
        "solved" if "solved" in text else "open",
        NOON,
    )
    seen: list[str] = []
    cursor, hour, steps = "", 0, random.Random(text)
    while True:
        with clock_held_at(NOON + timedelta(hours=hour)):
            page = await list_tickets(agent, parse_filter(text), cursor=cursor, limit=steps.randint(3, 11))
        seen += [line.subject for line in page.lines]
        cursor, hour = page.next_cursor, hour + 1
        if not cursor:
            break

    there = await fetch_all("select subject from ticket where state = $1", "solved" if "solved" in text else "open")
    assert sorted(seen) == sorted(row["subject"] for row in there)
    for wrong in ("nonsense", "dXJnZW50fDIwMjY"):
        with pytest.raises(Invalid):
            await list_tickets(agent, parse_filter(text), cursor=wrong)


async def test_the_desk_is_for_those_who_answer(db: str) -> None:
    for role in (Role.MEMBER, Role.MODERATOR, Role.PRODUCT_MANAGER):
        actor = await make_person(role)
        reads = (
            list_tickets(actor, parse_filter("")),
            count_views(actor),
            get_surroundings(actor),
            list_ticket_tags(actor),
        )
        for refused in reads:
            with pytest.raises(NotAllowed):
                await refused
