"""Saying that something was asked before. Enough people saying so confirm it, unless its asker objects."""

from dataclasses import dataclass
from uuid import UUID

from kb.clusters.duplicates.confirming import put_in_force
from kb.clusters.duplicates.leading import find_original
from kb.clusters.duplicates.messages import DuplicateMarked
from kb.clusters.duplicates.sides import Side, access_side, check_direction
from kb.core.actor import Actor
from kb.core.database import execute, fetch_one, fetch_value
from kb.core.errors import Conflict, Invalid, NotSignedIn
from kb.core.ids import new_id
from kb.core.permissions import Permission
from kb.core.saying import say
from kb.core.unit_of_work import UnitOfWork, unit_of_work
from kb.forum.merging import take_merging_turn

REASON_LENGTH = 500
EVIDENCE_LENGTH = 2_000


@dataclass(frozen=True, slots=True)
class NewMark:
    """The duplicate, what it duplicates, and why. `evidence` is a link or a quotation."""

    alias: Side
    original: Side
    reason: str = ""
    evidence: str = ""


async def mark_duplicate(actor: Actor, mark: NewMark, *, enough: int) -> UUID:
    """Mark; twice is once. An original that is an alias itself stands for its own original. Returns the duplicate's id.

    `enough` people's marks confirm (0: never). Raises `Invalid` naming the field, `Conflict` where the alias leads elsewhere.
    """
    actor.require(Permission.DUPLICATE_MARK)
    if actor.person_id is None:
        raise NotSignedIn(say("Sign in to say so."))
    check_words(mark.reason, "reason", REASON_LENGTH)
    check_words(mark.evidence, "evidence", EVIDENCE_LENGTH)
    async with unit_of_work(actor) as unit:
        await take_merging_turn(alone=True)
        original = await _check_sides(actor, mark)
        duplicate_id, state = await _find_or_make(unit, mark, original)
        await _add_mark(unit, duplicate_id, mark)
        count = await fetch_value("select count(*) from duplicate_mark where duplicate_id = $1", duplicate_id)
        if state == "marked" and 0 < enough <= count:
            await put_in_force(unit, duplicate_id, mark.alias, original, by=None)
    return duplicate_id


def check_words(text: str, field: str, most: int) -> None:
    """Raises `Invalid` for what is too long or cannot be stored."""
    if len(text) > most or "\x00" in text:
        raise Invalid(say("This does not fit."), {field: say("At most {most} characters of plain text.", most=most)})


async def _check_sides(actor: Actor, mark: NewMark) -> Side:
    await access_side(actor, mark.alias, field="duplicate")
    await access_side(actor, mark.original, field="original")
    original = await find_original(mark.original)
    if mark.alias in (original, mark.original):
        raise Invalid(
            say("Nothing is a duplicate of itself."), {"original": say("This is, or leads to, the same question.")}
        )
    await access_side(actor, original, field="original")
    await check_direction(mark.alias, original)
    return original


async def _find_or_make(unit: UnitOfWork, mark: NewMark, original: Side) -> tuple[UUID, str]:
    """The living duplicate of these two, or a new one."""
    alias = mark.alias
    standing = await find_original(alias)
    if standing not in (alias, original):
        raise Conflict(say("This leads to another question already; that has to be undone first."))
    row = await fetch_one(
        "select id, state from duplicate where alias_kind = $1 and alias_id = $2 and state <> 'undone'"
        " and (in_force or (original_kind = $3 and original_id = $4)) order by in_force desc limit 1",
        alias.kind,
        alias.id,
        original.kind,
        original.id,
    )
    if row:
        return row["id"], row["state"]
    duplicate_id = new_id()
    await execute(
        "insert into duplicate (id, alias_kind, alias_id, original_kind, original_id, state, reason, evidence, created_at)"
        " values ($1, $2, $3, $4, $5, 'marked', $6, $7, $8)",
        duplicate_id,
        alias.kind,
        alias.id,
        original.kind,
        original.id,
        mark.reason,
        mark.evidence,
        unit.now,
    )
    unit.emit(DuplicateMarked(duplicate_id))
    return duplicate_id, "marked"


async def _add_mark(unit: UnitOfWork, duplicate_id: UUID, mark: NewMark) -> None:
    added = await execute(
        "insert into duplicate_mark (duplicate_id, person_id, reason, created_at) values ($1, $2, $3, $4) on conflict do nothing",
        duplicate_id,
        unit.actor.person_id,
        mark.reason,
        unit.now,
    )
    if added:
        unit.audit("duplicate.mark", "duplicate", duplicate_id, alias=mark.alias.id, original=mark.original.id)
