"""Accepted answers, chosen by a topic's asker or by staff. The chief one of them is the first, `topic.accepted_post_id`."""

from uuid import UUID

from kb.core.actor import Actor
from kb.core.database import execute, fetch_value
from kb.core.errors import Conflict, NotAllowed
from kb.core.permissions import Permission
from kb.core.saying import say
from kb.core.unit_of_work import UnitOfWork, unit_of_work
from kb.forum.access import PostFacts, TopicFacts, access_post
from kb.forum.messages import PostAccepted, PostUnaccepted
from kb.forum.rules import ACCEPTED_MOST, may_accept
from kb.forum.spaces import add_to_counts


async def accept_post(actor: Actor, post_id: UUID) -> None:
    """Accept, beside those accepted before. Accepting an accepted post again changes nothing; too many are a `Conflict`."""
    actor.require(Permission.ANSWER_ACCEPT)
    async with unit_of_work(actor) as unit:
        post, topic = await access_post(actor, post_id)
        _check(actor, post, topic)
        if post.is_accepted:
            return
        if await fetch_value(_COUNT, topic.id) >= ACCEPTED_MOST:
            raise Conflict(say("{most} answers are accepted already. Take one back first.", most=ACCEPTED_MOST))
        await execute("update post set accepted_at = $2 where id = $1", post_id, unit.now)
        await choose_chief(topic)
        unit.audit("post.accept", "post", post_id, topic_id=topic.id)
        unit.emit(PostAccepted(post_id, topic.id))


async def unaccept_post(actor: Actor, post_id: UUID) -> None:
    """Withdraw the acceptance; a post that is not accepted stays as it is."""
    actor.require(Permission.ANSWER_ACCEPT)
    async with unit_of_work(actor) as unit:
        post, topic = await access_post(actor, post_id)
        _check(actor, post, topic)
        await withdraw_acceptance(unit, post, topic)


async def withdraw_acceptance(unit: UnitOfWork, post: PostFacts, topic: TopicFacts) -> None:
    """The same inside the caller's unit of work and under its lock. The next accepted one becomes the chief."""
    if not post.is_accepted:
        return
    await execute("update post set accepted_at = null where id = $1", post.id)
    await choose_chief(topic)
    unit.audit("post.unaccept", "post", post.id, topic_id=topic.id)
    unit.emit(PostUnaccepted(post.id, topic.id))


async def choose_chief(topic: TopicFacts) -> None:
    """Let the topic point at the answer accepted first, or at none, and count it as solved or open accordingly.

    The topic's row must be locked; `topic` says what held before. Whoever moves posts between topics calls it for each.
    """
    chief = await fetch_value(_FIRST, topic.id, topic.accepted_post_id)
    if chief == topic.accepted_post_id:
        return
    await execute("update topic set accepted_post_id = $2 where id = $1", topic.id, chief)
    change = (chief is not None) - (topic.accepted_post_id is not None)
    await add_to_counts(topic.space_id, solved=change if topic.is_counted else 0)


_COUNT = "select count(*) from post where topic_id = $1 and accepted_at is not null"
_FIRST = (
    "select id from post where topic_id = $1 and accepted_at is not null and hidden_at is null"
    " order by id is distinct from $2, accepted_at, position limit 1"
)
"""The chief there is stays, whatever else came to be accepted."""


def _check(actor: Actor, post: PostFacts, topic: TopicFacts) -> None:
    if not may_accept(actor, asker_id=topic.asker_id):
        raise NotAllowed(say("Only the person who asked, or staff, may accept an answer."))
    if post.position == 1:
        raise Conflict(say("A question cannot be its own answer. Reply with the answer and accept that."))
    if post.is_hidden:
        raise Conflict(say("A hidden post cannot be accepted."))
