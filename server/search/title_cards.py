"""Pictures that stand for pages where they are linked. Nobody is known here, so they are of what everybody may read."""

import asyncio
import json
from functools import lru_cache
from typing import Any

from litestar import Request, Response, get

from kb.answers.queries import get_article
from kb.core.actor import ANONYMOUS
from kb.core.errors import NotFound, Unavailable
from kb.core.saying import say
from kb.files.title_cards import CardPress, TitleCard
from kb.forum.topic_card import find_topic_card
from kb.ports.file_store import FileStore
from server.security.guards import PUBLIC
from server.templating import FRONTEND, MANIFEST
from server.wiring import Services

Asked = Request[Any, Any, Any]

KEPT = "public, max-age=600"
"""Seconds: people join and answers are accepted, and what is hidden must not stand in caches for long."""

NO_CARD = say("There is no such picture.")


@get("/cards/site.png", opt=PUBLIC)
async def show_site_card(request: Asked, services: Services) -> Response[Any]:
    """Of pages that are about everything."""
    return await _served(
        request, services, TitleCard(say("Ask, find the answer others found, and be told when it is fixed."))
    )


@get("/cards/topics/{name:str}", opt=PUBLIC)
async def show_topic_card(request: Asked, services: Services, name: str) -> Response[Any]:
    """Of a topic, `57.png`."""
    card = await find_topic_card(_number(name))
    if card is None:
        raise NotFound(NO_CARD)
    return await _served(request, services, card)


@get("/cards/articles/{name:str}", opt=PUBLIC)
async def show_article_card(request: Asked, services: Services, name: str) -> Response[Any]:
    """Of an article that everybody may read, `57.png`."""
    article = await get_article(ANONYMOUS, _number(name))
    card = TitleCard(article.title, article.space_name or say("Knowledge base"))
    return await _served(request, services, card)


def _number(name: str) -> int:
    digits = name.removesuffix(".png")
    if digits == name or not (digits.isascii() and digits.isdecimal()) or len(digits) > 18:
        raise NotFound(NO_CARD)
    return int(digits)


async def _served(request: Asked, services: Services, card: TitleCard) -> Response[Any]:
    tag = f'"{card.mark}"'
    headers = {"ETag": tag, "Cache-Control": KEPT, "X-Content-Type-Options": "nosniff"}
    if request.headers.get("if-none-match", "").removeprefix("W/") == tag:
        return Response(b"", status_code=304, headers=headers, media_type="image/png")
    return Response(await _find_or_draw(services.files, card), headers=headers, media_type="image/png")


async def _find_or_draw(store: FileStore, card: TitleCard) -> bytes:
    """Drawn once for each content; a store that is down costs the drawing, not the picture."""
    key = f"cards/{card.mark}"
    try:
        if kept := await store.get(key):
            return kept
    except Unavailable:
        return await asyncio.to_thread(_press().draw, card)
    drawn = await asyncio.to_thread(_press().draw, card)
    try:
        await store.put(key, drawn)
    except Unavailable:
        return drawn
    return drawn


@lru_cache
def _press() -> CardPress:
    names: dict[str, str] = json.loads(MANIFEST.read_text())
    dist = FRONTEND / "dist"
    return CardPress(dist / names["inter-latin-wght-normal.woff2"], dist / "card-fonts")
