"""Where posts stand, when whole rows of them go from one topic to another; and what is remembered for taking that back."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import asyncpg

from kb.core.database import execute, fetch_all, fetch_one
from kb.core.errors import NotFound
from kb.core.ids import new_id
from kb.core.saying import say
from kb.core.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class TopicChange:
    """A split or merge that can be taken back. `before` is as it was noted."""

    id: UUID
    kind: str
    topic_id: UUID
    other_id: UUID
    before: Mapping[str, Any]


async def list_posts_to_place(topic_ids: Sequence[UUID]) -> list[asyncpg.Record]:
    """Every post of these topics, hidden ones too, in their order; locked to the end of the unit of work."""
    return await fetch_all(
        "select id, topic_id, author_id, position, created_at, hidden_at, accepted_at, vote_count, body_html from post"
        " where topic_id = any($1::uuid[]) order by position, id for no key update",
        list(topic_ids),
    )


async def place_posts(topic_id: UUID, positions: Mapping[UUID, int]) -> None:
    """Put the posts into the topic at these positions, which nothing else there may hold."""
    if not positions:
        return
    # Below zero first: two posts may change places, and no two may hold one place at any moment.
    await execute(
        "update post p set topic_id = $1, position = -w.position from unnest($2::uuid[], $3::int[]) as w (id, position)"
        " where p.id = w.id",
        topic_id,
        list(positions),
        list(positions.values()),
    )
    await execute("update post set position = -position where topic_id = $1 and position < 0", topic_id)


def find_places(wanted: Iterable[tuple[UUID, int]], taken: Iterable[int]) -> dict[UUID, int]:
    """The place each had, or, where something was written there since, one after all others."""
    used = set(taken)
    last = max(used, default=0)
    places: dict[UUID, int] = {}
    late = []
    for post_id, position in wanted:
        if position in used:
            late.append(post_id)
        else:
            places[post_id] = position
            used.add(position)
            last = max(last, position)
    return places | {post_id: last + n for n, post_id in enumerate(late, 1)}


async def note_change(unit: UnitOfWork, kind: str, topic_id: UUID, other_id: UUID, before: Mapping[str, Any]) -> UUID:
    """Part of a write: what `topic_id` gave to `other_id`, and how both were."""
    change_id = new_id()
    await execute(
        "insert into topic_change (id, kind, topic_id, other_id, before, actor_id, created_at) values ($1, $2, $3, $4, $5::jsonb, $6, $7)",
        change_id,
        kind,
        topic_id,
        other_id,
        json.dumps(before, default=str),
        unit.actor.person_id,
        unit.now,
    )
    return change_id


async def get_change(change_id: UUID) -> TopicChange:
    """Raises `NotFound` for one that there is not, or that was taken back: its row goes with it, the audit log keeps it."""
    row = await fetch_one(
        "select id, kind, topic_id, other_id, before from topic_change where id = $1 for update", change_id
    )
    if row is None:
        raise NotFound(say("This was taken back already, or never done."))
    return TopicChange(row["id"], row["kind"], row["topic_id"], row["other_id"], json.loads(row["before"]))


async def forget_change(change_id: UUID) -> None:
    """The row and the lines that it left in topics."""
    await execute("delete from topic_change where id = $1", change_id)
