"""Having seen notices: only their reader says so, and then no mail and no digest brings them again."""

from typing import Any
from uuid import UUID

from kb.core.actor import Actor
from kb.core.database import execute, fetch_one
from kb.core.errors import NotFound
from kb.core.saying import say
from kb.core.unit_of_work import unit_of_work
from kb.notices.queries import NOTICE, READABLE, as_view, reading_rights
from kb.notices.watching import require_reader
from kb.outreach.listening import LIVE

_SEEN = "update notice set seen_at = $2 where person_id = $1 and seen_at is null"


async def open_notice(actor: Actor, notice_id: UUID) -> str:
    """Where the notice leads; all notices of its topic are seen with it. Raises `NotFound` where it may not be read now."""
    person_id = require_reader(actor)
    async with unit_of_work(actor) as unit:
        row = await fetch_one(f"{NOTICE}{READABLE} and n.id = $5", *reading_rights(actor, person_id), notice_id)
        if row is None:
            raise NotFound(say("There is no such notice."))
        await _see(f"{_SEEN} and (id = $3 or topic_id = $4)", person_id, unit.now, notice_id, row["topic_id"])
    return as_view(row, person_id).path


async def mark_notice_seen(actor: Actor, notice_id: UUID) -> None:
    """Seen, without going there. Twice is once; another's does not exist."""
    person_id = require_reader(actor)
    async with unit_of_work(actor) as unit:
        if await _see(f"{_SEEN} and id = $3", person_id, unit.now, notice_id):
            return
        if await fetch_one("select 1 from notice where id = $1 and person_id = $2", notice_id, person_id) is None:
            raise NotFound(say("There is no such notice."))


async def mark_topic_seen(actor: Actor, topic_id: UUID) -> int:
    """The reader has opened the topic; returns how many of its notices that were."""
    person_id = require_reader(actor)
    async with unit_of_work(actor) as unit:
        return await _see(f"{_SEEN} and topic_id = $3", person_id, unit.now, topic_id)


async def mark_all_notices_seen(actor: Actor) -> int:
    """The reader has seen everything; returns how many waited."""
    person_id = require_reader(actor)
    async with unit_of_work(actor) as unit:
        return await _see(_SEEN, person_id, unit.now)


async def _see(sql: str, person_id: UUID, *args: Any) -> int:
    """The person's other open pages take their bells back too."""
    seen = await execute(sql, person_id, *args)
    if seen:
        await execute("select pg_notify($1, $2)", LIVE, str(person_id))
    return seen
