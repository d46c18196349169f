"""Who the visitors of a batch are: what is known, what the batch says, and how far that may be believed."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

import structlog

from kb.core.database import fetch_all
from kb.core.errors import KbError
from kb.core.unit_of_work import UnitOfWork
from kb.people.identifying import read_customer_token
from kb.people.noticing import notice_customers
from kb.people.products import ProductApp
from kb.people.rules import MAX_NAME
from kb.signals.messages import VisitorsLinked
from kb.signals.rules import is_unguessable
from kb.signals.wire.events import IncomingEvent
from kb.signals.wire.json_text import as_text

log = structlog.get_logger()

MAX_TOKENS = 50
"""Different tokens checked in one batch: a browser has one, a server none."""

MAX_NEW_PEOPLE = 200
"""Persons one unsigned batch may make; the write key is public, and beyond this its visitors stay anonymous."""


@dataclass(frozen=True, slots=True)
class Known:
    """What stands in `identity` about one distinct id."""

    person_id: UUID
    proven: bool
    external_id: str | None = None


Proofs = Mapping[str, UUID]


async def check_tokens(app: ProductApp, events: Iterable[IncomingEvent]) -> dict[str, UUID]:
    """The persons behind the batch's signed tokens. A bad token is no reason to lose an event: it proves nothing."""
    tokens = list(dict.fromkeys(event.identity_token for event in events if event.identity_token))
    proofs: dict[str, UUID] = {}
    for token in tokens[:MAX_TOKENS]:
        try:
            actor = await read_customer_token(token, app=app)
        except KbError as refusal:
            log.info("identity_token.refused", app=app.name, reason=refusal.message)
            continue
        if actor.person_id:
            proofs[token] = actor.person_id
    return proofs


async def link_visitors(
    unit: UnitOfWork, app: ProductApp, events: Sequence[IncomingEvent], *, proofs: Proofs, trusted: bool
) -> dict[str, Known]:
    """Write down which ids are which persons, as the batch says, and return everything known of the batch's ids.

    The first link of an id stays: a shared computer does not make two people one. Only a proof moves it.
    """
    known = await _find_known(app, _all_ids(events))
    saying = [event for event in events if event.identifies or event.aliases or event.identity_token in proofs]
    if not saying:
        return known
    unknown = [event for event in saying if event.identifies not in known or event.traits.get("name")]
    noticed = await _notice(unit, app, unknown, trusted=trusted)
    new: dict[str, Known] = {}
    for event in saying:
        _follow(event, known, new, _person_said(event, known, noticed, proofs, trusted=trusted))
    if new:
        await _write_links(unit, app, new)
    return known


def is_vouched_for(event: IncomingEvent, who: Known | None, *, proofs: Proofs, trusted: bool) -> bool:
    """Whether a message about this event may go to the person: signed, sent with a secret key, or an unguessable id."""
    if who is None:
        return False
    if trusted or proofs.get(event.identity_token or "") == who.person_id:
        return True
    return who.proven and is_unguessable(event.distinct_id, external_id=who.external_id)


def _all_ids(events: Iterable[IncomingEvent]) -> list[str]:
    ids = {id_ for event in events for id_ in (event.distinct_id, event.identifies, *event.aliases) if id_}
    return sorted(ids)


async def _find_known(app: ProductApp, ids: Sequence[str]) -> dict[str, Known]:
    rows = await fetch_all(
        "select i.distinct_id, i.person_id, i.verified, p.external_id from identity i join person p on p.id = i.person_id"
        " where i.app_id = $1 and i.distinct_id = any($2)",
        app.id,
        ids,
    )
    return {row["distinct_id"]: Known(row["person_id"], row["verified"], row["external_id"]) for row in rows}


async def _notice(
    unit: UnitOfWork, app: ProductApp, events: Sequence[IncomingEvent], *, trusted: bool
) -> dict[str, UUID]:
    names: dict[str, str] = {}
    for event in events:
        if event.identifies and (trusted or event.identifies in names or len(names) < MAX_NEW_PEOPLE):
            name = as_text(event.traits.get("name"), MAX_NAME)
            names[event.identifies] = name or names.get(event.identifies, "")
    return await notice_customers(unit, app.id, names) if names else {}


def _person_said(
    event: IncomingEvent, known: Mapping[str, Known], noticed: Mapping[str, UUID], proofs: Proofs, *, trusted: bool
) -> Known | None:
    """Whom the event names: the signed person, else its user id, else whoever one of its ids is known to be."""
    proof = proofs.get(event.identity_token or "")
    if proof:
        return Known(proof, proven=True)
    if event.identifies:
        person = known.get(event.identifies) or _as_known(noticed.get(event.identifies), proven=trusted)
        return replace(person, proven=trusted) if person else None
    found = next((known[id_] for id_ in (event.distinct_id, *event.aliases) if id_ in known), None)
    return replace(found, proven=False) if found else None


def _as_known(person_id: UUID | None, *, proven: bool) -> Known | None:
    return Known(person_id, proven) if person_id else None


def _follow(event: IncomingEvent, known: dict[str, Known], new: dict[str, Known], who: Known | None) -> None:
    if who is None:
        return
    for id_ in filter(None, (event.distinct_id, event.identifies, *event.aliases)):
        before = known.get(id_)
        if before is None or (who.proven and not before.proven):
            known[id_] = new[id_] = replace(who, external_id=before.external_id if before else None)


async def _write_links(unit: UnitOfWork, app: ProductApp, new: Mapping[str, Known]) -> None:
    ids = sorted(new)
    rows = await fetch_all(
        "insert into identity (app_id, distinct_id, person_id, verified, created_at)"
        " select $1, n.distinct_id, n.person_id, n.verified, $2 from unnest($3::text[], $4::uuid[], $5::boolean[])"
        " as n (distinct_id, person_id, verified) on conflict (app_id, distinct_id) do update"
        " set person_id = excluded.person_id, verified = true where excluded.verified and not identity.verified"
        " returning distinct_id",
        app.id,
        unit.now,
        ids,
        [new[id_].person_id for id_ in ids],
        [new[id_].proven for id_ in ids],
    )
    if rows:
        unit.emit(VisitorsLinked(app.id, [row["distinct_id"] for row in rows]))
