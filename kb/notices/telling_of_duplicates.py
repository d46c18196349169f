"""Telling those whom a duplicate concerns: its asker, who may object, those who watch it, and staff when the asker objects."""

from collections.abc import Iterable
from uuid import UUID

import asyncpg

from kb.clusters.duplicates.queries import get_duplicate
from kb.core.actor import Actor
from kb.core.clock import now
from kb.core.database import fetch_all, fetch_one
from kb.core.errors import NotFound
from kb.core.permissions import Permission
from kb.core.policy import ROLE_PERMISSIONS
from kb.core.saying import say
from kb.notices.giving import Hearer, Thing, give_notices
from kb.notices.listeners import list_listeners, list_people
from kb.notices.rules import CONTEST, DUPLICATE, MUTED, NORMAL, WATCHING

MARKED, CONFIRMED, CONTESTED, UNDONE = "marked", "confirmed", "contested", "undone"

_FACTS = (
    "select d.id, d.alias_kind, d.alias_id, d.confirmed_by, d.contested_by, d.undone_by,"
    " coalesce(t.author_id, k.requester_id) as asker,"
    " (select m.person_id from duplicate_mark m where m.duplicate_id = d.id order by m.created_at limit 1) as marked_by"
    " from duplicate d left join topic t on d.alias_kind = 'topic' and t.id = d.alias_id"
    " left join ticket k on d.alias_kind = 'ticket' and k.id = d.alias_id where d.id = $1"
)


async def tell_of_duplicate(duplicate_id: UUID, happened: str) -> int:
    """Tell each of them once, however often this runs; whoever may not read both sides now hears nothing."""
    facts = await fetch_one(_FACTS, duplicate_id)
    if facts is None:
        raise NotFound(say("The duplicate is gone."))
    concerned = await _list_concerned(facts, happened)
    readers = [actor for actor in await list_people(concerned) if await _may_read(actor, duplicate_id)]
    thing = Thing(
        f"duplicate:{duplicate_id}:{happened}",
        topic_id=facts["alias_id"] if facts["alias_kind"] == "topic" else None,
        duplicate_id=duplicate_id,
        actor_id=facts[_WHO[happened]],
    )
    kind = CONTEST if happened == CONTESTED else DUPLICATE
    return await give_notices(
        thing, [Hearer(actor.person_id, kind, concerned[actor.person_id]) for actor in readers if actor.person_id]
    )


_WHO = {MARKED: "marked_by", CONFIRMED: "confirmed_by", CONTESTED: "contested_by", UNDONE: "undone_by"}


async def _list_concerned(facts: asyncpg.Record, happened: str) -> dict[UUID, str]:
    """Whom it concerns, each with a level. A mark is the asker's affair alone until it is confirmed."""
    if happened == CONTESTED:
        return dict.fromkeys(await _list_staff_and_markers(facts["id"]), WATCHING)
    if happened == UNDONE:
        return dict.fromkeys(await _list_told(facts["id"]), WATCHING)
    watching = {}
    if facts["alias_kind"] == "topic":
        levels = {one.person_id: one.level for one in await list_listeners(facts["alias_id"], since=now())}
        watching = {person: level for person, level in levels.items() if level not in (MUTED, NORMAL)}
        if levels.get(facts["asker"]) == MUTED:
            return watching if happened == CONFIRMED else {}
    asker = {facts["asker"]: WATCHING}
    return {**watching, **asker} if happened == CONFIRMED else asker


async def _list_staff_and_markers(duplicate_id: UUID) -> Iterable[UUID]:
    may_confirm = [role.value for role, held in ROLE_PERMISSIONS.items() if Permission.DUPLICATE_CONFIRM in held]
    rows = await fetch_all(
        "select id from person where role = any($2::text[]) and suspended_at is null"
        " union select person_id from duplicate_mark where duplicate_id = $1",
        duplicate_id,
        may_confirm,
    )
    return [row["id"] for row in rows]


async def _list_told(duplicate_id: UUID) -> Iterable[UUID]:
    """Whoever heard that it was marked or confirmed, from this room or, before there was one, from outreach."""
    rows = await fetch_all(
        "select person_id from notice where duplicate_id = $1 and kind = 'duplicate'"
        " union select person_id from claim where problem = 'duplicate:' || $1::uuid",
        duplicate_id,
    )
    return [row["person_id"] for row in rows]


async def _may_read(actor: Actor, duplicate_id: UUID) -> bool:
    try:
        await get_duplicate(actor, duplicate_id)
    except NotFound:
        return False
    return True
