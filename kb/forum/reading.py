"""How far somebody has read: noted while they read, and all at once when they have had enough."""

from datetime import datetime
from uuid import UUID

from kb.core.actor import Actor
from kb.core.database import execute, fetch_value
from kb.core.errors import NotFound, NotSignedIn
from kb.core.ids import possible_number
from kb.core.saying import say
from kb.core.unit_of_work import unit_of_work
from kb.forum.access import NO_TOPIC, READABLE_POST, READABLE_TOPIC, readers
from kb.forum.rules import UNREAD_COUNTED

UNREAD_OF_TOPIC = (
    "select count(*) as unread, (array_agg(n.id order by n.position))[1] as unread_id from ("
    "select n.id, n.position from post n where n.topic_id = t.id and n.position > r.position and n.author_id <> $4"
    " and (n.hidden_at is null or $2) and (ar.until is null or n.created_at > ar.until)"
    f" order by n.position limit {UNREAD_COUNTED}) n"
)
"""What person $4 has not seen of topic `t`, with their `read_position r` and `all_read ar`; nothing where they never opened it."""

_NOTE = (
    "insert into read_position as r (person_id, topic_id, position, posted_at, read_at)"
    " select $4, t.id, last.position, last.created_at, $6 from topic t join space s on s.id = t.space_id"
    " cross join lateral (select p.position, p.created_at from post p where p.topic_id = t.id and p.position <= $5"
    f"   and {READABLE_POST} order by p.position desc limit 1) last"
    f" where {READABLE_TOPIC} and t.number = $3"
    " on conflict (person_id, topic_id) do update set position = greatest(r.position, excluded.position),"
    "   posted_at = greatest(r.posted_at, excluded.posted_at), read_at = excluded.read_at"
    " returning position"
)
"""One statement, for it comes all the time. It never goes back: tabs and machines report in any order."""


async def note_read(actor: Actor, number: int, position: int) -> int:
    """The actor has seen the topic up to the post at this position; returns how far they have come, which never goes back.

    A position beyond the last post means the last one. `NotFound` for a topic that is not theirs to read.
    """
    person_id = _require_person(actor)
    async with unit_of_work(actor) as unit:
        position = max(1, min(position, 2**31 - 1))
        reached = await fetch_value(_NOTE, *readers(actor), possible_number(number), person_id, position, unit.now)
    if reached is None:
        raise NotFound(NO_TOPIC)
    return int(reached)


async def mark_all_read(actor: Actor) -> datetime:
    """Everything written until now counts as read; returns that moment. One row, however much there was."""
    person_id = _require_person(actor)
    async with unit_of_work(actor) as unit:
        await execute(
            "insert into all_read as a (person_id, until, before) values ($1, $2, to_timestamp(0))"
            " on conflict (person_id) do update set before = a.until, until = excluded.until",
            person_id,
            unit.now,
        )
    return unit.now


async def take_back_all_read(actor: Actor) -> None:
    """What held before the last marking holds again; twice is once."""
    person_id = _require_person(actor)
    async with unit_of_work(actor):
        await execute(
            "update all_read set until = before, before = null where person_id = $1 and before is not null", person_id
        )


def _require_person(actor: Actor) -> UUID:
    if actor.person_id is None:
        raise NotSignedIn(say("Sign in, and what you have read is remembered."))
    return actor.person_id
