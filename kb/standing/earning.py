"""The daily job: levels go up as they are earned, and trusted people who no longer hold theirs lose it after a grace."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import asyncpg

from kb.core.actor import SYSTEM
from kb.core.clock import now
from kb.core.database import execute, fetch_all, fetch_one
from kb.core.trust import Trust
from kb.core.unit_of_work import unit_of_work
from kb.people.trusting import set_trust
from kb.standing.deeds import count_deeds
from kb.standing.rules import GRACE, Deeds, Verdict, earned_level, judge

BATCH = 200

_DUE = (
    "select p.id from person p where p.id > $1 and p.role = 'member' and p.trust < 4 and (p.trust = 3"
    " or exists (select 1 from reading_day r where r.person_id = p.id and r.day >= $2)) order by p.id limit $3"
)
"""Whoever reads may rise, and whoever is trusted may fall; all others stay as they are."""

_FIRST = UUID(int=0)


async def weigh_trust() -> int:
    """Judge everybody who was here since the last runs; returns how many levels changed. Running twice changes nothing more."""
    changed, after = 0, _FIRST
    since = (now() - GRACE).date()
    while rows := await fetch_all(_DUE, after, since, BATCH):
        ids = [row["id"] for row in rows]
        changed += await weigh_people(ids)
        after = ids[-1]
    return changed


async def weigh_people(person_ids: Sequence[UUID]) -> int:
    """Judge these; returns how many levels changed."""
    changed = 0
    for person_id, deeds in (await count_deeds(person_ids)).items():
        changed += await _weigh(person_id, deeds)
    return changed


async def _weigh(person_id: UUID, deeds: Deeds) -> bool:
    async with unit_of_work(SYSTEM) as unit:
        row = await _lock(person_id)
        if row is None:
            return False
        before = Trust(row["trust"])
        verdict = judge(
            before, earned_level(deeds), row["below_since"], is_locked=row["locked_at"] is not None, at=unit.now
        )
        if verdict == Verdict(before, row["below_since"]):
            return False
        await keep_state(person_id, verdict, is_new=verdict.level != before, at=unit.now)
        if verdict.level == before:
            return False
        await set_trust(person_id, verdict.level)
        unit.audit("trust.change", "person", person_id, before=before.name.lower(), after=verdict.level.name.lower())
    return True


async def _lock(person_id: UUID) -> asyncpg.Record | None:
    return await fetch_one(
        "select p.trust, s.below_since, s.locked_at from person p left join trust_state s on s.person_id = p.id"
        " where p.id = $1 for no key update of p",
        person_id,
    )


async def keep_state(person_id: UUID, verdict: Verdict, *, is_new: bool, at: datetime) -> None:
    """Since when the level, and since when it is no longer held; part of a unit of work that holds the person's row."""
    await execute(
        "insert into trust_state as s (person_id, since, below_since) values ($1, $2, $3)"
        " on conflict (person_id) do update set below_since = $3, since = case when $4 then $2 else s.since end",
        person_id,
        at,
        verdict.below_since,
        is_new,
    )
