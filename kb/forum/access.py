"""Fetching is the permission check: what the actor may not read is `NotFound`, as if it had never been."""

from dataclasses import dataclass
from uuid import UUID

from kb.core.actor import ANONYMOUS, Actor
from kb.core.database import fetch_one
from kb.core.errors import Gone, NotFound
from kb.core.ids import possible_number
from kb.core.saying import say
from kb.forum.addresses import topic_path
from kb.forum.rules import may_hide
from kb.screening.holding import HELD_BACK_YET

READABLE_TOPIC = "s.visibility = any($1) and (t.hidden_at is null or $2)"
"""The condition on space `s` and topic `t`; $1 and $2 are `readers(actor)`. Every read of topics in this room holds it."""

LISTED_TOPIC = "(t.merged_into is null and (t.unlisted_at is null or $2))"
"""The further condition wherever topics are listed, counted or offered: an unlisted one is read by whoever has its address, and
listed for moderators alone, so that they find it again. One that was merged into another has no posts and is nowhere."""

READABLE_POST = "(p.hidden_at is null or $2)"
"""The further condition on post `p`."""

OWN_WAITING = "({row}.awaits_review_at is not null and {row}.author_id = {person})"
"""What waits for review is hidden from everybody but moderators and, where this stands beside the conditions above, its author."""

GONE_TOPIC = say("The topic that stood here was taken away by a moderator.")
NO_TOPIC = say("There is no such topic, or it is not yours to read.")


def readers(actor: Actor) -> tuple[list[str], bool]:
    """The first two parameters of every query that holds `READABLE_TOPIC`."""
    return actor.visibilities, may_hide(actor)


@dataclass(frozen=True, slots=True)
class TopicFacts:
    """What writes need to know of a topic."""

    id: UUID
    number: int
    slug: str
    space_id: UUID
    asker_id: UUID
    accepted_post_id: UUID | None
    is_hidden: bool
    is_unlisted: bool
    closed_as: str | None
    pinned_to: str | None
    who_answers: str
    in_archived_space: bool

    @property
    def is_counted(self) -> bool:
        """Whether it is among the topics of its space, as its readers count them."""
        return not (self.is_hidden or self.is_unlisted)

    @property
    def path(self) -> str:
        """Where the topic is read."""
        return topic_path(self.number, self.slug)


@dataclass(frozen=True, slots=True)
class PostFacts:
    """What writes need to know of a post."""

    id: UUID
    topic_id: UUID
    author_id: UUID
    position: int
    is_hidden: bool
    is_accepted: bool


_FACTS = (
    "select t.id, t.number, t.slug, t.space_id, t.author_id as asker_id, t.accepted_post_id,"
    " t.hidden_at is not null as is_hidden, t.unlisted_at is not null as is_unlisted, t.closed_as, t.pinned_to,"
    " s.who_answers, s.archived_at is not null as in_archived_space"
    " from topic t join space s on s.id = t.space_id"
)
_TOPIC = f"{_FACTS} where {READABLE_TOPIC} and t.merged_into is null"
_POST = (
    "select p.id, p.topic_id, p.author_id, p.position, p.hidden_at is not null as is_hidden,"
    " p.accepted_at is not null as is_accepted from post p"
)


async def access_topic(actor: Actor, topic_id: UUID) -> TopicFacts:
    """The topic, if the actor may read it. Inside a unit of work its row is locked until the end."""
    row = await fetch_one(f"{_TOPIC} and t.id = $3 for no key update of t", *readers(actor), topic_id)
    if row is None:
        raise NotFound(NO_TOPIC)
    return TopicFacts(**row)


async def access_topic_number(actor: Actor, number: int) -> TopicFacts:
    """The topic behind the number in an address, if the actor may read it."""
    row = await fetch_one(f"{_TOPIC} and t.number = $3", *readers(actor), possible_number(number))
    if row is None:
        raise NotFound(NO_TOPIC)
    return TopicFacts(**row)


async def find_merged_path(actor: Actor, number: int) -> str:
    """Where a topic that was merged is read now, "" for any other and for what the actor may not read."""
    row = await fetch_one(
        "with recursive way as (select merged_into as id from topic where number = $3 and merged_into is not null"
        "   union select f.merged_into from way join topic f on f.id = way.id where f.merged_into is not null)"
        " select t.number, t.slug from way join topic t on t.id = way.id join space s on s.id = t.space_id"
        f" where {READABLE_TOPIC} and t.merged_into is null",
        *readers(actor),
        possible_number(number),
    )
    return topic_path(row["number"], row["slug"]) if row else ""


async def tell_gone(number: int) -> None:
    """Raise `Gone` where a topic was taken away that everybody could read: search engines and those who linked to it know its
    address, so it is no secret that it was. Of anything else not even that is said."""
    gone = await fetch_one(
        "select 1 from topic t join space s on s.id = t.space_id"
        " where s.visibility = any($1) and t.hidden_at is not null and t.number = $2"
        f" and not {HELD_BACK_YET.format(post='(select q.id from post q where q.topic_id = t.id and q.position = 1)')}",
        ANONYMOUS.visibilities,
        possible_number(number),
    )
    if gone:
        raise Gone(GONE_TOPIC)


async def access_post(actor: Actor, post_id: UUID) -> tuple[PostFacts, TopicFacts]:
    """The post and its topic, if the actor may read both. Inside a unit of work both are locked, the topic first."""
    parent = await fetch_one("select topic_id from post where id = $1", post_id)
    if parent is None:
        raise NotFound(say("There is no such post."))
    topic = await access_topic(actor, parent["topic_id"])
    row = await fetch_one(
        f"{_POST} where p.id = $1 and (p.hidden_at is null or $2) for no key update",
        post_id,
        may_hide(actor),
    )
    if row is None:
        raise NotFound(say("There is no such post."))
    return PostFacts(**row), topic


async def lock_post(post_id: UUID) -> tuple[PostFacts, TopicFacts]:
    """The post and its topic for the product itself, whoever may read them: groups' spaces are closed to every actor outside.

    For deeds that no person asked for, inside a unit of work; nothing of it may be shown.
    """
    topic = await fetch_one(
        f"{_FACTS} where t.id = (select topic_id from post where id = $1) for no key update of t", post_id
    )
    row = await fetch_one(f"{_POST} where p.id = $1 for no key update", post_id)
    if topic is None or row is None:
        raise NotFound(say("There is no such post."))
    return PostFacts(**row), TopicFacts(**topic)
