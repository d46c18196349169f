"""Hiding topics and posts from everybody but moderators, and showing them again. Nothing is deleted."""

from uuid import UUID

from kb.core.actor import Actor
from kb.core.database import execute
from kb.core.errors import Conflict
from kb.core.permissions import Permission
from kb.core.saying import say
from kb.core.unit_of_work import UnitOfWork, unit_of_work
from kb.forum.accepting import withdraw_acceptance
from kb.forum.access import PostFacts, TopicFacts, access_post, access_topic
from kb.forum.messages import TopicHidden, TopicRestored
from kb.forum.spaces import add_to_counts


async def hide_topic(actor: Actor, topic_id: UUID) -> None:
    """Hide; a hidden topic stays as it is."""
    actor.require(Permission.TOPIC_HIDE)
    async with unit_of_work(actor) as unit:
        await hide_in(unit, await access_topic(actor, topic_id))


async def restore_topic(actor: Actor, topic_id: UUID) -> None:
    """Show again; a topic in sight stays as it is."""
    actor.require(Permission.TOPIC_HIDE)
    async with unit_of_work(actor) as unit:
        await restore_in(unit, await access_topic(actor, topic_id))


async def hide_in(unit: UnitOfWork, topic: TopicFacts) -> bool:
    """Part of a moderator's write. Whether it was in sight."""
    was_shown = await _hide_topic(unit, topic, waits=False)
    if was_shown:
        unit.audit("topic.hide", "topic", topic.id)
    return was_shown


async def restore_in(unit: UnitOfWork, topic: TopicFacts) -> bool:
    """Part of a moderator's write. Whether it was hidden."""
    was_hidden = await _restore_topic(unit, topic)
    if was_hidden:
        unit.audit("topic.restore", "topic", topic.id)
    return was_hidden


async def hide_post(actor: Actor, post_id: UUID) -> None:
    """Hide a reply; an accepted one loses its acceptance."""
    actor.require(Permission.TOPIC_HIDE)
    async with unit_of_work(actor) as unit:
        post, topic = await access_post(actor, post_id)
        if post.position == 1:
            raise Conflict(say("This is the question itself: hide the topic instead."))
        await _hide_reply(unit, post, topic, waits=False)
        unit.audit("post.hide", "post", post_id, topic_id=topic.id)


async def restore_post(actor: Actor, post_id: UUID) -> None:
    """Show the reply again; it is not accepted again by itself."""
    actor.require(Permission.TOPIC_HIDE)
    async with unit_of_work(actor) as unit:
        post, topic = await access_post(actor, post_id)
        await _restore_reply(post, topic)
        unit.audit("post.restore", "post", post_id, topic_id=topic.id)


async def take_out_of_sight(unit: UnitOfWork, post: PostFacts, topic: TopicFacts, *, waits: bool = False) -> bool:
    """Hide a locked post, its topic where it is the question; False where it was hidden and stays so.

    `waits`: until somebody has looked at it; its author goes on seeing it. The caller writes the audit line.
    """
    if post.position == 1:
        return await _hide_topic(unit, topic, waits=waits)
    return await _hide_reply(unit, post, topic, waits=waits)


async def bring_into_sight(unit: UnitOfWork, post: PostFacts, topic: TopicFacts) -> bool:
    """The opposite; False where it was in sight."""
    if post.position == 1:
        return await _restore_topic(unit, topic)
    return await _restore_reply(post, topic)


async def _hide_topic(unit: UnitOfWork, topic: TopicFacts, *, waits: bool) -> bool:
    await execute(
        "update topic set hidden_at = coalesce(hidden_at, $2), awaits_review_at = $3 where id = $1",
        topic.id,
        unit.now,
        unit.now if waits else None,
    )
    if topic.is_hidden:
        return False
    await count_in_space(topic, -1)
    unit.emit(TopicHidden(topic.id))
    return True


async def _restore_topic(unit: UnitOfWork, topic: TopicFacts) -> bool:
    if not topic.is_hidden:
        return False
    await execute("update topic set hidden_at = null, awaits_review_at = null where id = $1", topic.id)
    await count_in_space(topic, 1)
    unit.emit(TopicRestored(topic.id))
    return True


async def _hide_reply(unit: UnitOfWork, post: PostFacts, topic: TopicFacts, *, waits: bool) -> bool:
    await withdraw_acceptance(unit, post, topic)
    await execute(
        "update post set hidden_at = coalesce(hidden_at, $2), awaits_review_at = $3 where id = $1",
        post.id,
        unit.now,
        unit.now if waits else None,
    )
    await count_posts_again(topic.id)
    return not post.is_hidden


async def _restore_reply(post: PostFacts, topic: TopicFacts) -> bool:
    await execute("update post set hidden_at = null, awaits_review_at = null where id = $1", post.id)
    await count_posts_again(topic.id)
    return post.is_hidden


async def count_in_space(topic: TopicFacts, change: int) -> None:
    """Part of a write that hides or shows the topic. An unlisted one is in no count, hidden or not."""
    if topic.is_unlisted:
        return
    await add_to_counts(topic.space_id, topics=change, solved=change if topic.accepted_post_id else 0)


async def count_posts_again(topic_id: UUID) -> None:
    """Part of a write. The number of posts and the last of them, as readers see them: a hidden reply must not move its topic up a list."""
    await execute(
        "update topic t set post_count = seen.posts, last_posted_at = last.created_at, last_poster_id = last.author_id"
        " from (select count(*) as posts from post where topic_id = $1 and hidden_at is null) seen,"
        " (select created_at, author_id from post where topic_id = $1 and hidden_at is null order by position desc limit 1) last"
        " where t.id = $1",
        topic_id,
    )
