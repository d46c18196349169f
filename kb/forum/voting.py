"""Votes: once a person and post. They thank and sort; what is shown as an answer is decided by the reuse ledger, never by votes."""

from uuid import UUID

from kb.core.actor import Actor
from kb.core.database import execute, fetch_value
from kb.core.errors import Conflict
from kb.core.permissions import Permission
from kb.core.saying import say
from kb.core.unit_of_work import UnitOfWork, unit_of_work
from kb.forum.access import PostFacts, access_post


async def vote_for_post(actor: Actor, post_id: UUID) -> int:
    """Vote; voting twice is voting once. Nobody votes for their own post. Returns the post's votes."""
    actor.require(Permission.POST_VOTE)
    async with unit_of_work(actor) as unit:
        post, _ = await access_post(actor, post_id)
        if post.author_id == actor.person_id:
            raise Conflict(say("You wrote this; votes come from others."))
        return await _count(post, await _insert_vote(unit, post_id))


async def withdraw_vote(actor: Actor, post_id: UUID) -> int:
    """Take the vote back; without one nothing changes. Returns the post's votes."""
    actor.require(Permission.POST_VOTE)
    async with unit_of_work(actor):
        post, _ = await access_post(actor, post_id)
        gone = await execute("delete from post_vote where post_id = $1 and person_id = $2", post_id, actor.person_id)
        return await _count(post, -gone)


async def _insert_vote(unit: UnitOfWork, post_id: UUID) -> int:
    return await execute(
        "insert into post_vote (post_id, person_id, created_at) values ($1, $2, $3) on conflict do nothing",
        post_id,
        unit.actor.person_id,
        unit.now,
    )


async def _count(post: PostFacts, change: int) -> int:
    """The first post's votes stand on its topic too, for lists."""
    if change and post.position == 1:
        await execute("update topic set vote_count = vote_count + $2 where id = $1", post.topic_id, change)
    return int(
        await fetch_value(
            "update post set vote_count = vote_count + $2 where id = $1 returning vote_count", post.id, change
        )
    )
