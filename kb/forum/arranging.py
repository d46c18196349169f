"""Changing a space: its name and place, and who sees, asks and answers there."""

from dataclasses import dataclass
from uuid import UUID

import asyncpg

from kb.core.actor import Actor
from kb.core.database import execute, fetch_all, fetch_one
from kb.core.errors import Invalid, NotFound
from kb.core.permissions import Permission
from kb.core.policy import narrow_to
from kb.core.saying import say
from kb.core.unit_of_work import UnitOfWork, unit_of_work
from kb.forum.messages import SpaceReadersChanged
from kb.forum.rules import clean_title
from kb.forum.space_rights import check_rights, check_space, visibility_inside


@dataclass(frozen=True, slots=True)
class SpaceChange:
    """A space as an admin wants it; `parent` is a slug or "". Its address stays, whatever its name."""

    name: str
    description: str = ""
    colour: str = ""
    parent: str = ""
    position: int = 0
    who_sees: str = "public"
    who_asks: str = "members"
    who_answers: str = "members"
    is_archived: bool = False


async def change_space(actor: Actor, slug: str, wanted: SpaceChange) -> None:
    """Readers change at once for this space and those within it; copies of its visibility follow by message."""
    actor.require(Permission.SPACE_MANAGE)
    name = clean_title(wanted.name)
    check_space(name, wanted.description, wanted.colour, slug)
    async with unit_of_work(actor) as unit:
        await check_rights(actor, sees=wanted.who_sees, asks=wanted.who_asks, answers=wanted.who_answers)
        parent_id, visibility = await visibility_inside(actor, wanted.parent, wanted.who_sees)
        space = await _lock(actor, slug)
        within = await fetch_all(
            "select id, name, visibility, coalesce(who_sees, visibility) as who_sees from space where parent_id = $1 for no key update",
            space["id"],
        )
        if parent_id is not None and (within or parent_id == space["id"]):
            raise Invalid(say("The space cannot stand there."), {"parent": say("Spaces stand two deep at most.")})
        await _store(unit, space["id"], wanted, name, parent_id, visibility)
        changed = [space["id"]] if visibility != space["visibility"] else []
        changed += [one["id"] for one in within if await _follow(one, visibility)]
        for space_id in changed:
            unit.emit(SpaceReadersChanged(space_id))
        unit.audit("space.change", "space", space["id"], before=dict(space), after=str(wanted))


async def _lock(actor: Actor, slug: str) -> asyncpg.Record:
    row = await fetch_one(
        "select id, name, description, colour, parent_id, position, visibility, who_sees, who_asks, who_answers, archived_at"
        " from space where slug = $1 and visibility = any($2) for no key update",
        slug,
        actor.visibilities,
    )
    if row is None:
        raise NotFound(say("There is no such space, or it is not yours to read."))
    return row


async def _store(
    unit: UnitOfWork, space_id: UUID, wanted: SpaceChange, name: str, parent_id: UUID | None, visibility: str
) -> None:
    await execute(
        "update space set name = $2, description = $3, colour = $4, parent_id = $5, position = $6, visibility = $7,"
        " who_sees = $8, who_asks = $9, who_answers = $10,"
        " archived_at = case when $11 then coalesce(archived_at, $12) end where id = $1",
        space_id,
        name,
        clean_title(wanted.description),
        wanted.colour,
        parent_id,
        max(-(2**31), min(wanted.position, 2**31 - 1)),
        visibility,
        wanted.who_sees,
        wanted.who_asks,
        wanted.who_answers,
        wanted.is_archived,
        unit.now,
    )


async def _follow(inner: asyncpg.Record, visibility: str) -> bool:
    """Whether the readers of a space within changed with those of its parent."""
    left = narrow_to(visibility, inner["who_sees"])
    if left is None:
        reason = say("{name} stands within it, and not everybody who sees that would see this.", name=inner["name"])
        raise Invalid(say("The space within it has other readers."), {"visibility": reason})
    await execute("update space set visibility = $2 where id = $1", inner["id"], left)
    changed: bool = left != inner["visibility"]
    return changed
