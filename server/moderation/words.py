"""Watched words: the list, adding many, removing, and trying a text. As pages and for programs."""

from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from litestar import Request, Response, delete, get, post
from litestar.response import Redirect

from kb.core.actor import Actor
from kb.core.errors import Invalid
from kb.core.permissions import Permission
from kb.core.saying import say, say_many
from kb.screening.watched_words import (
    WatchedWord,
    list_removed,
    list_watched,
    try_text,
    unwatch_word,
    watch_words,
)
from server.forum.forms import read_text_fields
from server.lists import CursorIn, Items, LimitIn, listed
from server.moderation.pages import WordsPage
from server.pages import flash, render
from server.security.guards import CHANGES_NO_PAGE, requires

MANAGE = [requires(Permission.WATCHED_WORD_MANAGE)]
Asked = Request[Any, Any, Any]
BACK = "/moderation/words"


@get("/moderation/words", guards=MANAGE)
async def show_words(request: Asked, actor: Actor) -> Response[Any]:
    """All that are watched, and the forms to add some and to try a text."""
    return render(request, "moderation/words.html", await _page(actor))


@post("/moderation/words", guards=MANAGE)
async def add_words(request: Asked, actor: Actor) -> Response[Any]:
    """One a line; a refusal names the line, and all that was typed stays."""
    sent = await read_text_fields(request)
    words, action = sent.get("words", ""), sent.get("action", "")
    try:
        changed = await watch_words(actor, words, action)
    except Invalid as refusal:
        page = replace(await _page(actor), words=words, action=action, errors=refusal.fields)
        return render(request, "moderation/words.html", page, status=422)
    said = say_many("{n} word is watched now.", "{n} words are watched now.", changed)
    return flash(Redirect(BACK, status_code=303), "good", said)


@post("/moderation/words/{word_id:uuid}/removal", guards=MANAGE)
async def remove_word(actor: Actor, word_id: UUID) -> Response[Any]:
    """Watched no more; it stays among those that can be put back."""
    await unwatch_word(actor, word_id)
    return flash(Redirect(BACK, status_code=303), "info", say("It is watched no more. It can be put back below."))


@post("/moderation/words/trial", guards=MANAGE, opt=CHANGES_NO_PAGE, status_code=200)
async def try_words(request: Asked, actor: Actor) -> Response[Any]:
    """What would be found in a text, which is kept nowhere."""
    text = (await read_text_fields(request)).get("text", "")
    page = replace(await _page(actor), text=text, found=await try_text(actor, text))
    return render(request, "moderation/words.html", page)


async def _page(actor: Actor) -> WordsPage:
    return WordsPage(say("Watched words"), await list_watched(actor), await list_removed(actor))


@dataclass(frozen=True, slots=True)
class WordsIn:
    """Words or phrases, `*` at the end of one for a beginning; block, hold or flag."""

    words: list[str]
    action: str


@dataclass(frozen=True, slots=True)
class WordsWatched:
    """How many are new or have another action now."""

    changed: int


@dataclass(frozen=True, slots=True)
class TrialIn:
    """A text to try."""

    text: str


@get("/api/v1/watched-words", guards=MANAGE)
async def api_list_watched(
    actor: Actor, removed: bool = False, cursor: CursorIn = "", limit: LimitIn = 50
) -> Items[WatchedWord]:
    """The words that are watched; with `removed` those removed last, which can be added again."""
    found = await (list_removed(actor) if removed else list_watched(actor))
    return listed(found, lambda one: str(one.id), cursor=cursor, limit=limit)


@post("/api/v1/watched-words", guards=MANAGE)
async def api_watch_words(actor: Actor, data: WordsIn) -> WordsWatched:
    """Watch some; all of them or, where one cannot be, none."""
    return WordsWatched(await watch_words(actor, "\n".join(data.words), data.action))


@delete("/api/v1/watched-words/{word_id:uuid}", guards=MANAGE)
async def api_unwatch_word(actor: Actor, word_id: UUID) -> None:
    """Watch it no more."""
    await unwatch_word(actor, word_id)


@post("/api/v1/watched-words/trial", guards=MANAGE, opt=CHANGES_NO_PAGE, status_code=200)
async def api_try_text(actor: Actor, data: TrialIn) -> dict[str, list[WatchedWord]]:
    """Which words would be found in a text, the strictest first; it is kept nowhere."""
    return {"words": await try_text(actor, data.text)}
