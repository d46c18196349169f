"""Choosing how much one wants to hear of a topic, a tag or a space."""

from dataclasses import dataclass
from uuid import UUID

import asyncpg

from kb.core.actor import Actor
from kb.core.database import execute, fetch_all, fetch_value
from kb.core.errors import Invalid, NotSignedIn
from kb.core.permissions import Permission
from kb.core.saying import say
from kb.core.unit_of_work import unit_of_work
from kb.forum.access import READABLE_TOPIC, access_topic_number, readers
from kb.forum.addresses import space_path, tag_path, topic_path
from kb.forum.spaces import get_space
from kb.forum.tags import get_tag
from kb.notices.levels import level_of_space, level_of_topic
from kb.notices.rules import LEVELS, NORMAL


@dataclass(frozen=True, slots=True)
class WatchState:
    """What holds for one target. `chosen` is None where nobody chose and `level` follows from something else."""

    target_id: UUID
    level: str
    chosen: str | None


@dataclass(frozen=True, slots=True)
class WatchLine:
    """One choice among all of a person's."""

    kind: str
    title: str
    path: str
    level: str


async def watch_topic(actor: Actor, number: int, level: str) -> WatchState:
    """Choose for a topic; twice is once. Raises `Invalid` for a level there is not."""
    person_id = require_reader(actor)
    topic = await access_topic_number(actor, number)
    await set_level(actor, person_id, "topic", topic.id, level)
    return WatchState(topic.id, level, level)


async def watch_space(actor: Actor, slug: str, level: str) -> WatchState:
    """Choose for a space, and so for the spaces within it and every topic of theirs that nobody chose for."""
    person_id = require_reader(actor)
    space = await get_space(actor, slug)
    await set_level(actor, person_id, "space", space.id, level)
    return WatchState(space.id, level, level)


async def watch_tag(actor: Actor, slug: str, level: str) -> WatchState:
    """Choose for a tag or what it is also called, and so for every topic that has it and nobody chose for."""
    person_id = require_reader(actor)
    tag = await get_tag(actor, slug)
    await set_level(actor, person_id, "tag", tag.id, level)
    return WatchState(tag.id, level, level)


async def get_tag_watch(actor: Actor, slug: str) -> WatchState:
    """What holds for the tag."""
    person_id = require_reader(actor)
    tag = await get_tag(actor, slug)
    chosen = await fetch_value(
        "select level from watch where person_id = $1 and kind = 'tag' and target_id = $2", person_id, tag.id
    )
    return WatchState(tag.id, chosen or NORMAL, chosen)


async def get_topic_watch(actor: Actor, number: int) -> WatchState:
    """What holds for the topic: the choice, else having a part in it, else the strongest of its tags, else its space's level."""
    person_id = require_reader(actor)
    topic = await access_topic_number(actor, number)
    [row] = await fetch_all(
        f"select {level_of_topic('$1')} as level,"
        " (select level from watch where person_id = $1 and kind = 'topic' and target_id = t.id) as chosen"
        " from topic t join space s on s.id = t.space_id where t.id = $2",
        person_id,
        topic.id,
    )
    return WatchState(topic.id, row["level"], row["chosen"])


async def get_space_watch(actor: Actor, slug: str) -> WatchState:
    """What holds for the space: the choice, else that for the space it stands in."""
    person_id = require_reader(actor)
    space = await get_space(actor, slug)
    [row] = await fetch_all(
        f"select {level_of_space('$1')} as level,"
        " (select level from watch where person_id = $1 and kind = 'space' and target_id = s.id) as chosen"
        " from space s where s.id = $2",
        person_id,
        space.id,
    )
    return WatchState(space.id, row["level"] or NORMAL, row["chosen"])


async def list_watches(actor: Actor, *, limit: int = 200) -> list[WatchLine]:
    """What the person chose, the latest first; what they may not read any more is left out."""
    person_id = require_reader(actor)
    rows = await fetch_all(
        "select 'topic' as kind, t.title, t.number, t.slug, w.level, w.created_at from watch w"
        " join topic t on t.id = w.target_id join space s on s.id = t.space_id"
        f" where w.kind = 'topic' and w.person_id = $3 and {READABLE_TOPIC}"
        " union all select 'space', s.name, null, s.slug, w.level, w.created_at from watch w join space s on s.id = w.target_id"
        " where w.kind = 'space' and w.person_id = $3 and s.visibility = any($1)"
        " union all select 'tag', g.slug, null, g.slug, w.level, w.created_at from watch w join tag g on g.id = w.target_id"
        " where w.kind = 'tag' and w.person_id = $3 and (not exists (select from topic_tag x where x.tag_id = g.id)"
        "   or exists (select from tag_use u join space s on s.id = u.space_id"
        "     where u.tag_id = g.id and u.topic_count > 0 and s.visibility = any($1)))"
        " order by created_at desc limit $4",
        *readers(actor),
        person_id,
        limit,
    )
    return [
        WatchLine(
            row["kind"],
            row["title"],
            _path(row),
            row["level"],
        )
        for row in rows
    ]


def _path(row: asyncpg.Record) -> str:
    if row["number"]:
        return topic_path(row["number"], row["slug"])
    return tag_path(row["slug"]) if row["kind"] == "tag" else space_path(row["slug"])


async def set_level(actor: Actor, person_id: UUID, kind: str, target_id: UUID, level: str) -> None:
    """Write a choice down. The caller has checked that the actor may read the target."""
    if level not in LEVELS:
        raise Invalid(say("There is no such level."), {"level": say("one of {known}", known=", ".join(LEVELS))})
    async with unit_of_work(actor) as unit:
        await execute(
            "insert into watch (person_id, kind, target_id, level, created_at) values ($1, $2, $3, $4, $5)"
            " on conflict (person_id, kind, target_id) do update set level = excluded.level, created_at = excluded.created_at",
            person_id,
            kind,
            target_id,
            level,
            unit.now,
        )


def require_reader(actor: Actor) -> UUID:
    """The person; raises unless they may have notices."""
    actor.require(Permission.NOTICE_READ)
    if actor.person_id is None:
        raise NotSignedIn(say("Sign in to choose what you hear of."))
    return actor.person_id
