"""Putting an article into a category, and its order there. An article's own address holds no category, so it never changes by this."""

from uuid import UUID

from kb.answers.access import access_article
from kb.articles.categories import find_category
from kb.core.actor import Actor
from kb.core.database import execute, fetch_all, fetch_value
from kb.core.errors import Invalid, KbError
from kb.core.permissions import Permission
from kb.core.saying import say
from kb.core.unit_of_work import unit_of_work


async def place_in_category(actor: Actor, article_id: UUID, slug: str) -> None:
    """The last of the category; "" takes it out of any. Who may read the article does not change."""
    actor.require(Permission.ARTICLE_PUBLISH)
    async with unit_of_work(actor) as unit:
        article = await access_article(actor, (await access_article(actor, article_id)).family_id)
        category_id = await _find(actor, slug)
        before = await fetch_value("select category_id from article_in_category where article_id = $1", article.id)
        if before == category_id:
            return
        await execute("delete from article_in_category where article_id = $1", article.id)
        if category_id:
            await execute(
                "insert into article_in_category (article_id, category_id, position)"
                " select $1, $2, coalesce(max(position), 0) + 1 from article_in_category where category_id = $2",
                article.id,
                category_id,
            )
        unit.audit("article.categorise", "article", article.id, before=before, after=category_id)


async def move_article(actor: Actor, article_id: UUID, *, up: bool) -> None:
    """Past its neighbour in the category; at the end, or in no category, nothing moves."""
    actor.require(Permission.ARTICLE_PUBLISH)
    async with unit_of_work(actor) as unit:
        article = await access_article(actor, (await access_article(actor, article_id)).family_id)
        rows = await fetch_all(
            "select article_id as id from article_in_category ic join article ar on ar.id = ic.article_id"
            " where ic.category_id = (select category_id from article_in_category where article_id = $1)"
            " order by ic.position, ar.number for update of ic",
            article.id,
        )
        ids = [row["id"] for row in rows]
        at = ids.index(article.id) if article.id in ids else 0
        to = at - 1 if up else at + 1
        if not ids or not 0 <= to < len(ids):
            return
        ids[at], ids[to] = ids[to], ids[at]
        await execute(
            "update article_in_category ic set position = o.at from unnest($1::uuid[]) with ordinality as o (id, at)"
            " where ic.article_id = o.id",
            ids,
        )
        unit.audit("article.move", "article", article.id, to=to + 1)


async def _find(actor: Actor, slug: str) -> UUID | None:
    if not slug:
        return None
    try:
        return (await find_category(actor, slug)).id
    except KbError:
        raise Invalid(say("The category is unknown."), {"category": say("Choose one of the list.")}) from None
