"""Flagging: members say that something is wrong with a post, once each, and may take it back until somebody has looked."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from kb.core.actor import Actor
from kb.core.database import execute, fetch_one, fetch_value
from kb.core.errors import Conflict, NotFound, NotSignedIn
from kb.core.ids import new_id
from kb.core.permissions import Permission
from kb.core.rate_limits import spend
from kb.core.saying import say
from kb.core.unit_of_work import unit_of_work
from kb.forum.access import access_post
from kb.forum.rules import clean_body
from kb.moderation.messages import PostFlagged
from kb.moderation.queueing import forget_source, put_in_queue
from kb.moderation.rules import FLAG, FLAGS_AN_HOUR, Flagger, check_flag, has_standing

AGAIN = say("You have flagged this already. A moderator will look at it.")


@dataclass(frozen=True, slots=True)
class FlagState:
    """What the reader said of a post: "" where nothing. `outcome` is what came of it, "" until somebody has looked."""

    reason: str = ""
    note: str = ""
    outcome: str = ""


async def flag_post(actor: Actor, post_id: UUID, reason: str, *, note: str = "") -> UUID:
    """Flag; returns the flag. Flagging again is a `Conflict`, and so is flagging one's own. Of a question it flags the topic."""
    actor.require(Permission.FLAG_WRITE)
    person_id, note = _require_person(actor), clean_body(note)
    check_flag(reason, note)
    await spend(f"flag:{person_id}", FLAGS_AN_HOUR, timedelta(hours=1))
    async with unit_of_work(actor) as unit:
        post, _ = await access_post(actor, post_id)
        if post.author_id == person_id:
            raise Conflict(say("This is your own: edit it instead."))
        if await fetch_value("select 1 from flag where post_id = $1 and person_id = $2", post_id, person_id):
            raise Conflict(say(AGAIN))
        flag_id, item_id = new_id(), await put_in_queue(unit, "post", post_id, FLAG)
        await execute(
            "insert into flag (id, item_id, post_id, person_id, reason, note, has_standing, created_at)"
            " values ($1, $2, $3, $4, $5, $6, $7, $8)",
            flag_id,
            item_id,
            post_id,
            person_id,
            reason,
            note,
            has_standing(await _read_flagger(person_id), at=unit.now),
            unit.now,
        )
        unit.audit("flag.write", "post", post_id, reason=reason)
        unit.emit(PostFlagged(post_id))
    return flag_id


async def withdraw_flag(actor: Actor, post_id: UUID) -> None:
    """Take one's flag back. Raises `NotFound` where there is none, `Conflict` once somebody has looked."""
    actor.require(Permission.FLAG_WRITE)
    person_id = _require_person(actor)
    async with unit_of_work(actor) as unit:
        row = await fetch_one(
            "select f.id, f.item_id, f.outcome from flag f join review_item i on i.id = f.item_id"
            " where f.post_id = $1 and f.person_id = $2 for update of i",
            post_id,
            person_id,
        )
        if row is None:
            raise NotFound(say("You have not flagged this."))
        if row["outcome"]:
            raise Conflict(say("A moderator has looked at it already."))
        await execute("delete from flag where id = $1", row["id"])
        if not await fetch_value("select 1 from flag where item_id = $1 limit 1", row["item_id"]):
            await forget_source(row["item_id"], FLAG)
        unit.audit("flag.withdraw", "post", post_id)


async def find_flag(actor: Actor, post_id: UUID) -> FlagState:
    """What the reader said of the post. Raises `NotFound` where they may not read it."""
    await access_post(actor, post_id)
    row = await fetch_one(
        "select reason, note, coalesce(outcome, '') as outcome from flag where post_id = $1 and person_id = $2",
        post_id,
        actor.person_id,
    )
    return FlagState(**row) if row else FlagState()


def _require_person(actor: Actor) -> UUID:
    if actor.person_id is None:
        raise NotSignedIn(say("Sign in to flag this."))
    return actor.person_id


async def _read_flagger(person_id: UUID) -> Flagger:
    row = await fetch_one(
        "select p.role, p.created_at as joined_at,"
        " (select count(*) from (select 1 from post w where w.author_id = p.id and w.hidden_at is null limit 1) w) as posts,"
        " count(*) filter (where f.outcome = 'agreed') as agreed, count(*) filter (where f.outcome = 'dismissed') as dismissed"
        " from person p left join flag f on f.person_id = p.id where p.id = $1 group by p.id",
        person_id,
    )
    if row is None:
        raise NotSignedIn(say("Sign in to flag this."))
    return Flagger(**row)
