"""Reading imports: how far each came, what was refused and why, which files are not kept. For agents: reasons name tickets and files."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from kb.core.actor import Actor
from kb.core.cursors import read_place, write_place
from kb.core.database import fetch_all, fetch_one
from kb.core.errors import NotFound
from kb.core.permissions import Permission
from kb.core.saying import say

MISSING = say("There is no such import.")

MOST_IMPORTS = 500

_IMPORTS = """
select r.id, r.kind, r.source, r.started_at, r.finished_at, coalesce(s.imported, 0) as imported,
    coalesce(s.unchanged, 0) as unchanged, coalesce(s.rejected, 0) as rejected, coalesce(f.kept, 0) as files_kept,
    coalesce(f.waiting, 0) as files_waiting, coalesce(f.failed, 0) as files_failed
from import_run r
left join lateral (select sum(imported) as imported, sum(unchanged) as unchanged, sum(rejected) as rejected from import_stage
    where run_id = r.id) s on true
left join lateral (select count(*) filter (where state = 'kept') as kept, count(*) filter (where state = 'waiting') as waiting,
    count(*) filter (where state = 'failed') as failed from import_attachment where source = r.source) f on true
"""


@dataclass(frozen=True, slots=True)
class ImportView:
    """The latest import of a source. `imported`, `unchanged` and `rejected` are rows of all its stages; `finished_at` is None while
    it runs, or where it broke off. Files are those of the source's messages."""

    id: UUID
    kind: str
    source: str
    started_at: datetime
    finished_at: datetime | None
    imported: int
    unchanged: int
    rejected: int
    files_kept: int
    files_waiting: int
    files_failed: int


@dataclass(frozen=True, slots=True)
class RefusalView:
    """A row that was refused: of which stage, its line in the source, and why."""

    stage: str
    line: int
    reason: str


@dataclass(frozen=True, slots=True)
class FileView:
    """A file of a message that is not kept: `state` is waiting or failed, `reason` what its last attempt met, `ticket` whose it is."""

    id: UUID
    name: str
    state: str
    reason: str
    attempts: int
    ticket: int


@dataclass(frozen=True, slots=True)
class Refusals:
    """One page of them; `next` is the cursor of the following one, "" on the last."""

    rows: list[RefusalView]
    next: str


@dataclass(frozen=True, slots=True)
class Files:
    """One page of them, as `Refusals`."""

    rows: list[FileView]
    next: str


async def list_imports(actor: Actor) -> list[ImportView]:
    """The latest of every source, newest first."""
    actor.require(Permission.TICKET_ANSWER)
    rows = await fetch_all(f"{_IMPORTS} order by r.started_at desc, r.id limit {MOST_IMPORTS}")
    return [ImportView(**row) for row in rows]


async def get_import(actor: Actor, import_id: UUID) -> ImportView:
    """One of them. Raises `NotFound`."""
    actor.require(Permission.TICKET_ANSWER)
    row = await fetch_one(f"{_IMPORTS} where r.id = $1", import_id)
    if row is None:
        raise NotFound(MISSING)
    return ImportView(**row)


async def list_refusals(actor: Actor, import_id: UUID, *, cursor: str = "", limit: int = 50) -> Refusals:
    """What was refused, by stage and line. Raises `NotFound`, and `Invalid` for a cursor we did not write."""
    await get_import(actor, import_id)
    stage, line = read_place(cursor) if cursor else ("", 0)
    rows = await fetch_all(
        "select stage, line, reason from import_rejection where run_id = $1 and (stage, line) > ($2, $3)"
        " order by stage, line limit $4",
        import_id,
        stage,
        line,
        limit + 1,
    )
    page = [RefusalView(**row) for row in rows[:limit]]
    return Refusals(page, write_place(page[-1].stage, page[-1].line) if len(rows) > limit else "")


async def list_files_left(actor: Actor, import_id: UUID, *, cursor: str = "", limit: int = 50) -> Files:
    """Files that are not kept, those that failed first. Raises as `list_refusals`."""
    source = (await get_import(actor, import_id)).source
    last, failed = read_place(cursor) if cursor else ("", 1)
    rows = await fetch_all(
        "select a.id, a.name, a.state, a.reason, a.attempts, t.number as ticket, (a.state = 'failed')::int as failed"
        " from import_attachment a join ticket_message m on m.id = a.message_id join ticket t on t.id = m.ticket_id"
        " where a.source = $1 and a.state <> 'kept' and ($2 = '' or (1 - (a.state = 'failed')::int, a.id::text) > (1 - $3::int, $2))"
        " order by 1 - (a.state = 'failed')::int, a.id::text limit $4",
        source,
        last,
        failed,
        limit + 1,
    )
    page = [FileView(r["id"], r["name"], r["state"], r["reason"], r["attempts"], r["ticket"]) for r in rows[:limit]]
    following = write_place(str(page[-1].id), int(page[-1].state == "failed")) if len(rows) > limit else ""
    return Files(page, following)
