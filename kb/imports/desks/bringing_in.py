"""One way for every support desk: its documents are read, then its accounts, people and tickets stored, its links, its files."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol, TypeVar
from uuid import UUID

from kb.core.actor import Actor
from kb.core.clock import now
from kb.core.unit_of_work import UnitOfWork, unit_of_work
from kb.imports.desks.attachments import FilesLeft, Keeping, count_attachments, keep_attachments_of
from kb.imports.desks.conversations import Conversation, Link
from kb.imports.desks.storing import DeskStore
from kb.imports.running import Counts, OnProgress, Read, Run, Stored, begin_run, finish_run, run_stage
from kb.people.importing import ImportedAccount, ImportedPerson, insert_imported_accounts

R = TypeVar("R")


class Desk(Protocol):
    """What a source tells, in the order it is asked for: `documents` to the end first, `links` and `missing` after all conversations."""

    passed_over: Counter[str]
    """By its kind in words, what is not taken."""

    links: list[Link]

    def documents(self) -> Iterator[Read[Any]]:
        """Each part of the source as it is read. Raises `Invalid` where there is nothing that could be."""

    def accounts(self, began: datetime) -> Iterator[ImportedAccount]:
        """Companies. `began` stands for times the source does not tell, here and below."""

    def people(self, accounts: dict[str, UUID], began: datetime) -> Iterator[Read[ImportedPerson]]:
        """People, whether they asked or not. `accounts` by source id."""

    def conversations(self) -> Iterator[Read[Conversation]]:
        """Tickets, in the same order however often it is asked."""

    def missing(self) -> Iterator[Read[Any]]:
        """Refusals of what is spoken of and is not there."""

    def read_file(self, place: str) -> bytes:
        """A file within the source, by the place a turn gave it."""


@dataclass(frozen=True, slots=True)
class DeskCounts:
    """What became of it, stage by stage. `missing` is what is spoken of and lies nowhere; `passed_over` what is not taken."""

    documents: Counts
    people: Counts
    tickets: Counts
    missing: Counts
    files: FilesLeft
    accounts: int
    linked: int
    passed_over: dict[str, int]


async def import_desk(
    actor: Actor,
    desk: Desk,
    *,
    kind: str,
    source: str,
    keeping: Keeping | None = None,
    on_progress: OnProgress = lambda _: None,
) -> DeskCounts:
    """Import all of it under the name `source`. Raises `Invalid` where nothing there can be read.

    Files that lie there too are kept where `keeping` says; those at addresses are fetched by a job afterwards.
    """
    run, began = await begin_run(actor, kind=kind, source=source), now()
    with DeskStore(source) as store:
        documents = await run_stage(run, "documents", desk.documents(), _keep_nothing, on_progress)
        ids, accounts = await _store_accounts(run, desk, began)
        people = await run_stage(run, "people", desk.people(ids, began), store.people, on_progress)
        tickets = await run_stage(
            run, "tickets", desk.conversations(), store.tickets, on_progress, prepare=store.prepare
        )
        links = await run_stage(run, "links", _numbered(desk.links), store.links, on_progress)
        missing = await run_stage(run, "missing", desk.missing(), _keep_nothing, on_progress)
    if keeping:
        await keep_attachments_of(source, desk.read_file, keeping)
    await finish_run(run)
    files = await count_attachments(actor, source)
    return DeskCounts(documents, people, tickets, missing, files, accounts, links.imported, dict(desk.passed_over))


async def _store_accounts(run: Run, desk: Desk, began: datetime) -> tuple[dict[str, UUID], int]:
    """All in one go: people are told apart by them, also those of a run that goes on."""
    async with unit_of_work(run.actor):
        return await insert_imported_accounts(run.source, list(desk.accounts(began)))


async def _keep_nothing(_unit: UnitOfWork, _rows: Sequence[object]) -> Stored:
    return Stored(0)


def _numbered(records: Iterable[R]) -> Iterator[Read[R]]:
    return (Read(line, record) for line, record in enumerate(records, 1))
