"""Bookmarks: posts somebody keeps for themselves, with a note, and a time at which they want to be reminded."""

from datetime import datetime, timedelta
from uuid import UUID

from kb.core.actor import Actor
from kb.core.clock import now
from kb.core.database import execute, fetch_value
from kb.core.errors import Conflict, Invalid, NotFound
from kb.core.ids import new_id
from kb.core.permissions import Permission
from kb.core.saying import say
from kb.core.unit_of_work import unit_of_work
from kb.forum.access import access_post
from kb.forum.rules import BOOKMARKS_MOST, NOTE_MAX

LONGEST_WAIT = timedelta(days=5 * 365)
"""A reminder further away is a slip of the hand."""


async def bookmark_post(actor: Actor, post_id: UUID) -> UUID:
    """Keep the post; twice is once. Returns the bookmark. Raises `Conflict` where `BOOKMARKS_MOST` are kept already."""
    actor.require(Permission.BOOKMARK_KEEP)
    async with unit_of_work(actor) as unit:
        await access_post(actor, post_id)
        kept = await fetch_value("select count(*) from bookmark where person_id = $1", actor.person_id)
        if kept >= BOOKMARKS_MOST:
            raise Conflict(say("You keep {most} bookmarks already. Remove some first.", most=BOOKMARKS_MOST))
        found: UUID = await fetch_value(
            "insert into bookmark (id, person_id, post_id, created_at) values ($1, $2, $3, $4)"
            " on conflict (person_id, post_id) do update set post_id = excluded.post_id returning id",
            new_id(),
            actor.person_id,
            post_id,
            unit.now,
        )
    return found


async def annotate_bookmark(actor: Actor, bookmark_id: UUID, *, note: str, remind_at: datetime | None) -> None:
    """Change the note and when to be reminded, None for never. Another's bookmark does not exist."""
    actor.require(Permission.BOOKMARK_KEEP)
    words = " ".join(note.split())
    wrong = {}
    if len(words) > NOTE_MAX:
        wrong["note"] = say("At most {most} characters.", most=NOTE_MAX)
    if remind_at and not now() < remind_at < now() + LONGEST_WAIT:
        wrong["remind_at"] = say("Choose a time that lies ahead, at most five years.")
    if wrong:
        raise Invalid(say("The bookmark does not fit."), wrong)
    async with unit_of_work(actor):
        changed = await execute(
            "update bookmark set note = $3, remind_at = $4,"
            " reminded_at = case when remind_at is not distinct from $4 then reminded_at end where id = $1 and person_id = $2",
            bookmark_id,
            actor.person_id,
            words,
            remind_at,
        )
        if not changed:
            raise NotFound(say("There is no such bookmark."))


async def remove_bookmark(actor: Actor, post_id: UUID) -> None:
    """Keep the post no longer; one that is not kept stays so. What may not be read any more can be removed all the same."""
    actor.require(Permission.BOOKMARK_KEEP)
    async with unit_of_work(actor):
        await execute("delete from bookmark where person_id = $1 and post_id = $2", actor.person_id, post_id)


async def note_reminded(bookmark_id: UUID, remind_at: datetime) -> None:
    """Its owner was told, unless they have chosen another time meanwhile."""
    await execute(
        "update bookmark set reminded_at = $3 where id = $1 and remind_at = $2", bookmark_id, remind_at, now()
    )
