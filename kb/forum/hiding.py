"""Hiding topics and posts from everybody but moderators, and showing them again. Nothing is deleted."""

from datetime import datetime
from uuid import UUID

from kb.core.actor import Actor
from kb.core.database import execute, fetch_value
from kb.core.errors import Conflict
from kb.core.permissions import Permission
from kb.core.saying import say
from kb.core.unit_of_work import UnitOfWork, unit_of_work
from kb.forum.accepting import withdraw_acceptance
from kb.forum.access import PostFacts, TopicFacts, access_post, access_topic
from kb.forum.messages import PostWritten, TopicAsked, TopicHidden, TopicRestored
from kb.forum.spaces import add_to_counts
from kb.screening.holding import release_held


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
        await _restore_reply(unit, post, topic)
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
    return await _restore_reply(unit, post, topic)


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
    unit.emit(TopicAsked(topic.id) if await _release_topic(unit, topic) else TopicRestored(topic.id))
    return True


async def _release_topic(unit: UnitOfWork, topic: TopicFacts) -> bool:
    """Whether nobody has seen it before: then it is asked now."""
    question_id = await fetch_value("select id from post where topic_id = $1 and position = 1", topic.id)
    if not await release_held(unit, question_id):
        return False
    await execute("update topic set created_at = $2, last_posted_at = $2 where id = $1", topic.id, unit.now)
    await execute("update post set created_at = $2 where id = $1", question_id, unit.now)
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


async def _restore_reply(unit: UnitOfWork, post: PostFacts, topic: TopicFacts) -> bool:
    await execute("update post set hidden_at = null, awaits_review_at = null where id = $1", post.id)
    if await release_held(unit, post.id):
        await _put_last(post.id, topic.id, at=unit.now)
        unit.emit(PostWritten(post.id, topic.id))
    await count_posts_again(topic.id)
    return post.is_hidden


async def _put_last(post_id: UUID, topic_id: UUID, *, at: datetime) -> None:
    """A reply that nobody has seen is written now: after what others wrote meanwhile, so that those who read that find it unread."""
    await execute(
        "update post p set created_at = $3, position = case when last.position = p.position then p.position else last.position + 1 end"
        " from (select max(position) as position from post where topic_id = $2) last where p.id = $1",
        post_id,
        topic_id,
        at,
    )


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
