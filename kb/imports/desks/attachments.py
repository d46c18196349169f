"""Files of imported messages: noted with their messages, kept one by one afterwards, and each that cannot be kept is named.

What is kept stands at the end of its message as if its writer had put it there. What is not leaves the address it had, so that
an agent may still look.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

import structlog

from kb.core.actor import SYSTEM, Actor
from kb.core.clock import now
from kb.core.database import execute, fetch_all, fetch_one
from kb.core.errors import Invalid, KbError, TooLarge, Unavailable
from kb.core.ids import new_id
from kb.core.permissions import Permission
from kb.core.unit_of_work import UnitOfWork, unit_of_work
from kb.files.bringing import bring_file
from kb.files.rules import MAX_BYTES, markdown_of
from kb.files.uploading import NewFile
from kb.files.using import note_files
from kb.imports.desks.conversations import Attached
from kb.ports.file_store import FileStore
from kb.ports.web_reader import WebReader
from kb.text.markdown import render_markdown

log = structlog.get_logger()

MOST_ATTEMPTS = 6
FIRST_WAIT = timedelta(minutes=1)
"""Doubled with every failure: the last attempt is half an hour after the first. Links to files of a help desk live for days."""

TAKEN_FOR = timedelta(minutes=5)
"""How long one worker has for a file before another takes it for dead."""

GONE_FOR_GOOD = {400, 401, 403, 404, 410}


@dataclass(frozen=True, slots=True)
class Keeping:
    """Where files are put, and which endings are taken besides pictures."""

    store: FileStore
    allowed: frozenset[str]


@dataclass(frozen=True, slots=True)
class WaitingFile:
    """A file that is to be kept, and the message it belongs to."""

    id: UUID
    message_id: UUID
    author_id: UUID
    name: str
    place: str
    attempts: int


ReadFile = Callable[[str], bytes]
"""From a place within the source to what lies there. Raises `Invalid` or `TooLarge` where there is nothing, or too much."""


async def note_attachments(unit: UnitOfWork, source: str, files: Sequence[tuple[UUID, Attached]]) -> None:
    """Inside the transaction that stores their messages."""
    if files:
        await execute(
            "insert into import_attachment (id, source, message_id, name, place, next_attempt_at)"
            " select u.id, $1, u.message_id, u.name, u.place, $2 from unnest($3::uuid[], $4::uuid[], $5::text[], $6::text[])"
            "   as u (id, message_id, name, place) on conflict do nothing",
            source,
            unit.now,
            [new_id() for _ in files],
            [message_id for message_id, _ in files],
            [file.name[:200] for _, file in files],
            [file.place for _, file in files],
        )


async def fetch_attachments(reader: WebReader, keeping: Keeping, *, limit: int = 20) -> int:
    """Keep files that lie at addresses and whose time has come; returns how many were looked at. Safe for several workers at once."""
    files = await _take("a.place like 'http%'", limit)
    await asyncio.gather(*(_keep(file, keeping, _fetch(reader, file)) for file in files))
    return len(files)


async def keep_attachments_of(source: str, read: ReadFile, keeping: Keeping) -> None:
    """Keep files that lie in the source itself, which only the import can read."""
    while files := await _take("a.place not like 'http%' and a.source = $4", 1, source):
        await _keep(files[0], keeping, asyncio.to_thread(read, files[0].place))


async def _keep(file: WaitingFile, keeping: Keeping, reading: Awaitable[bytes]) -> None:
    try:
        content = await reading
        kept = await bring_file(
            file.author_id, NewFile(file.name, content), store=keeping.store, allowed=keeping.allowed
        )
        await _settle(file, kept.markdown, file_id=kept.id)
    except Unavailable as down:
        await _try_later(file, down.message)
    except KbError as refused:
        await _give_up(file, refused.message)
    except Exception as error:  # whatever one file can do to us, the others are kept
        log.warning("imports.file_failed", attachment_id=str(file.id), exc_info=error)
        await _try_later(file, type(error).__name__)


@dataclass(frozen=True, slots=True)
class FilesLeft:
    """How many files were kept, wait, and could not be kept; the first hundred of these by name with the reason."""

    kept: int
    waiting: int
    failed: int
    failures: list[tuple[str, str]]


async def count_attachments(actor: Actor, source: str) -> FilesLeft:
    """What became of the files of a source."""
    actor.require(Permission.TICKET_ANSWER)
    rows = await fetch_all(
        "select state, count(*) as n from import_attachment where source = $1 group by state", source
    )
    counts = {row["state"]: int(row["n"]) for row in rows}
    failures = await fetch_all(
        "select name, reason from import_attachment where source = $1 and state = 'failed' order by id limit 100",
        source,
    )
    told = [(row["name"], row["reason"]) for row in failures]
    return FilesLeft(counts.get("kept", 0), counts.get("waiting", 0), counts.get("failed", 0), told)


async def _take(condition: str, limit: int, *more: str) -> list[WaitingFile]:
    rows = await fetch_all(
        "update import_attachment a set attempts = attempts + 1, next_attempt_at = $1 from ticket_message m"
        " where m.id = a.message_id and a.id in (select a.id from import_attachment a where a.state = 'waiting'"
        f"   and a.next_attempt_at <= $2 and {condition} order by a.next_attempt_at, a.id limit $3 for update skip locked)"
        " returning a.id, a.message_id, m.author_id, a.name, a.place, a.attempts",
        now() + TAKEN_FOR,
        now(),
        limit,
        *more,
    )
    return [WaitingFile(**row) for row in rows]


async def _fetch(reader: WebReader, file: WaitingFile) -> bytes:
    answer = await reader.read(file.place, most=MAX_BYTES)
    if answer.status in GONE_FOR_GOOD:
        raise Invalid(f"Its server answered {answer.status}.")
    if answer.status != 200:
        raise Unavailable(f"Its server answered {answer.status}.")
    if answer.is_cut:
        raise TooLarge(f"It is larger than {MAX_BYTES // 1024**2} MB.")
    return answer.body


async def _try_later(file: WaitingFile, reason: str) -> None:
    if file.attempts >= MOST_ATTEMPTS:
        await _give_up(file, reason)
        return
    await execute(
        "update import_attachment set next_attempt_at = $2, reason = $3 where id = $1",
        file.id,
        now() + FIRST_WAIT * 2 ** (file.attempts - 1),
        reason[:500],
    )


async def _give_up(file: WaitingFile, reason: str) -> None:
    link = markdown_of("download", file.name, file.place) if file.place.startswith("http") else ""
    await _settle(file, link, reason=reason)


async def _settle(file: WaitingFile, markdown: str, *, file_id: UUID | None = None, reason: str = "") -> None:
    """The message with what stands for the file, and that it is done with, in one."""
    while True:
        row = await fetch_one("select body_source from ticket_message where id = $1", file.message_id)
        before = row["body_source"] if row else ""
        source = f"{before}\n\n{markdown}" if markdown else before
        try:
            rendered = await asyncio.to_thread(render_markdown, source)
        except Invalid:
            source, rendered, reason = (
                before,
                await asyncio.to_thread(render_markdown, before),
                reason or "The message is too long for it.",
            )
        async with unit_of_work(SYSTEM) as unit:
            changed = await execute(
                "update ticket_message set body_source = $2, body_html = $3, renderer = $4 where id = $1 and body_source = $5",
                file.message_id,
                source,
                rendered.html,
                rendered.renderer_version,
                before,
            )
            if changed or row is None:
                await note_files("ticket_message", file.message_id, source, by=file.author_id)
                await execute(
                    "update import_attachment set state = $2, reason = $3, file_id = $4 where id = $1",
                    file.id,
                    "failed" if reason else "kept",
                    reason[:500],
                    file_id,
                )
                unit.audit("import.attachment", "ticket_message", file.message_id, name=file.name, reason=reason)
                return
