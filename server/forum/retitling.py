"""Putting a question's title right."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from litestar import Request, Response, get, post, put
from litestar.response import Redirect

from kb.core.actor import Actor
from kb.core.errors import Invalid
from kb.core.permissions import Permission
from kb.core.saying import say
from kb.forum.queries import TopicHead, get_topic_page
from kb.forum.retitling import retitle_topic
from server.errors import STATUS
from server.forum.forms import read_text_fields
from server.pages import Page, flash, render
from server.security.guards import requires

WRITE = [requires(Permission.POST_WRITE)]
Asked = Request[Any, Any, Any]


@dataclass(frozen=True, slots=True)
class RetitlePage(Page):
    """A topic's title and why it is changed, as typed so far."""

    topic: TopicHead
    typed: str
    reason: str = ""
    errors: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class TitleIn:
    """Another title; the reason stands in the history."""

    title: str
    reason: str = ""


@dataclass(frozen=True, slots=True)
class TitleOut:
    """The title there is now, and the topic's address."""

    title: str
    url: str


@get("/t/{number:int}/title/edit", guards=WRITE)
async def edit_title(request: Asked, actor: Actor, number: int) -> Response[Any]:
    """The form."""
    topic = (await get_topic_page(actor, number)).topic
    return render(request, "forum/retitle.html", RetitlePage(say("Title"), topic, topic.title))


@post("/t/{number:int}/title", guards=WRITE)
async def update_title(request: Asked, actor: Actor, number: int) -> Response[Any]:
    """Store it; a refusal shows the form again with what was typed."""
    sent = await read_text_fields(request)
    topic = (await get_topic_page(actor, number)).topic
    typed, reason = sent.get("title", ""), sent.get("reason", "")
    try:
        await retitle_topic(actor, topic.id, typed, reason=reason)
    except Invalid as refusal:
        page = RetitlePage(say("Title"), topic, typed, reason, refusal.fields)
        return render(request, "forum/retitle.html", page, status=STATUS[Invalid])
    path = (await get_topic_page(actor, number)).topic.path
    return flash(Redirect(path, status_code=303), "good", say("The title is changed."))


@put("/api/v1/topics/{number:int}/title", guards=WRITE)
async def api_retitle_topic(request: Asked, actor: Actor, number: int, data: TitleIn) -> TitleOut:
    """Put a topic's title right."""
    topic = (await get_topic_page(actor, number)).topic
    await retitle_topic(actor, topic.id, data.title, reason=data.reason)
    topic = (await get_topic_page(actor, number)).topic
    base: str = request.app.state.services.settings.base_url
    return TitleOut(topic.title, base + topic.path)
