"""Giving badges: by the clock for everybody, at once for whoever just solved something. Each is given once."""

from collections.abc import Sequence
from uuid import UUID

from kb.core.actor import SYSTEM, Actor
from kb.core.database import execute, execute_many, fetch_all, fetch_value
from kb.core.errors import NotFound
from kb.core.permissions import Permission
from kb.core.saying import say
from kb.core.unit_of_work import unit_of_work
from kb.standing.badges import ALL, BADGES, Badge

BATCH = 500


async def give_badges(person_ids: Sequence[UUID] | None = None) -> int:
    """Give what these people (None: everybody) have earned and do not hold; returns how many. Twice gives nothing more.

    What was revoked is not given again, and what was given stays when an acceptance is withdrawn later: it was earned that day.
    """
    given = 0
    for badge in ALL:
        given += await _give(badge, list(person_ids) if person_ids is not None else None)
    return given


async def give_badges_for_post(post_id: UUID) -> int:
    """To whom an acceptance concerns: who answered, and who asked."""
    rows = await fetch_all(
        "select unnest(array[p.author_id, t.author_id]) as id from post p join topic t on t.id = p.topic_id where p.id = $1",
        post_id,
    )
    return await give_badges([row["id"] for row in rows]) if rows else 0


async def _give(badge: Badge, person_ids: list[UUID] | None) -> int:
    rows = await fetch_all(
        f"select e.person_id from ({badge.earned_by}) e where not exists"
        " (select 1 from badge_holder h where h.badge = $2 and h.person_id = e.person_id) order by e.person_id",
        person_ids,
        badge.key,
    )
    for start in range(0, len(rows), BATCH):
        async with unit_of_work(SYSTEM) as unit:
            batch = [row["person_id"] for row in rows[start : start + BATCH]]
            await execute_many(
                "insert into badge_holder (badge, person_id, given_at) values ($1, $2, $3) on conflict do nothing",
                [(badge.key, person_id, unit.now) for person_id in batch],
            )
            for person_id in batch:
                unit.audit("badge.give", "person", person_id, badge=badge.key)
    return len(rows)


async def revoke_badge(actor: Actor, key: str, person_id: UUID) -> None:
    """Take one back: it was come by unfairly. Revoking twice is once."""
    await _change(actor, key, person_id, revoked=True)


async def restore_badge(actor: Actor, key: str, person_id: UUID) -> None:
    """Give a revoked one again, from the day it was given first."""
    await _change(actor, key, person_id, revoked=False)


async def _change(actor: Actor, key: str, person_id: UUID, *, revoked: bool) -> None:
    actor.require(Permission.TRUST_GRANT)
    async with unit_of_work(actor) as unit:
        held = await fetch_value(
            "select revoked_at is null from badge_holder where badge = $1 and person_id = $2 for update", key, person_id
        )
        if held is None or key not in BADGES:
            raise NotFound(say("They do not hold this badge."))
        if held != revoked:
            return
        await execute(
            "update badge_holder set revoked_at = case when $3 then $4::timestamptz end,"
            " revoked_by = case when $3 then $5::uuid end where badge = $1 and person_id = $2",
            key,
            person_id,
            revoked,
            unit.now,
            actor.person_id,
        )
        unit.audit("badge.revoke" if revoked else "badge.restore", "person", person_id, badge=key)
