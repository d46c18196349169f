"""Duplicates for programs: /api/v1/duplicates. What a caller may not read on both sides is not there."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from litestar import get, post

from kb.clusters.duplicates.confirming import confirm_duplicate
from kb.clusters.duplicates.contesting import contest_duplicate
from kb.clusters.duplicates.marking import NewMark, mark_duplicate
from kb.clusters.duplicates.queries import DuplicateView, get_duplicate, list_duplicates
from kb.clusters.duplicates.sides import Side
from kb.clusters.duplicates.undoing import undo_duplicate
from kb.core.actor import Actor
from kb.core.errors import Invalid, KbError
from kb.core.ids import possible_number
from kb.core.permissions import Permission
from kb.core.saying import say
from kb.forum.access import access_topic_number
from kb.tickets.access import find_ticket_id
from server.lists import CursorIn, Items, LimitIn, part_of, window_of
from server.security.guards import requires
from server.wiring import Services

MARK = [requires(Permission.DUPLICATE_MARK)]
CONFIRM = [requires(Permission.DUPLICATE_CONFIRM)]
PER_PAGE = 50
LAST_PAGE = 1_000
"""Further than anybody turns; a state narrows the list."""

Kind = Literal["topic", "ticket"]


@dataclass(frozen=True, slots=True)
class SideOut:
    """A topic or ticket, by the number in its address."""

    kind: str
    number: int
    title: str


@dataclass(frozen=True, slots=True)
class DuplicateOut:
    """A duplicate and its original. `in_force`: the duplicate leads there just now; `marks` counts who said so."""

    id: UUID
    state: str
    in_force: bool
    duplicate: SideOut
    original: SideOut
    reason: str
    evidence: str
    contest_reason: str
    undo_reason: str
    marks: int
    created_at: datetime


@dataclass(frozen=True, slots=True)
class SideIn:
    """A topic or ticket, by the number in its address."""

    kind: Kind
    number: int


@dataclass(frozen=True, slots=True)
class MarkIn:
    """What asks the same as what, and why. `evidence` is a link or a quotation."""

    duplicate: SideIn
    original: SideIn
    reason: str = ""
    evidence: str = ""


@dataclass(frozen=True, slots=True)
class ReasonIn:
    """Why."""

    reason: str = ""


@get("/api/v1/duplicates", guards=MARK)
async def api_list_duplicates(
    actor: Actor, only: str = "", cursor: CursorIn = "", limit: LimitIn = 50
) -> Items[DuplicateOut]:
    """Those in a state (marked, confirmed, contested, undone) or all; contested ones wait for staff."""
    offset, count = window_of(cursor, limit)
    found = await list_duplicates(actor, state=only, limit=count, offset=offset)
    return part_of(found, _out, lambda one: str(one.id), cursor=cursor, limit=limit, skipped=offset)


@get("/api/v1/duplicates/{duplicate_id:uuid}", guards=MARK)
async def api_get_duplicate(actor: Actor, duplicate_id: UUID) -> DuplicateOut:
    """One duplicate."""
    return _out(await get_duplicate(actor, duplicate_id))


@post("/api/v1/duplicates", guards=MARK)
async def api_mark_duplicate(actor: Actor, services: Services, data: MarkIn) -> DuplicateOut:
    """Mark; enough people's marks confirm by themselves."""
    alias = await _find_side(actor, data.duplicate, "duplicate")
    original = await _find_side(actor, data.original, "original")
    mark = NewMark(alias, original, data.reason, data.evidence)
    made = await mark_duplicate(actor, mark, enough=int(services.settings["DUPLICATE_MARKS"]))
    return _out(await get_duplicate(actor, made))


@post("/api/v1/duplicates/{duplicate_id:uuid}/confirmation", guards=CONFIRM, status_code=200)
async def api_confirm_duplicate(actor: Actor, duplicate_id: UUID) -> DuplicateOut:
    """Confirm, also against the asker's objection."""
    await confirm_duplicate(actor, duplicate_id)
    return _out(await get_duplicate(actor, duplicate_id))


@post("/api/v1/duplicates/{duplicate_id:uuid}/contest", guards=MARK, status_code=200)
async def api_contest_duplicate(actor: Actor, duplicate_id: UUID, data: ReasonIn) -> DuplicateOut:
    """The asker objects, with a reason."""
    await contest_duplicate(actor, duplicate_id, reason=data.reason)
    return _out(await get_duplicate(actor, duplicate_id))


@post("/api/v1/duplicates/{duplicate_id:uuid}/undoing", guards=MARK, status_code=200)
async def api_undo_duplicate(actor: Actor, duplicate_id: UUID, data: ReasonIn) -> DuplicateOut:
    """Undo exactly; members take back their own mark."""
    await undo_duplicate(actor, duplicate_id, reason=data.reason)
    return _out(await get_duplicate(actor, duplicate_id))


async def _find_side(actor: Actor, side: SideIn, field: str) -> Side:
    try:
        if side.kind == "topic":
            return Side("topic", (await access_topic_number(actor, side.number)).id)
        return Side("ticket", await find_ticket_id(actor, possible_number(side.number)))
    except KbError as refusal:
        raise Invalid(
            say("There is no such duplicate."), {field: say("There is no such {kind}.", kind=side.kind)}
        ) from refusal


def _out(one: DuplicateView) -> DuplicateOut:
    return DuplicateOut(
        id=one.id,
        state=one.state,
        in_force=one.in_force,
        duplicate=SideOut(one.alias_kind, one.alias_number, one.alias_title),
        original=SideOut(one.original_kind, one.original_number, one.original_title),
        reason=one.reason,
        evidence=one.evidence,
        contest_reason=one.contest_reason,
        undo_reason=one.undo_reason,
        marks=one.marks,
        created_at=one.created_at,
    )
