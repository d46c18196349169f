"""Telling those who write articles what became of what they handed in."""

from datetime import datetime
from uuid import UUID

from kb.core.database import fetch_all, fetch_one
from kb.core.errors import NotFound
from kb.core.saying import say
from kb.notices.giving import Hearer, Thing, give_notices
from kb.notices.rules import ARTICLE, WATCHING


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
