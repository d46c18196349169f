"""How fast one person writes, counted in the rows themselves and exact when requests arrive together."""

from datetime import datetime
from uuid import UUID

from kb.core.actor import Actor
from kb.core.database import execute, fetch_all
from kb.core.errors import NotSignedIn
from kb.core.saying import say
from kb.forum.rules import ASKING_PACE, REPLYING_PACE, Pace, check_pace

_TIMES_OF_TOPICS = (
    "select created_at from topic where author_id = $1 and created_at > $2 order by created_at desc limit $3"
)
_TIMES_OF_REPLIES = (
    "select created_at from post where author_id = $1 and created_at > $2 and position > 1"
    " order by created_at desc limit $3"
)


async def take_turn(actor: Actor) -> UUID:
    """Hold the person's place until the unit of work ends: their next writing waits, others' does not. Returns who it is."""
    if actor.person_id is None:
        raise NotSignedIn(say("Sign in to write here."))
    await execute("select pg_advisory_xact_lock(hashtextextended('forum:' || $1::text, 0))", str(actor.person_id))
    return actor.person_id


async def check_asking_pace(actor: Actor, *, at: datetime) -> None:
    """Raise `TooMany` past the pace of asking. Call it after `take_turn`."""
    await _check(actor, ASKING_PACE, _TIMES_OF_TOPICS, at)


async def check_replying_pace(actor: Actor, *, at: datetime) -> None:
    """Raise `TooMany` past the pace of replying. Call it after `take_turn`."""
    await _check(actor, REPLYING_PACE, _TIMES_OF_REPLIES, at)


async def _check(actor: Actor, pace: Pace, sql: str, at: datetime) -> None:
    rows = await fetch_all(sql, actor.person_id, at - pace.within, pace.most)
    check_pace(actor, pace, [row["created_at"] for row in rows], at=at)
