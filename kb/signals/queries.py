"""Reads of the room. Events and signals are staff's: every read asks for the permission first."""

import base64
import binascii
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg
import msgspec

from kb.core.actor import Actor
from kb.core.database import fetch_all, fetch_one
from kb.core.errors import Invalid, NotFound
from kb.core.permissions import Permission
from kb.core.saying import say
from kb.signals.wire.places import route_of


@dataclass(frozen=True, slots=True)
class EventSearch:
    """What to look for; empty fields match everything. `person` is an id, e-mail, username, user id or distinct id."""

    person: str = ""
    event: str = ""
    element: str = ""
    page: str = ""
    cursor: str = ""


@dataclass(frozen=True, slots=True)
class FoundEvent:
    """One stored event, as staff see it."""

    id: UUID
    app_id: UUID
    name: str
    distinct_id: str
    person_id: UUID | None
    person_name: str | None
    username: str | None
    session_id: str | None
    page_url: str | None
    route: str | None
    element: str | None
    element_text: str | None
    release: str | None
    verified: bool
    properties: dict[str, Any]
    occurred_at: datetime


@dataclass(frozen=True, slots=True)
class EventPage:
    """Events, newest first, and where the older ones begin."""

    events: tuple[FoundEvent, ...]
    older: str | None


async def list_events(actor: Actor, search: EventSearch, *, limit: int = 50) -> EventPage:
    """Events that match every given field, newest first. Raises `Invalid` for a cursor that is none of ours."""
    actor.require(Permission.EVENT_READ)
    where, values = await _conditions(search)
    rows = await fetch_all(
        f"select e.*, p.name as person_name, p.username from event e left join person p on p.id = e.person_id"
        f" where {where} order by e.occurred_at desc, e.id desc limit {min(limit, 500) + 1}",
        *values,
    )
    events = tuple(_event(row) for row in rows[: min(limit, 500)])
    return EventPage(events, _pack_cursor(events[-1]) if len(rows) > len(events) else None)


async def _conditions(search: EventSearch) -> tuple[str, list[Any]]:
    values: list[Any] = []
    parts = ["true"]

    def add(sql: str, *given: Any) -> None:
        parts.append(sql.format(*(f"${len(values) + index}" for index in range(1, len(given) + 1))))
        values.extend(given)

    if search.event:
        add("e.name = {0}", search.event.strip())
    if search.element:
        add("e.element = {0}", search.element.strip())
    if search.page:
        add("e.route = {0}", route_of(search.page.strip()) or "")
    if search.person:
        people = await _find_people(search.person.strip())
        add("(e.person_id = any({0}) or e.distinct_id = {1})", people, search.person.strip())
    if search.cursor:
        add("(e.occurred_at, e.id) < ({0}, {1})", *_unpack_cursor(search.cursor))
    return " and ".join(parts), values


async def _find_people(text: str) -> list[UUID]:
    rows = await fetch_all(
        "select id from person where lower(email) = lower($1) or lower(username) = lower($1) or external_id = $1"
        " union select person_id from identity where distinct_id = $1 union select id from person where id = $2",
        text,
        _as_uuid(text),
    )
    return [row["id"] for row in rows]


def _as_uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _event(row: asyncpg.Record) -> FoundEvent:
    fields = {name: row[name] for name in FoundEvent.__dataclass_fields__ if name != "properties"}
    return FoundEvent(**fields, properties=msgspec.json.decode(row["properties"]))


def _pack_cursor(event: FoundEvent) -> str:
    text = f"{event.occurred_at.isoformat()} {event.id}"
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _unpack_cursor(cursor: str) -> tuple[datetime, UUID]:
    try:
        moment, id_ = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode().split(" ")
        return datetime.fromisoformat(moment), UUID(id_)
    except (ValueError, binascii.Error) as error:
        raise Invalid(
            say("This page of results cannot be found again. Start the search anew."), {"cursor": say("bad")}
        ) from error


@dataclass(frozen=True, slots=True)
class FoundSignal:
    """A signal with its place, for those who decide and those who read a person's timeline."""

    id: UUID
    detector: str
    person_id: UUID | None
    distinct_id: str
    session_id: str | None
    verified: bool
    friction_point_id: UUID
    episode_id: UUID
    cluster_id: UUID | None
    app_id: UUID
    label: str
    route: str
    element: str
    release: str | None
    evidence: tuple[UUID, ...]
    occurred_at: datetime
    found_at: datetime


_SIGNAL = (
    "select s.id, s.detector, s.person_id, s.distinct_id, s.session_id, s.verified, s.friction_point_id, s.episode_id,"
    " e.cluster_id, f.app_id, f.label, f.route, f.element, s.release, s.evidence, s.occurred_at, s.found_at"
    " from signal s join friction_point f on f.id = s.friction_point_id join episode e on e.id = s.episode_id"
)


async def get_signal(actor: Actor, signal_id: UUID) -> FoundSignal:
    """One signal. Raises `NotFound`."""
    actor.require(Permission.EVENT_READ)
    row = await fetch_one(f"{_SIGNAL} where s.id = $1", signal_id)
    if row is None:
        raise NotFound(say("There is no such signal."))
    return _signal(row)


async def list_signals_of_person(actor: Actor, person_id: UUID, *, limit: int = 10) -> list[FoundSignal]:
    """What hurt the person lately, newest first: the context of their next question."""
    actor.require(Permission.EVENT_READ)
    rows = await fetch_all(f"{_SIGNAL} where s.person_id = $1 order by s.occurred_at desc limit $2", person_id, limit)
    return [_signal(row) for row in rows]


async def list_signals_of_cluster(actor: Actor, cluster_id: UUID, *, limit: int = 50) -> list[FoundSignal]:
    """Signals at the friction points linked to the cluster, newest first."""
    actor.require(Permission.EVENT_READ)
    rows = await fetch_all(
        f"{_SIGNAL} where s.friction_point_id in (select friction_point_id from friction_cluster where cluster_id = $1)"
        " order by s.occurred_at desc limit $2",
        cluster_id,
        limit,
    )
    return [_signal(row) for row in rows]


def _signal(row: asyncpg.Record) -> FoundSignal:
    return FoundSignal(**{**dict(row), "evidence": tuple(row["evidence"])})


@dataclass(frozen=True, slots=True)
class LinkedFriction:
    """A friction point linked to a cluster, with the weight and the reason of the link."""

    id: UUID
    number: int
    kind: str
    route: str
    element: str
    label: str
    signal_count: int
    person_count: int
    first_at: datetime
    last_at: datetime
    weight: float
    reason: str


async def list_friction_of_cluster(actor: Actor, cluster_id: UUID) -> list[LinkedFriction]:
    """Where the cluster hurts in the product, strongest link first."""
    actor.require(Permission.EVENT_READ)
    rows = await fetch_all(
        "select f.id, f.number, f.kind, f.route, f.element, f.label, f.signal_count,"
        " (select count(distinct coalesce(s.person_id::text, s.distinct_id)) from signal s"
        " where s.friction_point_id = f.id)::int as person_count, f.first_at, f.last_at, l.weight, l.reason"
        " from friction_cluster l join friction_point f on f.id = l.friction_point_id where l.cluster_id = $1"
        " order by l.weight desc, f.last_at desc",
        cluster_id,
    )
    return [LinkedFriction(**dict(row)) for row in rows]
