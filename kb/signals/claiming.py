"""When a visitor turns out to be a person: pain seen before is theirs from now on."""

from collections.abc import Sequence
from uuid import UUID

from kb.core.actor import SYSTEM
from kb.core.database import execute, fetch_all
from kb.core.unit_of_work import unit_of_work
from kb.people.noticing import forget_noticed, source_of
from kb.signals.episodes import Sufferer, lock_sufferers, unite_episodes
from kb.signals.messages import VisitorsLinked


async def claim_earlier_pain(app_id: UUID, distinct_ids: Sequence[str]) -> int:
    """Give events, signals and episodes seen under these ids to the persons they are known to be. Safe to repeat.

    What was believed of an event when it came stays as it was: a later proof does not reach back and send messages.
    """
    rows = await fetch_all(
        "select distinct_id, person_id from identity where app_id = $1 and distinct_id = any($2) order by distinct_id",
        app_id,
        list(distinct_ids),
    )
    return sum([await _claim(app_id, row["distinct_id"], row["person_id"]) for row in rows])


async def _claim(app_id: UUID, distinct_id: str, person_id: UUID) -> int:
    async with unit_of_work(SYSTEM):
        await lock_sufferers([Sufferer(person_id), *await _list_sufferers(app_id, distinct_id)])
        moved = await execute(
            "with locked as (select id from event where app_id = $1 and distinct_id = $2 and person_id is distinct from $3"
            "   order by id for update)"
            " update event e set person_id = $3 from locked l where e.id = l.id",
            app_id,
            distinct_id,
            person_id,
        )
        await execute(
            "update signal s set person_id = $3 from friction_point f where f.id = s.friction_point_id and f.app_id = $1"
            " and s.distinct_id = $2 and s.person_id is distinct from $3",
            app_id,
            distinct_id,
            person_id,
        )
        await execute(
            "update episode e set person_id = $3 from friction_point f where f.id = e.friction_point_id and f.app_id = $1"
            " and e.distinct_id = $2 and e.person_id is distinct from $3",
            app_id,
            distinct_id,
            person_id,
        )
        await unite_episodes(Sufferer(person_id))
    return moved


async def _list_sufferers(app_id: UUID, distinct_id: str) -> list[Sufferer]:
    """Whose episodes were seen under this id so far: the visitor's, and those of whoever they were thought to be."""
    rows = await fetch_all(
        "select distinct e.person_id from episode e join friction_point f on f.id = e.friction_point_id"
        " where f.app_id = $1 and e.distinct_id = $2",
        app_id,
        distinct_id,
    )
    return [Sufferer(None, distinct_id), *(Sufferer(row["person_id"]) for row in rows if row["person_id"])]


async def believe_signature(app_id: UUID, distinct_id: str, person_id: UUID) -> None:
    """A signed token named the person behind a product's user id; whoever was only noticed under it is absorbed."""
    async with unit_of_work(SYSTEM) as unit:
        await execute(
            "insert into identity (app_id, distinct_id, person_id, verified, created_at) values ($1, $2, $3, true, $4)"
            " on conflict (app_id, distinct_id) do update set person_id = excluded.person_id, verified = true",
            app_id,
            distinct_id,
            person_id,
            unit.now,
        )
        noticed = await fetch_all(
            "select id from person where source = $1 and source_id = $2 and id <> $3",
            source_of(app_id),
            distinct_id,
            person_id,
        )
        await lock_sufferers([Sufferer(person_id), *(Sufferer(row["id"]) for row in noticed)])
        touched = {distinct_id}
        for row in noticed:
            touched |= await _absorb(row["id"], person_id)
        await unite_episodes(Sufferer(person_id))
        unit.emit(VisitorsLinked(app_id, sorted(touched)))


async def _absorb(noticed: UUID, person_id: UUID) -> set[str]:
    """Everything seen of a noticed person becomes the real one's; returns the ids they were known by."""
    moved = await fetch_all(
        "update identity set person_id = $2 where person_id = $1 returning distinct_id", noticed, person_id
    )
    for table in ("event", "signal", "episode"):
        await execute(
            f"with locked as (select id from {table} where person_id = $1 order by id for update)"
            f" update {table} t set person_id = $2 from locked l where t.id = l.id",
            noticed,
            person_id,
        )
    await forget_noticed(noticed)
    return {row["distinct_id"] for row in moved}
