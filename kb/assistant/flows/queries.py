"""Reading flows: for those who keep them, and those that are switched on for whoever talks."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import structlog

from kb.assistant.flows.keeping import NO_FLOW
from kb.assistant.flows.reading import read_flow
from kb.assistant.flows.shapes import Flow
from kb.core.actor import Actor
from kb.core.database import fetch_all, fetch_one, fetch_value
from kb.core.errors import Invalid, NotFound
from kb.core.ids import possible_position
from kb.core.permissions import Permission

log = structlog.get_logger()

VERSIONS_SHOWN = 50


@dataclass(frozen=True, slots=True)
class FlowLine:
    """A flow in the list. `enabled_version` is None while it is off; `begun` conversations of the last 30 days went into it."""

    id: UUID
    name: str
    enabled_version: int | None
    newest_version: int
    changed_at: datetime
    changed_by: str
    begun: int


@dataclass(frozen=True, slots=True)
class VersionLine:
    """One text a flow had."""

    number: int
    made_by: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class FlowView:
    """A flow with the text of one version and the list of all."""

    id: UUID
    name: str
    enabled_version: int | None
    number: int
    source: str
    versions: tuple[VersionLine, ...]


@dataclass(frozen=True, slots=True)
class EnabledFlow:
    """A flow that may begin."""

    id: UUID
    number: int
    flow: Flow


_LINES = (
    "select f.id, f.name, f.enabled_version, v.number as newest_version, v.created_at as changed_at, coalesce(p.name, '') as changed_by,"
    " (select count(*)::int from conversation c where c.flow_id = f.id and c.created_at > now() - interval '30 days') as begun"
    " from flow f join lateral (select * from flow_version v where v.flow_id = f.id order by v.number desc limit 1) v on true"
    " left join person p on p.id = v.made_by order by lower(f.name), f.id"
)


async def list_flows(actor: Actor) -> list[FlowLine]:
    """Every flow, by name."""
    actor.require(Permission.FLOW_MANAGE)
    return [FlowLine(**row) for row in await fetch_all(_LINES)]


async def get_flow(actor: Actor, flow_id: UUID, number: int | None = None) -> FlowView:
    """One flow with this version's text, the newest where none is named. Raises `NotFound`."""
    actor.require(Permission.FLOW_MANAGE)
    row = await fetch_one(
        "select f.id, f.name, f.enabled_version, v.number, v.source from flow f join flow_version v on v.flow_id = f.id"
        " where f.id = $1 and ($2::int is null or v.number = $2) order by v.number desc limit 1",
        flow_id,
        None if number is None else possible_position(number),
    )
    if row is None:
        raise NotFound(NO_FLOW)
    versions = await fetch_all(
        "select v.number, coalesce(p.name, '') as made_by, v.created_at from flow_version v left join person p on p.id = v.made_by"
        " where v.flow_id = $1 order by v.number desc limit $2",
        flow_id,
        VERSIONS_SHOWN,
    )
    return FlowView(**row, versions=tuple(VersionLine(**version) for version in versions))


_read: dict[tuple[UUID, int], Flow | None] = {}
"""Versions never change, so each is read once a process; there are as many as staff ever switched on."""


async def list_enabled_flows() -> list[EnabledFlow]:
    """Those that are switched on, the oldest first. One that this release no longer understands is passed over, and logged."""
    rows = await fetch_all(
        "select f.id, v.number, v.source from flow f join flow_version v on v.flow_id = f.id and v.number = f.enabled_version"
        " order by f.created_at, f.id"
    )
    found = [(row["id"], row["number"], _understand(row["id"], row["number"], row["source"])) for row in rows]
    return [EnabledFlow(id_, number, flow) for id_, number, flow in found if flow]


async def get_version(flow_id: UUID, number: int) -> Flow | None:
    """A version as a conversation goes on with it; None where it is gone or this release understands it no more."""
    source = await fetch_value("select source from flow_version where flow_id = $1 and number = $2", flow_id, number)
    return _understand(flow_id, number, source) if source else None


def _understand(flow_id: UUID, number: int, source: str) -> Flow | None:
    if (flow_id, number) not in _read:
        try:
            _read[flow_id, number] = read_flow(source)
        except Invalid as refusal:
            log.warning("assistant.flow_not_understood", flow_id=str(flow_id), version=number, fields=refusal.fields)
            _read[flow_id, number] = None
    return _read[flow_id, number]
