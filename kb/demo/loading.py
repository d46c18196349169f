"""Loads the demo community into an empty database: people, spaces, topics, tickets, releases and events.

Everything downstream (questions, clusters, answers, signals, pain points) is made by the loop itself from what is loaded here.
"""

from dataclasses import dataclass

from kb.core.actor import SYSTEM
from kb.core.database import execute_many, fetch_value
from kb.core.ids import new_id
from kb.core.unit_of_work import UnitOfWork, unit_of_work
from kb.demo.arranging import load_crew, load_tags
from kb.demo.arranging_desk import arrange_desk
from kb.demo.reading import moment, read_records
from kb.demo.telling_answers import load_articles, load_uses
from kb.demo.telling_events import load_events
from kb.demo.telling_flow import load_flow
from kb.demo.telling_people import DEMO_PASSWORD, load_people
from kb.demo.telling_questions import load_tickets, load_topics

__all__ = ["DEMO_PASSWORD", "DEMO_SIGN_INS", "DemoCounts", "DemoSignIn", "finish_demo", "is_empty", "load_demo"]


@dataclass(frozen=True, slots=True)
class DemoSignIn:
    """Somebody a newcomer can be."""

    role: str
    email: str
    shows: str


DEMO_SIGN_INS = (
    DemoSignIn("customer", "tomr@acme-tiles.example", "asks, finds the answer, is told when it is fixed"),
    DemoSignIn("agent", "tove@fernbook.example", "/desk: answers tickets and promotes answers"),
    DemoSignIn("product manager", "henrik@fernbook.example", "/triage: weighs pain, files issues"),
    DemoSignIn("admin", "ingrid@fernbook.example", "everything"),
)


@dataclass(frozen=True, slots=True)
class DemoCounts:
    """What was loaded."""

    people: int
    topics: int
    tickets: int
    events: int


async def is_empty() -> bool:
    """Whether nobody has used this database yet."""
    return not await fetch_value("select exists (select 1 from person)")


async def load_demo() -> DemoCounts:
    """Load everything. Meant for an empty database; what a former loading brought in is not doubled."""
    people = await load_people()
    async with unit_of_work(SYSTEM) as unit:
        await _load_spaces(unit)
        await _load_releases(unit)
    await load_crew()
    topics = await load_topics(people)
    await load_tags()
    tickets = await load_tickets(people)
    await arrange_desk(people)
    events = await load_events(people)
    await load_flow()
    return DemoCounts(len(people), topics, tickets, events)


async def finish_demo() -> None:
    """What can be told only after the loop has been through the questions: how their answers were used and written up."""
    await load_uses()
    await load_articles()


async def _load_spaces(unit: UnitOfWork) -> None:
    await execute_many(
        "insert into space (id, slug, name, description, visibility, position, created_at) values ($1, $2, $3, $4, $5, $6, $7)"
        " on conflict (slug) do nothing",
        [
            (new_id(), s["slug"], s["name"], s["description"], s["visibility"], s["position"], moment(180))
            for s in read_records("spaces")
        ],
    )


async def _load_releases(unit: UnitOfWork) -> None:
    await execute_many(
        "insert into release (version, notes, released_at) values ($1, $2, $3) on conflict do nothing",
        [(r["version"], r["notes"], moment(r["days_ago"])) for r in read_records("releases")],
    )
