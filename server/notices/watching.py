"""How much one wants to hear of a topic or space: a menu on its page, which is a page of its own without JavaScript."""

from typing import Any

from litestar import Request, Response, get, post
from litestar.response import Redirect

from kb.core.actor import Actor
from kb.core.permissions import Permission
from kb.core.saying import say
from kb.forum.addresses import space_path, tag_path
from kb.notices.seeing import mark_topic_seen
from kb.notices.watching import (
    get_space_watch,
    get_tag_watch,
    get_topic_watch,
    watch_space,
    watch_tag,
    watch_topic,
)
from server.notices.pages import WatchPage
from server.pages import flash, render
from server.security.guards import requires

READ = [requires(Permission.NOTICE_READ)]


@get("/t/{number:int}/watch", guards=READ)
async def show_topic_watch(request: Request[Any, Any, Any], actor: Actor, number: int) -> Response[Any]:
    """The level that holds, and the others. The topic's page asks for it, so whoever asks has opened the topic."""
    state = await get_topic_watch(actor, number)
    await mark_topic_seen(actor, state.target_id)
    return _answer(request, _topic_page(number, state.level))


@post("/t/{number:int}/watch", guards=READ)
async def choose_topic_watch(request: Request[Any, Any, Any], actor: Actor, number: int) -> Response[Any]:
    """Choose."""
    state = await watch_topic(actor, number, await _read_level(request))
    return _answer(request, _topic_page(number, state.level), chosen=True)


@get("/s/{slug:str}/watch", guards=READ)
async def show_space_watch(request: Request[Any, Any, Any], actor: Actor, slug: str) -> Response[Any]:
    """The same for a space."""
    state = await get_space_watch(actor, slug)
    return _answer(request, _space_page(slug, state.level))


@post("/s/{slug:str}/watch", guards=READ)
async def choose_space_watch(request: Request[Any, Any, Any], actor: Actor, slug: str) -> Response[Any]:
    """Choose."""
    state = await watch_space(actor, slug, await _read_level(request))
    return _answer(request, _space_page(slug, state.level), chosen=True)


@get("/tags/{slug:str}/watch", guards=READ)
async def show_tag_watch(request: Request[Any, Any, Any], actor: Actor, slug: str) -> Response[Any]:
    """The same for a tag."""
    state = await get_tag_watch(actor, slug)
    return _answer(request, _tag_page(slug, state.level))


@post("/tags/{slug:str}/watch", guards=READ)
async def choose_tag_watch(request: Request[Any, Any, Any], actor: Actor, slug: str) -> Response[Any]:
    """Choose."""
    state = await watch_tag(actor, slug, await _read_level(request))
    return _answer(request, _tag_page(slug, state.level), chosen=True)


def _topic_page(number: int, level: str) -> WatchPage:
    return WatchPage(say("How much to hear"), say("this topic"), f"/t/{number}/watch", f"/t/{number}", level)


def _space_page(slug: str, level: str) -> WatchPage:
    return WatchPage(
        say("How much to hear"), say("this space"), f"{space_path(slug)}/watch", space_path(slug), level, is_space=True
    )


def _tag_page(slug: str, level: str) -> WatchPage:
    back = tag_path(slug)
    return WatchPage(say("How much to hear"), say("this tag"), f"{back}/watch", back, level, is_space=True)


def _answer(request: Request[Any, Any, Any], page: WatchPage, *, chosen: bool = False) -> Response[Any]:
    """The menu for htmx; otherwise a page, or back to where the choice was made."""
    if "hx-request" in request.headers:
        return render(request, "notices/_watch_menu.html", page)
    if chosen:
        return flash(
            Redirect(page.back, status_code=303),
            "good",
            say("{level}: {meaning}", level=page.level_name, meaning=_meaning(page)),
        )
    return render(request, "notices/watch.html", page)


def _meaning(page: WatchPage) -> str:
    return next(meaning for value, _, meaning in page.levels if value == page.level)


async def _read_level(request: Request[Any, Any, Any]) -> str:
    return str((await request.form()).get("level", ""))
