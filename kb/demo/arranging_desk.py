"""The demo's desk as a team would leave it on a Friday: teams, urgent and late tickets, one problem that many have, kept views."""

from datetime import timedelta
from uuid import UUID

from kb.core.actor import SYSTEM, Actor
from kb.core.clock import now
from kb.core.database import execute, execute_many, fetch_all, fetch_value
from kb.core.policy import Role
from kb.demo.reading import Record, read_records
from kb.demo.telling_people import SOURCE
from kb.desk.saved_views import save_view
from kb.desk.teams import TeamDraft, add_member, create_team
from kb.tickets.linking import link_incident
from kb.tickets.rules import Priority
from kb.tickets.snoozing import snooze_ticket

People = dict[str, UUID]

BILLING = ("billing", "checkout", "invoice", "pdf", "vat")
"""Subjects of the team of that name; the rest is for the first line."""

TEAMS = (
    (TeamDraft("Billing", "round_robin"), ("p002", "p003", "p005")),
    (TeamDraft("First line", "hand", ("api", "email", "form", "widget")), ("p004", "p006", "p007")),
)

URGENT = {"k-0110", "k-1095", "k-0094"}
HIGH = {"k-0112", "k-0108", "k-0107", "k-0104", "k-1090", "k-1076"}
LOW = {"k-0098", "k-1084", "k-1072", "k-1066"}

DUE = {"k-0110": -2.0, "k-0094": -0.5, "k-1095": 1.5, "k-0112": 5.0, "k-0107": 20.0}
"""Hours from now."""

SNOOZED = {"k-1093": None, "k-0093": timedelta(days=2), "k-1070": timedelta(days=4)}

PROBLEM, INCIDENTS = "k-0110", ("k-0108", "k-0104", "k-0100", "k-0099")

VIEWS = (
    ("Urgent and untaken", "is:open priority:high,urgent assignee:none", True),
    ("Login trouble", "-is:snoozed tag:login", True),
    ("Old and quiet", "is:waiting older:3d", False),
)


def priority_of(record: Record) -> Priority:
    """As the desk judged it."""
    key = record["key"]
    return "urgent" if key in URGENT else "high" if key in HIGH else "low" if key in LOW else "normal"


def tags_of(record: Record) -> tuple[str, ...]:
    """The subject of its problem, as topics have it."""
    return (record["problem"].partition("-")[0],) if record["problem"] else ()


def agent_of(record: Record, people: People) -> UUID | None:
    """Whoever answered last has it."""
    answered = [message["author"] for message in record["messages"] if message["kind"] == "agent"]
    return people[answered[-1]] if answered else None


async def arrange_desk(people: People) -> None:
    """Once the tickets are there; loading again changes nothing."""
    if await fetch_value("select 1 from team"):
        return
    rows = await fetch_all("select source_id, id from ticket where source = $1", SOURCE)
    ids: dict[str, UUID] = {row["source_id"]: row["id"] for row in rows}
    teams = {draft.name: await _make_team(draft, [people[key] for key in members]) for draft, members in TEAMS}
    await execute_many(
        "update ticket set team_id = $2 where id = $1 and state <> 'solved'",
        [(ids[r["key"]], teams[_team_of(r)]) for r in read_records("tickets")],
    )
    for key, hours in DUE.items():
        await execute("update ticket set due_at = $2 where id = $1", ids[key], now() + timedelta(hours=hours))
    for key in INCIDENTS:
        await link_incident(SYSTEM, ids[PROBLEM], ids[key])
    for key, length in SNOOZED.items():
        await snooze_ticket(SYSTEM, ids[key], now() + length if length else None)
    tove = Actor(Role.AGENT, people["p003"], name="Tove Lindqvist")
    for name, filter_, is_shared in VIEWS:
        await save_view(tove, name, filter_, is_shared=is_shared)


async def _make_team(draft: TeamDraft, members: list[UUID]) -> UUID:
    team_id = await create_team(SYSTEM, draft)
    for person_id in members:
        await add_member(SYSTEM, team_id, person_id)
    return team_id


def _team_of(record: Record) -> str:
    return "Billing" if (record["problem"] or "").partition("-")[0] in BILLING else "First line"
