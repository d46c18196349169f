"""What was written to one customer may be told to others once enough people ask it: an article of one person's story is that story."""

from uuid import UUID

from kb.answers.access import ArticleFacts
from kb.clusters.naming import LABEL_PEOPLE
from kb.core.database import fetch_one
from kb.core.errors import Invalid
from kb.core.saying import say, say_many

ARTICLE_PEOPLE = LABEL_PEOPLE
"""Distinct people who must have asked before what is drafted from tickets is read outside staff: as many as for each word of a
label, and for the same reason. The setting LABEL_PEOPLE decides both."""

_PEOPLE = """
with source as (
    select a.cluster_id from article ar join answer a on a.id = ar.from_answer_id
        or a.id in (select tr.answer_id from article_trace tr where tr.article_id = ar.id)
    where ar.id = (select family_id from article where id = $1) and a.visibility = 'private'
)
select exists (select from source) as is_from_tickets,
    (select count(distinct q.person_id) from question q where q.cluster_id in (select cluster_id from source))::int as people
"""
"""People who asked what those tickets asked, wherever the article is placed. They are counted over questions of every visibility;
only staff are told the number."""


async def find_people_missing(article_id: UUID, visibility: str, *, least: int) -> int:
    """How many more people have to ask this before it may be read so widely; 0 where it may."""
    row = await fetch_one(_PEOPLE, article_id)
    if visibility == "staff" or row is None or not row["is_from_tickets"]:
        return 0
    return max(0, least - int(row["people"]))


async def check_enough_people(article: ArticleFacts, visibility: str, *, least: int) -> None:
    """Part of an approval. Raises `Invalid` that says why and what to do instead."""
    if missing := await find_people_missing(article.id, visibility, least=least):
        raise Invalid(
            say("Too few people asked this for an article made from tickets."),
            {"visibility": why_refused(missing, least)},
        )


def why_refused(missing: int, least: int) -> str:
    """The reason in a sentence, for the one who approves."""
    return say_many(
        "It is drafted from tickets, and {n} person more has to ask the same ({least} in all) before others than staff read it:"
        " told of fewer, it would be somebody's own story. Choose staff as its readers, or wait.",
        "It is drafted from tickets, and {n} people more have to ask the same ({least} in all) before others than staff read it:"
        " told of fewer, it would be somebody's own story. Choose staff as its readers, or wait.",
        missing,
        least=least,
    )
