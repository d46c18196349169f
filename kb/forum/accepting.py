"""The accepted answer: at most one of a topic, chosen by its asker or by staff."""

from uuid import UUID

from kb.core.actor import Actor
from kb.core.database import execute
from kb.core.errors import Conflict, NotAllowed
from kb.core.permissions import Permission
from kb.core.unit_of_work import UnitOfWork, unit_of_work
from kb.forum.access import PostFacts, TopicFacts, access_post
from kb.forum.messages import PostAccepted, PostUnaccepted
from kb.forum.rules import may_accept
from kb.forum.spaces import add_to_counts


async def accept_post(actor: Actor, post_id: UUID) -> None:
    """Accept; a post accepted before gives way. Accepting the accepted post again changes nothing."""
    actor.require(Permission.ANSWER_ACCEPT)
    async with unit_of_work(actor) as unit:
        post, topic = await access_post(actor, post_id)
        _check(actor, post, topic)
        if topic.accepted_post_id == post_id:
            return
        await clear_acceptance(unit, topic)
        await execute("update post set accepted_at = $2 where id = $1", post_id, unit.now)
        await execute("update topic set accepted_post_id = $2 where id = $1", topic.id, post_id)
        await add_to_counts(topic.space_id, solved=1 if topic.is_counted else 0)
        unit.audit("post.accept", "post", post_id, topic_id=topic.id)
        unit.emit(PostAccepted(post_id, topic.id))


async def unaccept_post(actor: Actor, post_id: UUID) -> None:
    """Withdraw the acceptance; a post that is not accepted stays as it is."""
    actor.require(Permission.ANSWER_ACCEPT)
    async with unit_of_work(actor) as unit:
        post, topic = await access_post(actor, post_id)
        _check(actor, post, topic)
        if topic.accepted_post_id == post_id:
            await clear_acceptance(unit, topic)


async def clear_acceptance(unit: UnitOfWork, topic: TopicFacts) -> None:
    """Leave the topic without an accepted answer, inside the caller's unit of work and under its lock."""
    if topic.accepted_post_id is None:
        return
    await execute("update post set accepted_at = null where id = $1", topic.accepted_post_id)
    await execute("update topic set accepted_post_id = null where id = $1", topic.id)
    await add_to_counts(topic.space_id, solved=-1 if topic.is_counted else 0)
    unit.audit("post.unaccept", "post", topic.accepted_post_id, topic_id=topic.id)
    unit.emit(PostUnaccepted(topic.accepted_post_id, topic.id))


def _check(actor: Actor, post: PostFacts, topic: TopicFacts) -> None:
    if not may_accept(actor, asker_id=topic.asker_id):
        raise NotAllowed("Only the person who asked, or staff, may accept an answer.")
    if post.position == 1:
        raise Conflict("A question cannot be its own answer. Reply with the answer and accept that.")
    if post.is_hidden:
        raise Conflict("A hidden post cannot be accepted.")
