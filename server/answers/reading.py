"""The knowledge base for its readers."""

from typing import Any
from urllib.parse import quote, urlencode

from litestar import Request, Response, get
from litestar.response import Redirect

from kb.answers.addresses import article_card_path
from kb.answers.contents import add_anchors
from kb.answers.queries import ArticleView, count_uses, get_article, list_articles, list_revisions
from kb.answers.ranking import list_answers_of_cluster
from kb.answers.reusing import record_use
from kb.answers.rules import SURFACES, Surface
from kb.answers.scheduling import find_last_zone, list_scheduled
from kb.answers.translating import list_translations
from kb.answers.verifying import list_releases
from kb.articles.judging import list_feedback
from kb.articles.relating import get_surroundings
from kb.articles.shelves import list_shelves
from kb.core.actor import Actor
from kb.core.cursors import read_cursor, write_cursor
from kb.core.permissions import Permission
from kb.core.saying import say
from kb.text.excerpts import excerpt
from server.answers.pages import ArticlePage, FoundPage, HomePage
from server.pages import render
from server.security.guards import requires
from server.security.visitors import hash_visitor
from server.structured import describe_article
from server.wiring import Services

READ = [requires(Permission.ARTICLE_READ)]

ABOUT = say("Answers that were used again and stayed true, checked by the people who support the product.")

OTHERS = 4
"""Other answers of the cluster shown beside an article."""


@get("/kb", guards=READ)
async def show_home(
    request: Request[Any, Any, Any], actor: Actor, q: str = "", section: str | None = None, past: str = ""
) -> Response[Any]:
    """Home; with words or a section, what is found."""
    if q.strip() or section is not None:
        return await _show_found(request, actor, q, section, past)
    shelves, newest = await list_shelves(actor), await list_articles(actor)
    page = HomePage(say("Knowledge base"), shelves, newest.articles[:6], canonical="/kb", description=ABOUT)
    return render(request, "answers/home.html", page)


@get("/articles", guards=READ)
async def lead_home() -> Redirect:
    """Where people look for it who know other knowledge bases."""
    return Redirect("/kb", status_code=301)


@get("/kb/{number:int}", guards=READ)
async def find_article(actor: Actor, number: int) -> Response[Any]:
    """The number alone finds it."""
    article = await get_article(actor, number)
    return Redirect(article.path, status_code=301)


@get("/kb/{number:int}/{slug:str}", guards=READ)
async def show_article(
    request: Request[Any, Any, Any], actor: Actor, services: Services, number: int, slug: str, via: str = ""
) -> Response[Any]:
    """The article. `via` names the surface that led here, so that the ledger knows; an old slug leads to the present one."""
    visitor = hash_visitor(request, services)
    article = await get_article(actor, number, visitor=visitor)
    if quote(slug) != quote(article.slug):
        return Redirect(f"{article.path}?via={quote(via)}" if via else article.path, status_code=301)
    if "prefetch" not in request.headers.get("sec-purpose", ""):
        await _record_opening(actor, article, via, visitor)
    return render(request, "answers/article.html", await _article_page(actor, article, services.settings.base_url))


async def _article_page(actor: Actor, article: ArticleView, base_url: str) -> ArticlePage:
    html, headings = add_anchors(article.body_html)
    ranked = await list_answers_of_cluster(actor, article.cluster_id, OTHERS + 1) if article.cluster_id else []
    counts = await count_uses(actor, article.answer_id) if article.answer_id and actor.is_staff else None
    place, related, versions = await get_surroundings(actor, article.id)
    may_write = actor.may(Permission.ARTICLE_DRAFT)
    return ArticlePage(
        article.title,
        article,
        html,
        headings,
        next((answer for answer in ranked if answer.id == article.answer_id), None),
        [answer for answer in ranked if answer.id != article.answer_id][:OTHERS],
        place,
        counts,
        await list_revisions(actor, article.id) if may_write else (),
        await list_feedback(actor, article.id) if may_write else (),
        related,
        await list_scheduled(actor, article.id) if may_write else (),
        await find_last_zone(actor) if may_write else "",
        await list_releases() if may_write else (),
        versions,
        await list_translations(actor, article.id) if may_write else (),
        description=excerpt(article.body_html, 155),
        canonical=article.path,
        kind="article",
        card=article_card_path(article.number),
        structured="" if actor.is_signed_in else describe_article(article, article.body_html, base_url, place.above),
    )


async def _record_opening(actor: Actor, article: ArticleView, via: str, visitor: str) -> None:
    """People who are known, and strangers whom a suggestion of ours led here; crawlers follow no such links."""
    if article.answer_id is None or not (actor.is_signed_in or via in SURFACES):
        return
    surface: Surface = via if via in SURFACES else "article"  # type: ignore[assignment]
    await record_use(
        actor, answer_id=article.answer_id, kind="opened", surface=surface, visitor=visitor, page_url=article.path
    )


async def _show_found(
    request: Request[Any, Any, Any], actor: Actor, q: str, section: str | None, past: str
) -> Response[Any]:
    found = await list_articles(actor, query=q, section=section, after=read_cursor(past))
    kept = {key: value for key, value in (("q", q), ("section", section)) if value is not None}
    older = f"/kb?{urlencode({**kept, 'past': write_cursor(found.next)})}" if found.next else ""
    name = next((a.space_name for a in found.articles if a.space_name), "") or (
        "" if section else say("Everything else")
    )
    title = say("Articles about {words}", words=q.strip()) if q.strip() else name or say("Knowledge base")
    page = FoundPage(title, found.articles, q.strip(), section or "", name, older, not past)
    return render(request, "answers/found.html", page)
