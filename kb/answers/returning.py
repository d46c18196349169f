"""Handing a revision back to its author, with what is missing. What was approved for later is not published then."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from kb.answers.access import READABLE_ARTICLE, access_article, readers
from kb.answers.messages import ArticleReturned
from kb.answers.publishing import drop_plans
from kb.answers.rules import REASON_MAX, clean_body, state_after
from kb.core.actor import Actor
from kb.core.database import execute, fetch_all
from kb.core.errors import Conflict, Invalid
from kb.core.ids import new_id
from kb.core.permissions import Permission
from kb.core.saying import say
from kb.core.unit_of_work import unit_of_work


@dataclass(frozen=True, slots=True)
class Returned:
    """A revision handed back: by whom, when and why."""

    revision: int
    reason: str
    by: str
    at: datetime


async def return_article(actor: Actor, article_id: UUID, *, revision: int, reason: str) -> None:
    """Hand the newest revision back to be written on; its author is told why.

    Raises `Conflict` where a newer revision was saved meanwhile, or readers see this one already.
    """
    actor.require(Permission.ARTICLE_PUBLISH)
    reason = clean_body(reason)
    if not 1 <= len(reason) <= REASON_MAX:
        raise Invalid(
            say("Say what is missing."), {"reason": say("1 to {most} characters, for the author.", most=REASON_MAX)}
        )
    async with unit_of_work(actor) as unit:
        article = await access_article(actor, article_id)
        state = state_after(article.state, "return")
        if revision != article.revision:
            raise Conflict(say("A newer revision was saved since you looked. Look at its changes first."))
        if revision == article.published_revision:
            raise Conflict(say("Readers see this revision already. Write the next one instead."))
        return_id = new_id()
        await execute(
            "insert into article_return (id, article_id, revision, reason, returned_by, created_at) values ($1, $2, $3, $4, $5, $6)",
            return_id,
            article.id,
            revision,
            reason,
            actor.person_id,
            unit.now,
        )
        await execute("update article set state = $2, updated_at = $3 where id = $1", article.id, state, unit.now)
        await drop_plans(unit, article.id, because="returned", up_to=revision)
        unit.audit("article.return", "article", article.id, revision=revision, reason=reason)
        unit.emit(ArticleReturned(return_id))


async def list_returns(actor: Actor, article_id: UUID) -> list[Returned]:
    """Every time a revision of it was handed back, the latest first."""
    actor.require(Permission.ARTICLE_DRAFT)
    rows = await fetch_all(
        "select t.revision, t.reason, coalesce(p.name, '') as by, t.created_at as at from article_return t"
        " join article ar on ar.id = t.article_id left join person p on p.id = t.returned_by"
        f" where {READABLE_ARTICLE} and ar.id = $3 order by t.created_at desc, t.id desc limit 50",
        *readers(actor),
        article_id,
    )
    return [Returned(**row) for row in rows]
