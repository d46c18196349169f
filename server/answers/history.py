"""An article's history: one revision, and any two beside each other."""

from typing import Any

from litestar import Request, Response, get

from kb.answers.comparing import compare_revisions
from kb.answers.queries import get_article, get_revision, list_revisions
from kb.core.actor import Actor
from kb.core.permissions import Permission
from kb.core.saying import say
from server.answers.pages import ComparePage, RevisionPage
from server.pages import render
from server.security.guards import requires

DRAFT = [requires(Permission.ARTICLE_DRAFT)]


@get("/kb/{number:int}/revisions/{revision:int}", guards=DRAFT)
async def show_revision(request: Request[Any, Any, Any], actor: Actor, number: int, revision: int) -> Response[Any]:
    """One revision, and what it changed."""
    article = await get_article(actor, number)
    view = await get_revision(actor, article.id, revision)
    page = RevisionPage(say("Revision {number}: {title}", number=revision, title=view.line.title), article, view)
    return render(request, "answers/revision.html", page)


@get("/kb/{number:int}/comparison", guards=DRAFT)
async def show_comparison(
    request: Request[Any, Any, Any], actor: Actor, number: int, old: int = 0, new: int = 0
) -> Response[Any]:
    """Two revisions; without a choice the one readers see, or the one before, beside the newest."""
    article = await get_article(actor, number)
    newer = new or article.revision
    older = old or (article.published_revision if article.has_unpublished_changes else 0) or max(newer - 1, 1)
    compared = await compare_revisions(actor, article.id, older, newer)
    title = say("Compare revisions: {title}", title=article.title)
    page = ComparePage(title, article, compared, await list_revisions(actor, article.id))
    return render(request, "answers/compare.html", page)
