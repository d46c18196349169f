"""The article that answers what a topic or ticket asks, for programs."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from litestar import get

from kb.answers.known_as import KnownArticle, find_article_for
from kb.core.actor import Actor
from kb.core.permissions import Permission
from kb.forum.access import access_topic_number
from kb.tickets.access import find_ticket_id
from server.security.guards import requires
from server.wiring import Services


@dataclass(frozen=True, slots=True)
class KnownArticleOut:
    """A published article; `url` is absolute."""

    number: int
    title: str
    url: str
    published_at: datetime


@dataclass(frozen=True, slots=True)
class KnownOut:
    """`article` is null while nothing is published that the caller may read."""

    article: KnownArticleOut | None


@get("/api/v1/topics/{number:int}/article", guards=[requires(Permission.TOPIC_READ)])
async def api_find_article_of_topic(actor: Actor, services: Services, number: int) -> KnownOut:
    """What answers the topic's question in the knowledge base."""
    topic = await access_topic_number(actor, number)
    return _out(await find_article_for(actor, "topic", topic.id), services)


@get("/api/v1/tickets/{number:int}/article", guards=[requires(Permission.TICKET_ANSWER)])
async def api_find_article_of_ticket(actor: Actor, services: Services, number: int) -> KnownOut:
    """What answers the ticket's question in the knowledge base, for whoever answers the ticket."""
    return _out(await find_article_for(actor, "ticket", await find_ticket_id(actor, number)), services)


def _out(found: KnownArticle | None, services: Services) -> KnownOut:
    if found is None:
        return KnownOut(None)
    url = f"{services.settings.base_url}{found.path}"
    return KnownOut(KnownArticleOut(found.number, found.title, url, found.published_at))


ROUTES: list[Any] = [api_find_article_of_topic, api_find_article_of_ticket]
