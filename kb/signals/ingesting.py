"""Taking events in: who it was, one insert for the whole batch, and word to the detectors. Durable before it is acknowledged."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from kb.core.actor import SYSTEM
from kb.core.database import fetch_all
from kb.core.errors import NotSignedIn
from kb.core.ids import new_id
from kb.core.saying import say
from kb.core.unit_of_work import UnitOfWork, unit_of_work
from kb.people.products import ProductApp, find_app_by_write_key
from kb.signals.detectors import is_heard
from kb.signals.keeping import keep_properties
from kb.signals.messages import EventsArrived
from kb.signals.recognising import Known, Proofs, check_tokens, is_vouched_for, link_visitors
from kb.signals.wire.events import IncomingBatch, IncomingEvent, Refused


@dataclass(frozen=True, slots=True)
class IngestReceipt:
    """What became of a batch: stored now, stored before, and refused with the reason of each."""

    accepted: int
    repeated: int
    refused: tuple[Refused, ...] = ()


async def access_product(write_key: str) -> ProductApp:
    """The product a write key belongs to. Raises `NotSignedIn` for a key nobody was given."""
    app = await find_app_by_write_key(write_key)
    if app is None:
        raise NotSignedIn(say("There is no product with this write key."), {"write_key": say("unknown")})
    return app


async def ingest_events(app: ProductApp, batch: IncomingBatch, *, trusted: bool = False) -> IngestReceipt:
    """Store the batch. An event known by its dedupe key is counted as repeated and changes nothing.

    `trusted`: the batch came with a secret key, so what it says of its people is believed.
    """
    events = list({event.dedupe_key: event for event in batch.events}.values())
    if not events:
        return IngestReceipt(0, 0, batch.refused)
    # Two retries of one batch must meet the same rows in the same order, or they would wait for each other for ever.
    events.sort(key=lambda event: event.dedupe_key)
    proofs = await check_tokens(app, events)
    async with unit_of_work(SYSTEM) as unit:
        known = await link_visitors(unit, app, events, proofs=proofs, trusted=trusted)
        stored = await _insert(unit, app, events, _Judge(known, proofs, trusted))
        if heard := [row["id"] for row in stored if row["heard"]]:
            unit.emit(EventsArrived(app.id, heard))
    return IngestReceipt(len(stored), len(batch.events) - len(stored), batch.refused)


@dataclass(frozen=True, slots=True)
class _Judge:
    """Who an event is about, and whether that may be believed."""

    known: Mapping[str, Known]
    proofs: Proofs
    trusted: bool

    def person(self, event: IncomingEvent) -> UUID | None:
        who = self.who(event)
        return who.person_id if who else None

    def who(self, event: IncomingEvent) -> Known | None:
        proof = self.proofs.get(event.identity_token or "")
        return Known(proof, proven=True) if proof else self.known.get(event.distinct_id)

    def vouches(self, event: IncomingEvent) -> bool:
        return is_vouched_for(event, self.who(event), proofs=self.proofs, trusted=self.trusted)


_COLUMNS = (
    ("id", "uuid"),
    ("dedupe_key", "text"),
    ("name", "text"),
    ("distinct_id", "text"),
    ("person_id", "uuid"),
    ("session_id", "text"),
    ("page_url", "text"),
    ("route", "text"),
    ("element", "text"),
    ("element_text", "text"),
    ("expects_bursts", "boolean"),
    ("heard", "boolean"),
    ("verified", "boolean"),
    ("release", "text"),
    ("properties", "text"),
    ("occurred_at", "timestamptz"),
)
_NAMES = ", ".join(name for name, _ in _COLUMNS)
_VALUES = ", ".join(f"n.{name}::jsonb" if name == "properties" else f"n.{name}" for name, _ in _COLUMNS)
_ARRAYS = ", ".join(f"${index}::{kind}[]" for index, (_, kind) in enumerate(_COLUMNS, start=3))
_INSERT = (
    f"insert into event ({_NAMES}, app_id, received_at, examined_at)"
    f" select {_VALUES}, $1, $2, case when n.heard then null else $2::timestamptz end"
    f" from unnest({_ARRAYS}) as n ({_NAMES})"
    " on conflict (app_id, dedupe_key) do nothing returning id, heard"
)
"""One statement however many events: a row by row insert of 500 takes twenty times as long."""


async def _insert(unit: UnitOfWork, app: ProductApp, events: Sequence[IncomingEvent], judge: _Judge) -> list[Any]:
    rows = [_row(event, judge) for event in events]
    return await fetch_all(_INSERT, app.id, unit.now, *(list(column) for column in zip(*rows, strict=True)))


def _row(event: IncomingEvent, judge: _Judge) -> tuple[Any, ...]:
    return (
        new_id(),
        event.dedupe_key,
        event.name,
        event.distinct_id,
        judge.person(event),
        event.session_id,
        event.page_url,
        event.route,
        event.element,
        event.element_text,
        event.expects_bursts,
        is_heard(event.name),
        judge.vouches(event),
        event.release,
        keep_properties(event.properties),
        event.occurred_at,
    )
