"""Filters kept under a name, for oneself or for everybody at the desk, each in their own order."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from kb.core.actor import Actor
from kb.core.database import execute, fetch_all, fetch_one, fetch_value
from kb.core.errors import Conflict, Invalid, NotFound
from kb.core.ids import new_id
from kb.core.permissions import Permission
from kb.core.saying import say
from kb.core.unit_of_work import unit_of_work
from kb.desk.grammar import parse_filter
from kb.desk.rules import VIEWS_MOST, clean_name

NO_VIEW = say("There is no such view.")


@dataclass(frozen=True, slots=True)
class SavedView:
    """A filter in its settled form. `owner` is whose it is; a shared one is there for every agent and changed by its owner alone."""

    id: UUID
    name: str
    filter: str
    is_shared: bool
    is_own: bool
    owner: str


async def list_saved_views(actor: Actor) -> list[SavedView]:
    """One's own and those shared, in one's own order; what has no place in it stands behind, by name."""
    actor.require(Permission.TICKET_ANSWER)
    rows = await fetch_all(
        "select v.id, v.name, v.filter, v.is_shared, v.owner_id = $1 as is_own, p.name as owner from saved_view v"
        " join person p on p.id = v.owner_id left join desk_agent d on d.person_id = $1"
        " where v.owner_id = $1 or v.is_shared order by array_position(d.view_order, v.id), lower(v.name), v.id limit 200",
        actor.person_id,
    )
    return [SavedView(**row) for row in rows]


async def get_saved_view(actor: Actor, view_id: UUID) -> SavedView:
    """Raises `NotFound` for another's that is not shared."""
    for view in await list_saved_views(actor):
        if view.id == view_id:
            return view
    raise NotFound(NO_VIEW)


async def save_view(actor: Actor, name: str, filter_: str, *, is_shared: bool = False) -> UUID:
    """Returns its id. Raises `Invalid` naming `name` or `filter`: one that says nothing keeps nothing, and what cannot be read
    would be kept without being used."""
    actor.require(Permission.TICKET_ANSWER)
    kept, settled = clean_name(name), _settle(filter_)
    view_id = new_id()
    async with unit_of_work(actor) as unit:
        await _refuse_taken(actor, kept, view_id)
        if await fetch_value("select count(*) from saved_view where owner_id = $1", actor.person_id) >= VIEWS_MOST:
            raise Conflict(say("At most {most} views of one agent.", most=VIEWS_MOST))
        await execute(
            "insert into saved_view (id, owner_id, name, filter, is_shared, created_at) values ($1, $2, $3, $4, $5, $6)",
            view_id,
            actor.person_id,
            kept,
            settled,
            is_shared,
            unit.now,
        )
        unit.audit("view.save", "saved_view", view_id, name=kept, shared=is_shared)
    return view_id


async def change_view(actor: Actor, view_id: UUID, name: str, filter_: str, *, is_shared: bool) -> None:
    """Raises what `save_view` raises, and `NotFound` for one that is not one's own."""
    actor.require(Permission.TICKET_ANSWER)
    kept, settled = clean_name(name), _settle(filter_)
    async with unit_of_work(actor) as unit:
        await _refuse_taken(actor, kept, view_id)
        changed = await execute(
            "update saved_view set name = $3, filter = $4, is_shared = $5 where id = $1 and owner_id = $2",
            view_id,
            actor.person_id,
            kept,
            settled,
            is_shared,
        )
        if not changed:
            raise NotFound(NO_VIEW)
        unit.audit("view.change", "saved_view", view_id, name=kept, shared=is_shared)


async def remove_view(actor: Actor, view_id: UUID) -> None:
    """Raises `NotFound` for one that is not one's own."""
    actor.require(Permission.TICKET_ANSWER)
    async with unit_of_work(actor) as unit:
        row = await fetch_one(
            "delete from saved_view where id = $1 and owner_id = $2 returning name", view_id, actor.person_id
        )
        if row is None:
            raise NotFound(NO_VIEW)
        unit.audit("view.remove", "saved_view", view_id, name=row["name"])


async def order_views(actor: Actor, view_ids: Sequence[UUID]) -> None:
    """One's own order of them, shared ones too; nobody else's changes."""
    actor.require(Permission.TICKET_ANSWER)
    known = {view.id for view in await list_saved_views(actor)}
    wanted = list(dict.fromkeys(view_ids))
    if not set(wanted) <= known:
        raise Invalid(say("There is no such view."), {"views": say("Name views that you can see.")})
    async with unit_of_work(actor) as unit:
        await execute(
            "insert into desk_agent (person_id, view_order) values ($1, $2) on conflict (person_id) do update set view_order = $2",
            actor.person_id,
            wanted,
        )
        unit.audit("view.order", "person", actor.person_id, views=len(wanted))


async def _refuse_taken(actor: Actor, name: str, view_id: UUID) -> None:
    taken = await fetch_value(
        "select 1 from saved_view where owner_id = $1 and lower(name) = lower($2) and id <> $3",
        actor.person_id,
        name,
        view_id,
    )
    if taken:
        raise Invalid(say("It needs another name."), {"name": say("Another of your views is called so.")})


def _settle(text: str) -> str:
    read = parse_filter(text)
    if read.notes:
        raise Invalid(say("This filter cannot be kept."), {"filter": read.notes[0]})
    if not str(read):
        raise Invalid(say("This filter cannot be kept."), {"filter": say("Say what tickets it should find.")})
    return str(read)
