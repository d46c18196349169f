"""Telling of articles: those who write them what became of what they handed in, and those who asked that there is an article now."""

from datetime import datetime
from uuid import UUID

import asyncpg

from kb.core.clock import now
from kb.core.database import fetch_all, fetch_one
from kb.core.errors import NotFound
from kb.core.saying import say
from kb.notices.giving import Hearer, Thing, give_notices, is_round_done
from kb.notices.listeners import keep_readers, list_listeners, list_people
from kb.notices.rules import ARTICLE, MUTED, NORMAL, PUBLISHED, SWEPT, TRACKING, WATCHING


def return_key(return_id: UUID) -> str:
    """What one can be told of once."""
    return f"article:{return_id}:returned"


async def tell_of_return(return_id: UUID) -> int:
    """The author of the revision that was handed back. Raises `NotFound` where the article is gone."""
    facts = await fetch_one(
        "select t.article_id, t.returned_by, r.author_id from article_return t"
        " join article_revision r on r.article_id = t.article_id and r.number = t.revision"
        " join person p on p.id = r.author_id and p.suspended_at is null where t.id = $1",
        return_id,
    )
    if facts is None:
        raise NotFound(say("There is nobody to tell of this."))
    thing = Thing(return_key(return_id), article_id=facts["article_id"], actor_id=facts["returned_by"])
    return await give_notices(thing, [Hearer(facts["author_id"], ARTICLE, WATCHING)])


async def list_untold_returns(since: datetime, until: datetime, limit: int) -> list[UUID]:
    """Those a lost message left untold."""
    rows = await fetch_all(
        "select t.id from article_return t where t.created_at > $1 and t.created_at < $2"
        " and not exists (select from notice_round r where r.thing = 'article:' || t.id || ':returned')"
        " order by t.created_at limit $3",
        since,
        until,
        limit,
    )
    return [row["id"] for row in rows]


def publication_key(article_id: UUID) -> str:
    """An article is news once, however many revisions follow."""
    return f"article:{article_id}:published"


_PUBLISHED = (
    "select ar.id, ar.cluster_id, ar.visibility, (select l.actor_id from audit_line l where l.action = 'article.publish'"
    "   and l.subject_id = ar.id order by l.id desc limit 1) as published_by from article ar"
    " where ar.state = 'published' and ar.translation_of is null and ar.source is null and ar.cluster_id is not null"
)
"""What came with an import is no news, and what stands in no cluster answers nobody in particular. `published_at` is of the first
revision: a later one is no new article."""

_TOPICS = (
    "select distinct q.parent_id as id from question q join topic t on t.id = q.parent_id"
    " where q.source_kind = 'topic' and q.cluster_id = $1 and t.hidden_at is null and t.unlisted_at is null"
)

_REQUESTERS = """
with source as (select a.id, a.source_id from article ar join answer a on a.id = ar.from_answer_id
    or a.id in (select tr.answer_id from article_trace tr where tr.article_id = ar.id) where ar.id = $1)
select distinct t.requester_id as id from question q join ticket t on t.id = q.parent_id
where q.source_kind = 'ticket' and q.cluster_id = $2 and (
    (t.state <> 'solved' and not exists (select from ticket_message m where m.ticket_id = t.id and m.kind = 'agent'))
    or exists (select from ticket_message m join source s on s.source_id = m.id where m.ticket_id = t.id)
    or exists (select from source s join answer_use u on u.answer_id = s.id and u.person_id = t.requester_id
        and u.kind in ('inserted', 'edited_then_sent', 'said_solved') and u.created_at >= t.created_at))
"""
"""Whoever still waits for a first answer has one now; whom one of its answers was given finds it again there. To others, who were
helped otherwise, a mail about a ticket they had forgotten is a nuisance."""


async def tell_of_publication(article_id: UUID) -> int:
    """Everybody of its cluster who asked or follows and may read it, once and for ever. Raises `NotFound` where it is no news."""
    article = await fetch_one(f"{_PUBLISHED} and ar.id = $1 and ar.published_at > $2", article_id, now() - SWEPT)
    if article is None:
        raise NotFound(say("There is nobody to tell of this."))
    if await is_round_done(publication_key(article_id)):
        return 0
    levels = await _list_levels(article)
    readers = [one for one in await list_people(levels) if article["visibility"] in one.visibilities]
    thing = Thing(publication_key(article_id), article_id=article_id, actor_id=article["published_by"])
    return await give_notices(
        thing, [Hearer(one.person_id, PUBLISHED, levels[one.person_id]) for one in readers if one.person_id]
    )


async def _list_levels(article: asyncpg.Record) -> dict[UUID, str]:
    """Whom it concerns, each with the strongest level of all they asked and follow; a topic they may not read concerns nobody."""
    levels = {row["id"]: WATCHING for row in await fetch_all(_REQUESTERS, article["id"], article["cluster_id"])}
    for row in await fetch_all(_TOPICS, article["cluster_id"]):
        for one in await keep_readers(await list_listeners(row["id"], since=now()), row["id"], None):
            if one.level not in (MUTED, NORMAL):
                levels[one.person_id] = _stronger(levels.get(one.person_id, TRACKING), one.level)
    return levels


def _stronger(*levels: str) -> str:
    return WATCHING if WATCHING in levels else TRACKING


async def list_untold_publications(since: datetime, until: datetime, limit: int) -> list[UUID]:
    """Those a lost message left untold."""
    rows = await fetch_all(
        f"{_PUBLISHED} and ar.published_at > $1 and ar.published_at < $2"
        " and not exists (select from notice_round r where r.thing = 'article:' || ar.id || ':published')"
        " order by ar.published_at limit $3",
        since,
        until,
        limit,
    )
    return [row["id"] for row in rows]
