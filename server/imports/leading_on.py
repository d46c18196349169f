"""Addresses of Discourse and Stack Exchange lead to where their things stand here.

Those that are also ours mean ours: `/t/57` is our topic 57 where there is one (see `reading.find_topic`).
"""

import re
from typing import Any

from litestar import get
from litestar.enums import ScopeType
from litestar.response import Redirect
from litestar.types import ASGIApp, Receive, Scope, Send

from kb.core.actor import Actor
from kb.core.permissions import Permission
from kb.imports.leading_on import (
    get_former_person,
    get_former_post,
    get_former_reply,
    get_former_space,
    get_former_tag,
    get_former_topic,
)
from server.security.guards import requires

READ = [requires(Permission.TOPIC_READ)]

_DISCOURSE_TOPIC = re.compile(r"/t/[^/]*[^/\d][^/]*/(\d{1,18})(?:/(\d{1,9}))?/?")


def know_former_topics(app: ASGIApp) -> ASGIApp:
    """The app, with `/t/<words>/57/3` asked as `/former/topics/57/3`: a router cannot tell words from our numbers in one place."""

    async def answer(scope: Scope, receive: Receive, send: Send) -> None:
        found = _DISCOURSE_TOPIC.fullmatch(scope["path"]) if scope["type"] == ScopeType.HTTP else None
        if found:
            path = f"/former/topics/{found[1]}/{int(found[2] or 1)}"
            scope = {**scope, "path": path, "raw_path": path.encode()}  # type: ignore[assignment]
        await app(scope, receive, send)

    return answer


@get("/former/topics/{topic:int}/{number:int}", guards=READ)
async def lead_to_topic(actor: Actor, topic: int, number: int) -> Redirect:
    """A Discourse topic, or a post of it by its turn."""
    return _moved(await get_former_reply(actor, topic, number))


@get("/p/{post:int}", guards=READ)
async def lead_to_post(actor: Actor, post: int) -> Redirect:
    """A Discourse post."""
    return _moved(await get_former_post(actor, "discourse", post))


@get("/c/{category:path}", guards=READ)
async def lead_to_space(actor: Actor, category: str) -> Redirect:
    """A Discourse category, with those above it and its number."""
    return _moved(await get_former_space(actor, category))


@get(["/tag/{name:str}", "/questions/tagged/{name:str}"], guards=READ)
async def lead_to_tag(actor: Actor, name: str) -> Redirect:
    """A tag of either."""
    return _moved(await get_former_tag(actor, name))


@get(["/u/{name:str}", "/u/{name:str}/{part:str}"], guards=READ)
async def lead_to_person(actor: Actor, name: str, part: str = "") -> Redirect:
    """A Discourse profile, whichever part of it; the short address of a profile here, too."""
    return _moved(await get_former_person(name))


@get(["/questions/{question:int}", "/questions/{question:int}/{slug:str}", "/q/{question:int}"], guards=READ)
async def lead_to_question(actor: Actor, question: int, slug: str = "") -> Redirect:
    """A question of Stack Exchange."""
    return _moved(await get_former_topic(actor, "stackexchange", question))


@get(["/a/{answer:int}", "/questions/{question:int}/{slug:str}/{answer:int}"], guards=READ)
async def lead_to_answer(actor: Actor, answer: int, question: int = 0, slug: str = "") -> Redirect:
    """An answer of Stack Exchange."""
    return _moved(await get_former_post(actor, "stackexchange", answer))


def _moved(path: str) -> Redirect:
    return Redirect(path, status_code=301)


FORMER_ROUTES: list[Any] = [
    lead_to_topic,
    lead_to_post,
    lead_to_space,
    lead_to_tag,
    lead_to_person,
    lead_to_question,
    lead_to_answer,
]
