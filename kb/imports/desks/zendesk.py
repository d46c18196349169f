"""A Zendesk, as its API or its full export tells it, becomes accounts, people and tickets."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from kb.core.actor import Actor
from kb.core.clock import now
from kb.core.unit_of_work import UnitOfWork, unit_of_work
from kb.imports.desks.spool import Spool
from kb.imports.desks.storing import DeskStore
from kb.imports.desks.zendesk_survey import ZendeskSurvey
from kb.imports.desks.zendesk_tickets import ZendeskTickets
from kb.imports.running import Counts, OnProgress, Read, Run, Stored, begin_run, finish_run, run_stage
from kb.people.importing import insert_imported_accounts

R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class ZendeskCounts:
    """What became of it, stage by stage. `missing` are pages and tickets that are spoken of and lie in no document."""

    documents: Counts
    accounts: int
    people: Counts
    tickets: Counts
    missing: Counts
    linked: int
    passed_over: dict[str, int]
    """What is not taken, by its kind in words."""


async def import_zendesk(
    actor: Actor, path: Path, *, source: str, on_progress: OnProgress = lambda _: None
) -> ZendeskCounts:
    """Import what lies at `path` under the name `source`. Raises `Invalid` where nothing there can be read."""
    run = await begin_run(actor, kind="zendesk", source=source)
    with Spool() as spool, DeskStore(source) as store:
        survey = ZendeskSurvey(spool)
        documents = await run_stage(run, "documents", survey.documents(path), _keep_nothing, on_progress)
        desk = ZendeskTickets(spool, began=now())
        accounts = await _store_accounts(run, desk)
        people = await run_stage(run, "people", desk.people(), store.people, on_progress)
        tickets = await run_stage(
            run, "tickets", desk.conversations(), store.tickets, on_progress, prepare=store.prepare
        )
        links = await run_stage(run, "links", _numbered(desk.links), store.links, on_progress)
        missing = await run_stage(run, "missing", survey.missing(), _keep_nothing, on_progress)
        await finish_run(run)
    passed_over = dict(survey.passed_over) | ({"deleted tickets": desk.deleted} if desk.deleted else {})
    return ZendeskCounts(documents, accounts, people, tickets, missing, links.imported, passed_over)


async def _store_accounts(run: Run, desk: ZendeskTickets) -> int:
    """All in one go: people are told apart by them, also those of a run that goes on. Returns how many are new."""
    async with unit_of_work(run.actor):
        desk.accounts_by_id, new = await insert_imported_accounts(run.source, list(desk.accounts()))
    return new


async def _keep_nothing(_unit: UnitOfWork, _rows: Sequence[object]) -> Stored:
    return Stored(0)


def _numbered(records: Iterable[R]) -> Iterator[Read[R]]:
    return (Read(line, record) for line, record in enumerate(records, 1))
