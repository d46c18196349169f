"""Merging: all posts of a topic go into another, in the order of their time; its address leads there, its people are counted there.

As with duplicates no row of its people changes hands: they are found by `topic.duplicate_of`. So taking it back is exact.
"""

from typing import Any
from uuid import UUID

from kb.core.actor import Actor
from kb.core.database import execute, fetch_one, fetch_value
from kb.core.errors import Conflict, Invalid, NotFound
from kb.core.permissions import Permission
from kb.core.policy import reads_all_of
from kb.core.saying import say
from kb.core.unit_of_work import UnitOfWork, unit_of_work
from kb.forum.accepting import choose_chief
from kb.forum.access import NO_TOPIC, TopicFacts, access_topic
from kb.forum.events import note_topic_event
from kb.forum.hiding import count_posts_again
from kb.forum.merging import count_me_too_again, find_leading_topic, take_merging_turn
from kb.forum.messages import PostAccepted, TopicListed, TopicUnlisted
from kb.forum.placing import TopicChange, forget_change, list_posts_to_place, note_change, place_posts
from kb.forum.reading_along import read_along_merge, read_along_unmerge
from kb.forum.spaces import add_to_counts


async def merge_topic(actor: Actor, topic_id: UUID, *, into: UUID) -> None:
    """Merge; nobody is told again of a post. Accepted answers stay accepted; the target's chief stays the chief.

    Raises `Invalid` naming `into` for the topic itself, one that leads elsewhere, and one whose readers may not all read this.
    """
    actor.require(Permission.TOPIC_ARRANGE)
    async with unit_of_work(actor) as unit:
        await take_merging_turn(alone=True)
        topic, target = await access_both(actor, topic_id, into)
        await _check(topic, target)
        posts = await list_posts_to_place([topic.id, target.id])
        before = await _remember(topic, posts)
        await place_posts(target.id, _by_time(posts, target.id))
        await _lead(unit, topic, target)
        await choose_chief(target)
        await count_posts_again(target.id)
        await count_me_too_again([target.id])
        change_id = await note_change(unit, "merge", topic.id, target.id, before)
        stood = {post["id"]: (post["topic_id"], post["position"]) for post in posts}
        await read_along_merge(change_id, target.id, stood)
        title, moved = str(before["title"]), len(before["posts"])
        await note_topic_event(unit, target.id, "merged_in", posts=moved, reason=title, change_id=change_id)
        unit.audit("topic.merge", "topic", topic.id, into=target.number, posts=moved, change=change_id)


async def unmerge_topic(unit: UnitOfWork, change: TopicChange) -> UUID:
    """Part of a write: the posts stand where they stood, and so do their people. Returns the id of the topic that was merged.

    What was written since stays where it was written. Raises `Conflict` where the question itself was moved on since.
    """
    await take_merging_turn(alone=True)
    target = await access_topic(unit.actor, change.other_id)
    stub = await fetch_one("select merged_into, number from topic where id = $1 for no key update", change.topic_id)
    before = change.before
    here = {str(post["id"]): post for post in await list_posts_to_place([target.id])}
    back = [(UUID(id_), position) for id_, position, _ in before["posts"] if id_ in here]
    if stub is None or stub["merged_into"] != target.id or not any(position == 1 for _, position in back):
        raise Conflict(say("Its posts were moved on since. Take that back first."))
    brought = {id_ for id_, _, accepted_at in before["posts"] if accepted_at}
    if any(here[str(post_id)]["accepted_at"] for post_id, _ in back if str(post_id) not in brought):
        raise Conflict(say("One of its posts is an accepted answer here. Take the acceptance back first."))
    await place_posts(change.topic_id, dict(back))
    await _place_those_that_stay(target.id, here, before, {post_id for post_id, _ in back})
    await choose_chief(target)
    await _stand_alone(unit, change.topic_id, before, here)
    await read_along_unmerge(
        change.id, target.id, change.topic_id, {post["id"]: post["position"] for post in here.values()}
    )
    await count_posts_again(target.id)
    await count_posts_again(change.topic_id)
    await count_me_too_again([target.id, await find_leading_topic(target.id)])
    await forget_change(change.id)
    unit.audit("topic.unmerge", "topic", change.topic_id, out_of=target.number, posts=len(back))
    return change.topic_id


async def access_both(actor: Actor, topic_id: UUID, into: UUID) -> tuple[TopicFacts, TopicFacts]:
    """Both locked, in the order of their ids: two merges that cross do not wait for each other for ever."""
    if topic_id == into:
        raise Invalid(say("Nothing merges into itself."), {"into": say("Choose another topic.")})
    first, second = sorted((topic_id, into))
    found = {one: await access_topic(actor, one) for one in (first, second)}
    return found[topic_id], found[into]


async def _check(topic: TopicFacts, target: TopicFacts) -> None:
    if topic.is_hidden or target.is_hidden:  # its posts would come into sight, or the others' would go out of it
        raise Conflict(say("One of the two is hidden. Show it again before you merge them."))
    row = await fetch_one(
        "select s.visibility as here, os.visibility as there, o.duplicate_of,"
        " t.duplicate_of is not null or exists (select 1 from topic f where f.duplicate_of = t.id and f.merged_into is null)"
        "   or exists (select 1 from brought_along b where b.topic_id = t.id) as has_duplicates"
        " from topic t join space s on s.id = t.space_id, topic o join space os on os.id = o.space_id"
        " where t.id = $1 and o.id = $2",
        topic.id,
        target.id,
    )
    if row is None:
        raise NotFound(NO_TOPIC)
    if row["has_duplicates"]:
        raise Conflict(say("This is a duplicate, or has duplicates. Take that back first."))
    if row["duplicate_of"]:
        raise Invalid(say("It cannot go there."), {"into": say("This leads to another topic itself: choose that one.")})
    if not reads_all_of(row["here"], row["there"]):
        reason = say("Not everybody who reads there may read this. Move one of them to the other's space first.")
        raise Invalid(say("It cannot go there."), {"into": reason})


async def _remember(topic: TopicFacts, posts: list[Any]) -> dict[str, Any]:
    row = await fetch_one("select title, unlisted_at from topic where id = $1", topic.id)
    if row is None:
        raise NotFound(NO_TOPIC)
    own = [post for post in posts if post["topic_id"] == topic.id]
    stays = [post for post in posts if post["topic_id"] != topic.id]
    return {
        "title": row["title"],
        "unlisted_at": row["unlisted_at"],
        "accepted": topic.accepted_post_id,
        "posts": [[post["id"], post["position"], post["accepted_at"]] for post in own],
        "others": [[post["id"], post["position"]] for post in stays],
    }


def _by_time(posts: list[Any], target_id: UUID) -> dict[UUID, int]:
    """The target's question stays first, whatever was written before it."""
    ordered = sorted(
        posts,
        key=lambda post: (
            not (post["topic_id"] == target_id and post["position"] == 1),
            post["created_at"],
            post["id"],
        ),
    )
    return {post["id"]: n for n, post in enumerate(ordered, 1)}


async def _lead(unit: UnitOfWork, topic: TopicFacts, target: TopicFacts) -> None:
    """From now on its address leads to the target, with those that were merged into it before."""
    if topic.is_counted:
        await add_to_counts(topic.space_id, topics=-1, solved=-1 if topic.accepted_post_id else 0)
    await execute(
        "update topic set merged_into = $2, duplicate_of = $2, accepted_post_id = null,"
        " unlisted_at = coalesce(unlisted_at, $3) where id = $1",
        topic.id,
        target.id,
        unit.now,
    )
    await execute("update topic set duplicate_of = $2 where merged_into = $1", topic.id, target.id)
    unit.emit(TopicUnlisted(topic.id))


async def _place_those_that_stay(target_id: UUID, here: dict[str, Any], before: Any, gone: set[UUID]) -> None:
    """As they stood; what was written since keeps its place after all that was there."""
    old = {UUID(id_): position for id_, position in before["others"] if id_ in here}
    last = max(old.values(), default=0)
    since = [post["id"] for post in here.values() if post["id"] not in gone and post["id"] not in old]
    await place_posts(target_id, old | {post_id: last + n for n, post_id in enumerate(since, 1)})


async def _stand_alone(unit: UnitOfWork, topic_id: UUID, before: Any, here: dict[str, Any]) -> None:
    accepted = UUID(before["accepted"]) if before["accepted"] else None
    unlisted_at = await fetch_value("select $1::text::timestamptz", before["unlisted_at"])
    await execute("update topic set duplicate_of = $1 where merged_into = $1", topic_id)
    await execute(
        "update topic set merged_into = null, duplicate_of = null, unlisted_at = $2, accepted_post_id = $3 where id = $1",
        topic_id,
        unlisted_at,
        accepted,
    )
    for id_, _, accepted_at in before["posts"]:
        if accepted_at:
            await execute("update post set accepted_at = $2::text::timestamptz where id = $1", UUID(id_), accepted_at)
            if id_ in here and not here[id_]["accepted_at"]:
                unit.emit(PostAccepted(UUID(id_), topic_id))
    topic = await access_topic(unit.actor, topic_id)
    if topic.is_counted:
        await add_to_counts(topic.space_id, topics=1, solved=1 if accepted else 0)
    unit.emit(TopicListed(topic_id))
