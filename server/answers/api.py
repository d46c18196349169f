"""The knowledge base and the ledger for programs: /api/v1."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from litestar import Request, get, post

from kb.answers.access import tell_gone
from kb.answers.article_lists import ArticleLine, list_articles
from kb.answers.queries import UseCounts, count_uses, get_article
from kb.answers.reusing import record_insertion, record_use
from kb.core.actor import Actor
from kb.core.cursors import read_cursor, write_cursor
from kb.core.errors import NotFound
from kb.core.permissions import Permission
from kb.core.saying import say
from server.answers.using import take_turn
from server.lists import CursorIn, Items, LimitIn, check_limit, items_of
from server.security.guards import requires
from server.wiring import Services

READ = [requires(Permission.ARTICLE_READ)]


@dataclass(frozen=True, slots=True)
class ArticleOut:
    """A published article in a list; `url` is absolute."""

    id: UUID
    number: int
    title: str
    excerpt: str
    section: str
    url: str
    people_helped: int
    published_at: datetime | None
    verified_at: datetime | None
    verified_for: str | None
    language: str


@dataclass(frozen=True, slots=True)
class WholeArticleOut:
    """An article with its safe HTML. `answer_id` is what uses are recorded for."""

    id: UUID
    number: int
    title: str
    html: str
    section: str
    url: str
    answer_id: UUID | None
    revision: int | None
    people_helped: int
    published_at: datetime | None
    verified_at: datetime | None
    verified_for: str | None
    language: str


@dataclass(frozen=True, slots=True)
class UseIn:
    """What happened to an answer, and where. `received_by` is the customer whom an agent's insertion reached."""

    kind: str
    surface: str = "api"
    page_url: str | None = None
    received_by: UUID | None = None


@dataclass(frozen=True, slots=True)
class UseOut:
    """The row of the ledger."""

    id: UUID


@get("/api/v1/articles", guards=READ)
async def api_list_articles(
    actor: Actor,
    services: Services,
    q: str = "",
    section: str | None = None,
    cursor: CursorIn = "",
    limit: LimitIn = 20,
) -> Items[ArticleOut]:
    """Published articles, newest first; `q` are words to find, `section` a space's slug. Each once, in the language the caller reads
    (`Accept-Language`) where it was translated to that."""
    found = await list_articles(actor, query=q, section=section, after=read_cursor(cursor), limit=check_limit(limit))
    base = services.settings.base_url
    return items_of(found.articles, write_cursor(found.next) if found.next else None, lambda line: _line(line, base))


@get("/api/v1/articles/{number:int}", guards=READ)
async def api_get_article(actor: Actor, services: Services, number: int) -> WholeArticleOut:
    """One published article."""
    article = await get_article(actor, number)
    if article.state != "published":
        await tell_gone(number)
        raise NotFound(say("There is no such article, or it is not yours to read."))
    return WholeArticleOut(
        article.id,
        article.number,
        article.title,
        article.body_html,
        article.space_slug or "",
        f"{services.settings.base_url}{article.path}",
        article.answer_id,
        article.published_revision,
        article.people_helped,
        article.published_at,
        article.verified_at,
        article.verified_for,
        article.language,
    )


@post("/api/v1/answers/{answer_id:uuid}/uses", guards=READ)
async def api_record_use(
    request: Request[Any, Any, Any], actor: Actor, services: Services, answer_id: UUID, data: UseIn
) -> UseOut:
    """A row of the ledger: shown, opened, inserted, said_solved, reopened or re_asked."""
    visitor = await take_turn(request, actor, services)
    if data.received_by is not None and data.kind == "inserted":
        return UseOut(
            await record_insertion(actor, answer_id=answer_id, received_by=data.received_by, surface=data.surface)  # type: ignore[arg-type]
        )
    use_id = await record_use(
        actor,
        answer_id=answer_id,
        kind=data.kind,  # type: ignore[arg-type]  # kb refuses words it does not know
        surface=data.surface,  # type: ignore[arg-type]
        visitor=visitor,
        page_url=data.page_url,
    )
    return UseOut(use_id)


@get("/api/v1/answers/{answer_id:uuid}/uses", guards=[requires(Permission.CLUSTER_READ)])
async def api_count_uses(actor: Actor, answer_id: UUID) -> UseCounts:
    """What the ledger holds about an answer, over all its revisions."""
    return await count_uses(actor, answer_id)


def _line(line: ArticleLine, base: str) -> ArticleOut:
    return ArticleOut(
        line.id,
        line.number,
        line.title,
        line.excerpt,
        line.space_slug or "",
        f"{base}{line.path}",
        line.people_helped,
        line.published_at,
        line.verified_at,
        line.verified_for,
        line.language,
    )
