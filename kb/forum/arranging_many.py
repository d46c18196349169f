"""One thing done with many topics of a list, in one write, and taken back as one."""

import json
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from kb.core.actor import Actor
from kb.core.database import execute, fetch_all, fetch_one
from kb.core.errors import Invalid, NotFound
from kb.core.ids import new_id
from kb.core.permissions import Permission
from kb.core.saying import say
from kb.core.unit_of_work import UnitOfWork, unit_of_work
from kb.forum.access import TopicFacts, access_topic
from kb.forum.closing import clean_lock_reason, lock_in, reopen_in
from kb.forum.hiding import hide_in, restore_in
from kb.forum.moving import find_target, move_in
from kb.forum.spaces import Space
from kb.forum.tagging import TAGS_MOST, clean_tags, set_tags
from kb.forum.unlisting import list_in, unlist_in

MOST = 100
"""Topics at once: a list shows no more, and their rows are locked until all are done."""

ACTIONS = ("move", "tag", "lock", "hide", "unlist")


@dataclass(frozen=True, slots=True)
class Batch:
    """What was done, with how many topics; the others stood so already."""

    id: UUID
    action: str
    detail: str
    changed: int
    is_undone: bool


_Done = Callable[[UnitOfWork, TopicFacts], Awaitable[Any]]
"""Does it with one topic; what it returns, unless None, is how the topic was."""


async def arrange_many(actor: Actor, topic_ids: Sequence[UUID], action: str, *, detail: str = "") -> Batch:
    """Do it with all of them or, where one refuses, with none. `detail` is the space, the tag or the reason.

    Raises `Invalid` naming `topics`, `action` or `detail`, and `NotFound` for a topic that the actor may not read.
    """
    actor.require(Permission.TOPIC_ARRANGE)
    if action == "hide":
        actor.require(Permission.TOPIC_HIDE)
    wanted = sorted(set(topic_ids))
    if not 1 <= len(wanted) <= MOST:
        raise Invalid(say("Choose topics first."), {"topics": say("From 1 to {most} topics.", most=MOST)})
    done = await _prepare(actor, action, detail)
    async with unit_of_work(actor) as unit:
        before = []
        for topic_id in wanted:
            was = await done(unit, await access_topic(actor, topic_id))
            if was is not None:
                before.append([topic_id, was])
        batch_id = new_id()
        await execute(
            "insert into topic_batch (id, action, detail, before, actor_id, created_at) values ($1, $2, $3, $4::jsonb, $5, $6)",
            batch_id,
            action,
            detail[:300],
            json.dumps(before, default=str),
            actor.person_id,
            unit.now,
        )
        unit.audit("topic.arrange_many", "topic_batch", batch_id, did=action, detail=detail, topics=len(before))
    return Batch(batch_id, action, detail, len(before), False)


async def get_batch(actor: Actor, batch_id: UUID) -> Batch:
    """What was done. Raises `NotFound` for what was never done."""
    actor.require(Permission.TOPIC_ARRANGE)
    row = await fetch_one(
        "select id, action, detail, jsonb_array_length(before) as changed, undone_at is not null as is_undone"
        " from topic_batch where id = $1",
        batch_id,
    )
    if row is None:
        raise NotFound(say("There is nothing at this address."))
    return Batch(**row)


async def take_back_batch(actor: Actor, batch_id: UUID) -> int:
    """Each topic is as it was, unless somebody has changed that since; twice is once. Returns how many changed back."""
    actor.require(Permission.TOPIC_ARRANGE)
    async with unit_of_work(actor) as unit:
        row = await fetch_one(
            "select action, detail, before, undone_at from topic_batch where id = $1 for update", batch_id
        )
        if row is None:
            raise NotFound(say("There is nothing at this address."))
        if row["undone_at"]:
            return 0
        back = 0
        for topic_id, was in json.loads(row["before"]):
            topic = await access_topic(actor, UUID(topic_id))
            back += bool(await _BACK[row["action"]](unit, topic, was, row["detail"]))
        await execute("update topic_batch set undone_at = $2 where id = $1", batch_id, unit.now)
        unit.audit("topic.take_back_many", "topic_batch", batch_id, topics=back)
    return back


async def _prepare(actor: Actor, action: str, detail: str) -> _Done:
    """Everything is checked before the first topic changes. What is refused is the detail, whatever names it elsewhere."""
    try:
        return await _choose(actor, action, detail)
    except Invalid as refusal:
        reason = next(iter(refusal.fields.values()), refusal.message)
        raise Invalid(refusal.message, {"action" if "action" in refusal.fields else "detail": reason}) from refusal


async def _choose(actor: Actor, action: str, detail: str) -> _Done:
    if action == "move":
        return _moving(await find_target(actor, detail.strip()))
    if action == "tag":
        return _tagging(clean_tags(detail.split(",")))
    if action == "lock":
        return _locking(clean_lock_reason(detail))
    if action in {"hide", "unlist"}:
        return _taking_away(hide_in if action == "hide" else unlist_in)
    raise Invalid(say("Choose what to do."), {"action": say("Choose what to do with them.")})


def _moving(space: Space) -> _Done:
    async def move(unit: UnitOfWork, topic: TopicFacts) -> Any:
        return topic.space_id if await move_in(unit, topic, space) else None

    return move


def _locking(reason: str) -> _Done:
    async def lock(unit: UnitOfWork, topic: TopicFacts) -> Any:
        return (topic.closed_as or "") if await lock_in(unit, topic, reason) else None

    return lock


def _taking_away(part: Callable[[UnitOfWork, TopicFacts], Awaitable[bool]]) -> _Done:
    async def take_away(unit: UnitOfWork, topic: TopicFacts) -> Any:
        return True if await part(unit, topic) else None

    return take_away


def _tagging(slugs: list[str]) -> _Done:
    if not slugs:
        raise Invalid(say("Which tag?"), {"detail": say("Type at least one tag.")})

    async def tag(unit: UnitOfWork, topic: TopicFacts) -> Any:
        had = await _tags_of(topic.id)
        wanted = [*had, *[slug for slug in slugs if slug not in had]]
        if len(wanted) > TAGS_MOST:
            reason = say("Topic {number} would have more than {most} tags.", number=topic.number, most=TAGS_MOST)
            raise Invalid(say("Too many tags."), {"detail": reason})
        await set_tags(unit, topic.id, wanted)
        added = [slug for slug in await _tags_of(topic.id) if slug not in had]
        return added or None

    return tag


async def _tags_of(topic_id: UUID) -> list[str]:
    rows = await fetch_all(
        "select g.slug from topic_tag x join tag g on g.id = x.tag_id where x.topic_id = $1 order by g.slug", topic_id
    )
    return [row["slug"] for row in rows]


async def _move_back(unit: UnitOfWork, topic: TopicFacts, was: Any, detail: str) -> bool:
    row = await fetch_one(
        "select slug, (select slug from space where id = $2) as here from space where id = $1",
        UUID(was),
        topic.space_id,
    )
    if row is None or row["here"] != detail.strip():
        return False
    return await move_in(unit, topic, await find_target(unit.actor, row["slug"]))


async def _untag(unit: UnitOfWork, topic: TopicFacts, was: Any, detail: str) -> bool:
    had = await _tags_of(topic.id)
    left = [slug for slug in had if slug not in was]
    await set_tags(unit, topic.id, left)
    return left != had


async def _unlock(unit: UnitOfWork, topic: TopicFacts, was: Any, detail: str) -> bool:
    """What its asker had closed before is theirs to reopen again."""
    if topic.closed_as != "locked":
        return False
    await reopen_in(unit, topic)
    if was:
        await execute("update topic set closed_as = $2, closed_at = $3 where id = $1", topic.id, was, unit.now)
    return True


async def _show_again(unit: UnitOfWork, topic: TopicFacts, was: Any, detail: str) -> bool:
    return await restore_in(unit, topic)


async def _list_again(unit: UnitOfWork, topic: TopicFacts, was: Any, detail: str) -> bool:
    return await list_in(unit, topic)


_BACK = {"move": _move_back, "tag": _untag, "lock": _unlock, "hide": _show_again, "unlist": _list_again}
