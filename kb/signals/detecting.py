"""Running the detectors over what arrived. Pure finding in between; writing is one unit of work for each sufferer."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

import asyncpg
import msgspec

from kb.core.actor import SYSTEM
from kb.core.clock import now
from kb.core.database import execute, fetch_all, fetch_one, fetch_value
from kb.core.ids import new_id
from kb.core.unit_of_work import UnitOfWork, unit_of_work
from kb.signals.bursts import Finding, Observed
from kb.signals.detectors import DETECTORS, find_signals
from kb.signals.episodes import Sufferer, lock_sufferer, touch_episode
from kb.signals.messages import SignalFound
from kb.signals.observing import observe
from kb.signals.rules import MAIN_LINK, MAX_EVIDENCE, friction_label

MEMORY = max(detector.memory for detector in DETECTORS)

AT_ONCE = 2000
"""Events looked at in one go when the detectors lag behind: the more wait, the fewer statements for each."""


async def detect_signals(event_ids: Sequence[UUID]) -> list[UUID]:
    """Look at these events, and at others that wait; returns the new signals. Looking twice finds nothing new."""
    waits = await fetch_value(
        "select exists (select from event where id = any($1) and examined_at is null)", list(event_ids)
    )
    return await detect_waiting() if waits else []


async def detect_waiting(*, older_than: timedelta = timedelta(0), limit: int = AT_ONCE) -> list[UUID]:
    """Look at the events no detector has looked at yet, oldest first; returns the new signals."""
    pending = await fetch_all(
        "select id, app_id, person_id, distinct_id, occurred_at from event where examined_at is null"
        " and received_at <= $1 order by id limit $2",
        now() - older_than,
        limit,
    )
    if not pending:
        return []
    new_ids = {row["id"] for row in pending}
    found: list[UUID] = []
    for scene in await _load_scenes(pending):
        findings = [f for f in find_signals(scene.observed) if any(UUID(key) in new_ids for key in f.event_keys)]
        if findings:
            found += await _record(scene, findings)
    async with unit_of_work(SYSTEM) as unit:
        await execute(
            "with locked as (select id from event where id = any($1) order by id for update)"
            " update event e set examined_at = $2 from locked l where e.id = l.id",
            sorted(new_ids),
            unit.now,
        )
    return found


@dataclass(frozen=True, slots=True)
class _Scene:
    """One sufferer's heard events around the new ones, by id, oldest first."""

    app_id: UUID
    who: Sufferer
    rows: Mapping[UUID, asyncpg.Record]

    @property
    def observed(self) -> list[Observed]:
        return [_observe(row) for row in self.rows.values()]


async def _load_scenes(pending: Sequence[asyncpg.Record]) -> list[_Scene]:
    rows = await fetch_all(
        "with span as (select app_id, person_id, case when person_id is null then distinct_id end as distinct_id,"
        " min(occurred_at) - $2::interval as low, max(occurred_at) + $2::interval as high"
        " from event where id = any($1) group by 1, 2, 3)"
        " select e.*, s.distinct_id as anonymous from span s join event e on e.person_id = s.person_id"
        " and e.app_id = s.app_id and e.occurred_at between s.low and s.high where e.heard"
        " union all select e.*, s.distinct_id as anonymous from span s join event e on e.distinct_id = s.distinct_id"
        " and e.person_id is null and e.app_id = s.app_id and e.occurred_at between s.low and s.high where e.heard"
        " order by occurred_at, id",
        [row["id"] for row in pending],
        MEMORY,
    )
    scenes: dict[tuple[UUID, UUID | None, str | None], dict[UUID, asyncpg.Record]] = {}
    for row in rows:
        scenes.setdefault((row["app_id"], row["person_id"], row["anonymous"]), {})[row["id"]] = row
    return [_Scene(app_id, Sufferer(person, anonymous), found) for (app_id, person, anonymous), found in scenes.items()]


def _observe(row: asyncpg.Record) -> Observed:
    return observe(
        key=str(row["id"]),
        name=row["name"],
        occurred_at=row["occurred_at"],
        session_id=row["session_id"],
        place=(row["route"], row["element"], row["expects_bursts"]),
        properties=msgspec.json.decode(row["properties"]),
    )


async def _record(scene: _Scene, findings: Sequence[Finding]) -> list[UUID]:
    """Signals, friction points and the episode of one sufferer, together. A burst seen before only grows its evidence."""
    new: list[UUID] = []
    async with unit_of_work(SYSTEM) as unit:
        await lock_sufferer(scene.who)
        # Friction points are shared between sufferers: everybody locks them in the same order.
        for finding in sorted(findings, key=lambda f: (f.kind, f.route or "", f.element or "", f.fired_at)):
            if await _extend_known(scene, finding):
                continue
            new.append(await _write_signal(unit, scene, finding))
    return new


async def _extend_known(scene: _Scene, finding: Finding) -> bool:
    """Whether a signal of this burst exists. Bursts are the same when they share an event, whichever came first."""
    keys = [UUID(key) for key in finding.event_keys]
    known = await fetch_one(
        "select id, evidence from signal where detector = $1 and evidence && $2 and distinct_id = any($3)"
        " and occurred_at between $4 and $5 limit 1",
        finding.kind,
        keys,
        sorted({scene.rows[key]["distinct_id"] for key in keys}),
        finding.started_at - timedelta(days=1),
        finding.ended_at + timedelta(days=1),
    )
    if known is None:
        return False
    more = [key for key in keys if key not in set(known["evidence"])]
    if more:
        evidence = [*known["evidence"], *more]
        kept = evidence[:1] + evidence[1:][-(MAX_EVIDENCE - 1) :]
        await execute("update signal set evidence = $2 where id = $1", known["id"], kept)
    return True


async def _write_signal(unit: UnitOfWork, scene: _Scene, finding: Finding) -> UUID:
    rows = [scene.rows[UUID(key)] for key in finding.event_keys]
    friction_id, cluster_id = await _touch_friction_point(scene.app_id, finding, rows)
    episode_id = await touch_episode(
        scene.who, cluster_id=cluster_id, friction_point_id=friction_id, moment=finding.fired_at
    )
    signal_id = new_id()
    await execute(
        "insert into signal (id, detector, friction_point_id, episode_id, person_id, distinct_id, session_id, verified,"
        " evidence, first_event_id, release, occurred_at, found_at)"
        " values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
        *(signal_id, finding.kind, friction_id, episode_id, scene.who.person_id, rows[-1]["distinct_id"]),
        *(finding.session_id, all(row["verified"] for row in rows), [row["id"] for row in rows][:MAX_EVIDENCE]),
        *(rows[0]["id"], rows[-1]["release"], finding.fired_at, unit.now),
    )
    unit.emit(SignalFound(signal_id))
    return signal_id


async def _touch_friction_point(
    app_id: UUID, finding: Finding, rows: Sequence[asyncpg.Record]
) -> tuple[UUID, UUID | None]:
    """The friction point, made or counted up, and the cluster its pain belongs to when that is settled."""
    place: tuple[Any, ...] = (app_id, finding.kind, finding.route or "", finding.element or "")
    text = next((row["element_text"] for row in reversed(rows) if row["element_text"]), None)
    friction_id: UUID = await fetch_value(
        "insert into friction_point as f (id, app_id, kind, route, element, label, signal_count, first_at, last_at)"
        " values ($1, $2, $3, $4, $5, $6, 1, $7, $7) on conflict (app_id, kind, route, element) do update"
        " set signal_count = f.signal_count + 1, first_at = least(f.first_at, $7), last_at = greatest(f.last_at, $7)"
        " returning id",
        new_id(),
        *place,
        friction_label(finding.kind, finding.route or "", finding.element or "", text),
        finding.fired_at,
    )
    cluster_id: UUID | None = await fetch_value(
        "select cluster_id from friction_cluster where friction_point_id = $1 and weight >= $2"
        " order by weight desc, cluster_id limit 1",
        friction_id,
        MAIN_LINK,
    )
    return friction_id, cluster_id
