"""Fetching is the permission check: what the actor may not read is `NotFound`, as if it had never been."""

from dataclasses import dataclass
from uuid import UUID

from kb.answers.rules import State
from kb.core.actor import ANONYMOUS, Actor
from kb.core.database import fetch_one
from kb.core.errors import Gone, NotFound
from kb.core.ids import possible_number
from kb.core.permissions import Permission
from kb.core.saying import say

READABLE_ANSWER = """(a.retired_at is null and a.visibility = any($1)
    and not exists (select 1 from post ap join topic att on att.id = ap.topic_id join space asp on asp.id = att.space_id
        where a.kind = 'post' and ap.id = a.source_id
        and (ap.hidden_at is not null or att.hidden_at is not null or att.unlisted_at is not null or asp.visibility <> all($1)))
    and not exists (select 1 from article aar
        where a.kind = 'article' and aar.id = a.source_id and (aar.state <> 'published' or aar.visibility <> all($1))))"""
"""The condition on answer `a`; $1 is `actor.visibilities`. Every read of answers in this room holds it. The row's own
visibility follows its source by a job; what the source says now counts at once."""

READABLE_ARTICLE = "(ar.visibility = any($1) and (ar.state = 'published' or $2))"
"""The condition on article `ar`; $1 and $2 are `readers(actor)`: what is not published is for those who write articles."""

NO_ANSWER = say("There is no such answer, or it is not yours to read.")
NO_ARTICLE = say("There is no such article, or it is not yours to read.")
GONE_ARTICLE = say("This article was withdrawn. Search finds what took its place, if anything did.")


def readers(actor: Actor) -> tuple[list[str], bool]:
    """The first two parameters of every query that holds `READABLE_ARTICLE`."""
    return actor.visibilities, actor.may(Permission.ARTICLE_DRAFT)


@dataclass(frozen=True, slots=True)
class ArticleFacts:
    """What writes need to know of an article."""

    id: UUID
    number: int
    slug: str
    title: str
    state: State
    visibility: str
    revision: int
    published_revision: int | None
    cluster_id: UUID | None
    space_id: UUID | None
    from_answer_id: UUID | None
    translation_of: UUID | None
    family_id: UUID


@dataclass(frozen=True, slots=True)
class AnswerFacts:
    """What writes need to know of an answer."""

    id: UUID
    kind: str
    source_id: UUID
    parent_id: UUID
    cluster_id: UUID | None
    visibility: str
    title: str
    revision: int


_ARTICLE = (
    "select ar.id, ar.number, ar.slug, ar.title, ar.state, ar.visibility, ar.revision, ar.published_revision,"
    f" ar.cluster_id, ar.space_id, ar.from_answer_id, ar.translation_of, ar.family_id from article ar where {READABLE_ARTICLE}"
)


async def access_article(actor: Actor, article_id: UUID) -> ArticleFacts:
    """The article, if the actor may read it. Inside a unit of work its row is locked until the end."""
    row = await fetch_one(f"{_ARTICLE} and ar.id = $3 for no key update", *readers(actor), article_id)
    if row is None:
        raise NotFound(NO_ARTICLE)
    return ArticleFacts(**row)


async def find_article_id(actor: Actor, number: int) -> UUID:
    """The id behind the number in an address. Raises `NotFound` as `access_article` does."""
    row = await fetch_one(f"{_ARTICLE} and ar.number = $3", *readers(actor), possible_number(number))
    if row is None:
        raise NotFound(NO_ARTICLE)
    article_id: UUID = row["id"]
    return article_id


async def tell_gone(number: int) -> None:
    """Raise `Gone` where an article was withdrawn that everybody could read: its address was no secret, so that it is gone is none."""
    gone = await fetch_one(
        "select 1 from article where number = $1 and state = 'archived' and published_revision is not null and visibility = any($2)",
        possible_number(number),
        ANONYMOUS.visibilities,
    )
    if gone:
        raise Gone(GONE_ARTICLE)


async def access_answer(actor: Actor, answer_id: UUID) -> AnswerFacts:
    """The answer, if the actor may read it and it was not retired."""
    row = await fetch_one(
        "select a.id, a.kind, a.source_id, a.parent_id, a.cluster_id, a.visibility, a.title, a.revision"
        f" from answer a where {READABLE_ANSWER} and a.id = $2",
        actor.visibilities,
        answer_id,
    )
    if row is None:
        raise NotFound(NO_ANSWER)
    return AnswerFacts(**row)
