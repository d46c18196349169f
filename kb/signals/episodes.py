"""Episodes: one person's brush with one problem. The only writer of the table, inside the caller's unit of work but where it says."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import asyncpg

from kb.core.actor import SYSTEM
from kb.core.clock import now
from kb.core.database import execute, fetch_all, fetch_one, fetch_value
from kb.core.ids import new_id
from kb.core.unit_of_work import unit_of_work
from kb.signals.rules import EPISODE_GAP, MAIN_LINK, OPEN_STATES, earlier_states, furthest_state


@dataclass(frozen=True, slots=True)
class Sufferer:
    """Whose episode it is: a person, or an anonymous visitor by their distinct id."""

    person_id: UUID | None
    distinct_id: str | None = None

    def __post_init__(self) -> None:
        if self.person_id is None and self.distinct_id is None:
            raise ValueError("an episode needs a person or a distinct id")

    @property
    def key(self) -> str:
        """One text for one sufferer, for locks."""
        return str(self.person_id or self.distinct_id)


OF_THEM = "(e.person_id = any({people}) or (e.person_id is null and e.distinct_id = any({visitors})))"
"""The condition on episode `e` that it is of one of these sufferers, by the two lists of `split`."""


def split(everybody: Iterable[Sufferer]) -> tuple[list[UUID], list[str]]:
    """Persons, and the distinct ids of those who are none yet."""
    known, visitors = set(), set()
    for who in everybody:
        if who.person_id is not None:
            known.add(who.person_id)
        elif who.distinct_id is not None:
            visitors.add(who.distinct_id)
    return sorted(known), sorted(visitors)


async def lock_sufferer(who: Sufferer) -> None:
    """Until the unit of work ends nobody else judges this sufferer: two jobs must not open two episodes."""
    await lock_sufferers([who])


async def lock_sufferers(everybody: Collection[Sufferer]) -> None:
    """The one order of locking: sufferers by their key, then the rows of their episodes by id.

    A unit of work calls it once, for all whose episodes it will write, before it writes anything; or waiting becomes a ring. Whoever
    only moves states on (`move_episodes`) takes rows alone, in the same order.
    """
    for key in sorted({who.key for who in everybody}):
        await fetch_value("select pg_advisory_xact_lock(hashtextextended($1, 7310050))", key)
    of_them = OF_THEM.format(people="$1", visitors="$2")
    await fetch_all(f"select from episode e where {of_them} order by e.id for update", *split(everybody))


async def touch_episode(
    who: Sufferer,
    *,
    cluster_id: UUID | None = None,
    friction_point_id: UUID | None = None,
    moment: datetime,
    reported: bool = False,
) -> UUID:
    """Open an episode, or extend the open one whose pain lies within the gap of `moment`; returns its id.

    Moments may come in any order. Runs inside the caller's unit of work and locks the sufferer.
    """
    await lock_sufferer(who)
    found = await _find_open(who, cluster_id, friction_point_id, moment)
    if found is None:
        return await _open(who, cluster_id, friction_point_id, moment, reported=reported)
    await execute(
        "update episode set started_at = least(started_at, $2), last_pain_at = greatest(last_pain_at, $2),"
        " cluster_id = coalesce(cluster_id, $3), friction_point_id = coalesce(friction_point_id, $4),"
        " reported_at = case when $5 then least(coalesce(reported_at, $2), $2) else reported_at end,"
        " state = case when state = 'seen' and coalesce(cluster_id, $3) is not null then 'clustered' else state end"
        " where id = $1",
        found,
        moment,
        cluster_id,
        friction_point_id,
        reported,
    )
    if not await unite_episodes(who):
        return found
    # The moment was the bridge between two episodes, and the one found first may be gone.
    return await _find_open(who, cluster_id, friction_point_id, moment) or found


async def _find_open(
    who: Sufferer, cluster_id: UUID | None, friction_point_id: UUID | None, moment: datetime
) -> UUID | None:
    row = await fetch_one(
        "select id from episode where (person_id = $1 or ($1::uuid is null and person_id is null and distinct_id = $2))"
        " and state = any($3) and last_pain_at >= $4 and started_at <= $5"
        " and (cluster_id = $6 or friction_point_id = $7 or (cluster_id is null and friction_point_id in"
        " (select friction_point_id from friction_cluster where cluster_id = $6 and weight >= $8)))"
        " order by started_at, id limit 1",
        who.person_id,
        who.distinct_id,
        list(OPEN_STATES),
        moment - EPISODE_GAP,
        moment + EPISODE_GAP,
        cluster_id,
        friction_point_id,
        MAIN_LINK,
    )
    return row["id"] if row else None


async def _open(
    who: Sufferer, cluster_id: UUID | None, friction_point_id: UUID | None, moment: datetime, *, reported: bool
) -> UUID:
    episode_id = new_id()
    await execute(
        "insert into episode (id, person_id, distinct_id, cluster_id, friction_point_id, state, started_at, last_pain_at,"
        " reported_at, created_at) values ($1, $2, $3, $4, $5, $6, $7, $7, $8, $9)",
        episode_id,
        who.person_id,
        who.distinct_id,
        cluster_id,
        friction_point_id,
        "clustered" if cluster_id else "seen",
        moment,
        moment if reported else None,
        now(),
    )
    return episode_id


async def move_episodes(
    cluster_id: UUID, *, to: str, reason: str, person_ids: Sequence[UUID] | None = None, moment: datetime | None = None
) -> int:
    """Move the cluster's episodes forward to a state, those of `person_ids` or all; never back. Returns how many moved.

    `moment` leaves alone the episodes that began after it. Runs inside the caller's unit of work, which locks no sufferer.
    """
    return await execute(
        "with locked as (select id from episode where cluster_id = $1 and state = any($4)"
        "   and ($5::uuid[] is null or person_id = any($5)) and ($6::timestamptz is null or started_at <= $6)"
        "   order by id for update)"
        " update episode e set state = $2, state_reason = $3 from locked l where e.id = l.id",
        cluster_id,
        to,
        reason[:500],
        earlier_states(to),
        None if person_ids is None else list(person_ids),
        moment,
    )


async def cluster_episodes(friction_point_id: UUID, cluster_id: UUID) -> int:
    """The friction point's pain is now known to be the cluster's: its unclustered episodes join the cluster.

    One unit of work of its own for each sufferer, so that none is locked while another is waited for. Safe to repeat.
    """
    rows = await fetch_all(
        "select distinct person_id, case when person_id is null then distinct_id end as distinct_id from episode"
        " where friction_point_id = $1 and cluster_id is null",
        friction_point_id,
    )
    return sum([await _cluster_episodes_of(Sufferer(**row), friction_point_id, cluster_id) for row in rows])


async def _cluster_episodes_of(who: Sufferer, friction_point_id: UUID, cluster_id: UUID) -> int:
    of_them = OF_THEM.format(people="$3", visitors="$4")
    async with unit_of_work(SYSTEM):
        await lock_sufferer(who)
        joined = await execute(
            "update episode e set cluster_id = $2, state = case when state = 'seen' then 'clustered' else state end"
            f" where friction_point_id = $1 and cluster_id is null and {of_them}",
            friction_point_id,
            cluster_id,
            *split([who]),
        )
        await unite_episodes(who)
    return joined


async def unite_episodes(who: Sufferer) -> int:
    """Make one of the sufferer's open episodes that turn out to be the same problem within the gap; returns how many went.

    Runs inside the caller's unit of work, which has locked the sufferer.
    """
    rows = await fetch_all(
        "select * from episode where (person_id = $1 or ($1::uuid is null and person_id is null and distinct_id = $2))"
        " and state = any($3) order by started_at, id",
        who.person_id,
        who.distinct_id,
        list(OPEN_STATES),
    )
    gone = 0
    kept: list[asyncpg.Record] = []
    for row in rows:
        into = next((one for one in kept if _is_same_problem(one, row)), None)
        if into is None:
            kept.append(row)
            continue
        kept[kept.index(into)] = await _merge(row, into)
        gone += 1
    return gone


def _is_same_problem(one: asyncpg.Record, other: asyncpg.Record) -> bool:
    if other["started_at"] - one["last_pain_at"] > EPISODE_GAP:
        return False
    if one["cluster_id"] and other["cluster_id"]:
        return bool(one["cluster_id"] == other["cluster_id"])
    return one["friction_point_id"] is not None and one["friction_point_id"] == other["friction_point_id"]


async def _merge(gone: asyncpg.Record, into: asyncpg.Record) -> asyncpg.Record:
    await execute("update signal set episode_id = $2 where episode_id = $1", gone["id"], into["id"])
    await execute("delete from episode where id = $1", gone["id"])
    rows = await fetch_all(
        "update episode set last_pain_at = greatest(last_pain_at, $2), reported_at = least(reported_at, $3),"
        " cluster_id = coalesce(cluster_id, $4), friction_point_id = coalesce(friction_point_id, $5), state = $6"
        " where id = $1 returning *",
        into["id"],
        gone["last_pain_at"],
        gone["reported_at"],
        gone["cluster_id"],
        gone["friction_point_id"],
        furthest_state(gone["state"], into["state"]),
    )
    return rows[0]
