"""Writing macros: any agent may, since they are the desk's common words; the audit says who did."""

from dataclasses import asdict
from uuid import UUID

import asyncpg

from kb.core.actor import Actor
from kb.core.database import execute, fetch_one
from kb.core.errors import Conflict, Invalid, NotFound
from kb.core.ids import new_id
from kb.core.permissions import Permission
from kb.core.saying import say
from kb.core.unit_of_work import UnitOfWork, unit_of_work
from kb.macros.messages import MacroChanged
from kb.macros.rules import check_macro, clean_body, clean_name
from kb.tickets.acting import NO_ACTS, Acts, clean_acts

MISSING = say("There is no such macro.")


async def create_macro(actor: Actor, *, name: str, body: str, acts: Acts = NO_ACTS) -> UUID:
    """Keep a reply under a name. Raises `Invalid` for an unknown placeholder, a name that is taken, or a team that is gone."""
    actor.require(Permission.TICKET_ANSWER)
    name, body, acts = clean_name(name), clean_body(body), clean_acts(acts)
    check_macro(name=name, body=body)
    async with unit_of_work(actor) as unit:
        return await insert_macro(unit, name=name, body=body, acts=acts)


async def insert_macro(unit: UnitOfWork, *, name: str, body: str, acts: Acts = NO_ACTS) -> UUID:
    """The same inside a unit of work that is open, of what was checked."""
    macro_id = new_id()
    try:
        await execute(
            "insert into macro (id, name, body, author_id, created_at, updated_at, takes, team_id, priority, tags, solves)"
            " values ($1, $2, $3, $4, $5, $5, $6, $7, $8, $9, $10)",
            macro_id,
            name,
            body,
            unit.actor.person_id,
            unit.now,
            *_row(acts),
        )
    except asyncpg.UniqueViolationError:
        raise _taken() from None
    except asyncpg.ForeignKeyViolationError:
        raise _no_team() from None
    unit.audit("macro.create", "macro", macro_id, name=name, acts=asdict(acts))
    unit.emit(MacroChanged(macro_id))
    return macro_id


async def edit_macro(
    actor: Actor, macro_id: UUID, *, name: str, body: str, acts: Acts | None = None, revision: int | None = None
) -> None:
    """Without `acts` those it has stay. `revision` is the one the writer saw: `Conflict` where somebody wrote another since.

    One that was archived is not edited.
    """
    actor.require(Permission.TICKET_ANSWER)
    name, body = clean_name(name), clean_body(body)
    acts = clean_acts(acts) if acts else None
    check_macro(name=name, body=body)
    async with unit_of_work(actor) as unit:
        before = await _lock(macro_id)
        if before["archived_at"]:
            raise Conflict(say("This macro was archived. Bring it back first."))
        if revision is not None and revision != before["revision"]:
            raise Conflict(say("Somebody changed this macro meanwhile. Look at it first."))
        try:
            await execute(
                "update macro set name = $2, body = $3, revision = revision + (body <> $3)::int, updated_at = $4 where id = $1",
                macro_id,
                name,
                body,
                unit.now,
            )
            if acts:
                await execute(
                    "update macro set takes = $2, team_id = $3, priority = $4, tags = $5, solves = $6 where id = $1",
                    macro_id,
                    *_row(acts),
                )
        except asyncpg.UniqueViolationError:
            raise _taken() from None
        except asyncpg.ForeignKeyViolationError:
            raise _no_team() from None
        unit.audit("macro.edit", "macro", macro_id, name=name, before=before["body"], acts=acts and asdict(acts))
        unit.emit(MacroChanged(macro_id))


async def archive_macro(actor: Actor, macro_id: UUID) -> None:
    """Offer it no more. Doing it twice is fine."""
    await _put(actor, macro_id, archived=True)


async def restore_macro(actor: Actor, macro_id: UUID) -> None:
    """Offer it again. `Invalid` where its name belongs to another by now."""
    await _put(actor, macro_id, archived=False)


async def _put(actor: Actor, macro_id: UUID, *, archived: bool) -> None:
    actor.require(Permission.TICKET_ANSWER)
    async with unit_of_work(actor) as unit:
        before = await _lock(macro_id)
        if (before["archived_at"] is not None) == archived:
            return
        try:
            await execute("update macro set archived_at = $2 where id = $1", macro_id, unit.now if archived else None)
        except asyncpg.UniqueViolationError:
            raise _taken() from None
        unit.audit("macro.archive" if archived else "macro.restore", "macro", macro_id)
        unit.emit(MacroChanged(macro_id))


async def _lock(macro_id: UUID) -> asyncpg.Record:
    row = await fetch_one("select body, revision, archived_at from macro where id = $1 for update", macro_id)
    if row is None:
        raise NotFound(MISSING)
    return row


def _row(acts: Acts) -> tuple[bool, UUID | None, str | None, list[str], bool]:
    return acts.takes, acts.team_id, acts.priority, list(acts.tags), acts.solves


def _no_team() -> Invalid:
    return Invalid(say("The macro needs another look."), {"team_id": say("There is no such team.")})


def _taken() -> Invalid:
    return Invalid(say("The macro needs another look."), {"name": say("Another macro has this name.")})
