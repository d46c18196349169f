"""Splitting and merging topics, as pages and for programs, and taking either back."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.response import Redirect

from kb.core.actor import Actor
from kb.core.errors import Conflict, Invalid, NotFound
from kb.core.permissions import Permission
from kb.core.saying import say
from kb.forum.access import access_topic, access_topic_number
from kb.forum.combining import merge_topic
from kb.forum.queries import PostView, TopicPage, get_topic_page
from kb.forum.splitting import split_topic
from kb.forum.taking_back import take_back_change
from kb.text.excerpts import excerpt
from server.errors import STATUS
from server.forum.api import Created
from server.forum.finding_topics import TYPED_MAX, Candidate, access_named, find_topics
from server.forum.forms import find_id, read_text_fields
from server.pages import Page, flash, render
from server.security.guards import requires
from server.wiring import Services

ARRANGE = [requires(Permission.TOPIC_ARRANGE)]
Asked = Request[Any, Any, Any]
SHOWN = 200
"""Characters of a reply beside its box: enough to know it again."""


@dataclass(frozen=True, slots=True)
class SplitPage(Page):
    """One page of replies to choose from, and the new topic's title as typed. `chosen` are ids as text."""

    thread: TopicPage
    new_title: str = ""
    chosen: frozenset[str] = frozenset()
    errors: Mapping[str, str] = field(default_factory=dict)

    @property
    def replies(self) -> list[PostView]:
        """In the order they stand, accepted ones among them."""
        return sorted([*self.thread.accepted, *self.thread.replies], key=lambda post: post.position)

    def opening(self, reply: PostView) -> str:
        """How the reply begins."""
        return excerpt(reply.html, SHOWN)


@dataclass(frozen=True, slots=True)
class MergePage(Page):
    """The search for the topic that this one goes into. `into` is the number chosen, as text."""

    number: int
    topic_title: str
    back: str
    q: str
    found: list[Candidate]
    into: str = ""
    errors: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SplitIn:
    """The replies that become a topic, and its title."""

    title: str
    posts: list[UUID]


@dataclass(frozen=True, slots=True)
class MergeIn:
    """The number of the topic that this one goes into."""

    into: int


@get("/t/{number:int}/split", guards=ARRANGE)
async def split_form(request: Asked, actor: Actor, number: int, after: int = 0) -> Response[Any]:
    """Replies to choose from."""
    thread = await get_topic_page(actor, number, after=after)
    return render(request, "forum/split_topic.html", SplitPage(say("Split the topic"), thread))


@post("/t/{number:int}/split", guards=ARRANGE)
async def split(request: Asked, actor: Actor, number: int, after: int = 0) -> Response[Any]:
    """Make a topic of those chosen; a refusal shows the form again as it was."""
    thread = await get_topic_page(actor, number, after=after)
    form = await request.form()
    title = str(form.get("title", ""))
    chosen = [str(one) for one in form.getall("post", [])]
    try:
        made = await split_topic(
            actor, thread.topic.id, [one for text in chosen if (one := find_id(text))], title=title
        )
    except Invalid as refusal:
        page = SplitPage(say("Split the topic"), thread, title, frozenset(chosen), refusal.fields)
        return render(request, "forum/split_topic.html", page, status=STATUS[Invalid])
    return flash(
        Redirect(made.path, status_code=303),
        "good",
        say("A topic of its own. It can be taken back where it came from."),
    )


@get("/t/{number:int}/merge", guards=ARRANGE)
async def merge_form(request: Asked, actor: Actor, services: Services, number: int, q: str = "") -> Response[Any]:
    """Search the topic that this one goes into; unasked, with this one's title."""
    return render(request, "forum/merge_topic.html", await _merge_page(actor, services, number, q[:TYPED_MAX]))


@post("/t/{number:int}/merge", guards=ARRANGE)
async def merge(request: Asked, actor: Actor, services: Services, number: int) -> Response[Any]:
    """Merge; a refusal shows the search again."""
    topic = await access_topic_number(actor, number)
    sent = await read_text_fields(request)
    try:
        target = await access_named(actor, sent.get("into", ""), field="into")
        await merge_topic(actor, topic.id, into=target.id)
    except (Invalid, Conflict) as refusal:
        errors = refusal.fields or {"into": refusal.message}
        page = await _merge_page(actor, services, number, sent.get("q", "")[:TYPED_MAX], sent.get("into", ""), errors)
        return render(request, "forum/merge_topic.html", page, status=STATUS[type(refusal)])
    return flash(
        Redirect(target.path, status_code=303),
        "good",
        say("Merged: the old address leads here. It can be taken back below."),
    )


@post("/topic-changes/{change_id:uuid}/removal", guards=ARRANGE)
async def take_back(request: Asked, actor: Actor, change_id: UUID) -> Response[Any]:
    """Take a split or merge back."""
    back = (await read_text_fields(request)).get("back", "")
    try:
        topic = await access_topic(actor, await take_back_change(actor, change_id))
    except (Conflict, NotFound) as refusal:
        here = back if back.startswith("/t/") else "/"
        return flash(Redirect(here, status_code=303), "bad", refusal.message)
    return flash(Redirect(topic.path, status_code=303), "good", say("Taken back: every post stands where it stood."))


@post("/api/v1/topics/{number:int}/split", guards=ARRANGE)
async def api_split_topic(request: Asked, actor: Actor, number: int, data: SplitIn) -> Created:
    """Make a topic of some of its replies."""
    topic = await access_topic_number(actor, number)
    made = await split_topic(actor, topic.id, data.posts, title=data.title)
    base: str = request.app.state.services.settings.base_url
    return Created(made.id, made.number, base + made.path)


@post("/api/v1/topics/{number:int}/merge", guards=ARRANGE)
async def api_merge_topic(request: Asked, actor: Actor, number: int, data: MergeIn) -> Created:
    """Put all its posts into another topic, in the order of their time; returns that one."""
    topic = await access_topic_number(actor, number)
    target = await access_named(actor, str(data.into), field="into")
    await merge_topic(actor, topic.id, into=target.id)
    base: str = request.app.state.services.settings.base_url
    return Created(target.id, target.number, base + target.path)


@post("/api/v1/topic-changes/{change_id:uuid}/undoing", guards=ARRANGE, status_code=200)
async def api_take_back_change(actor: Actor, change_id: UUID) -> dict[str, int]:
    """Take a split or merge back, by the id that its line in the topic names; returns the topic's number."""
    topic = await access_topic(actor, await take_back_change(actor, change_id))
    return {"number": topic.number}


async def _merge_page(
    actor: Actor, services: Services, number: int, q: str, into: str = "", errors: Mapping[str, str] | None = None
) -> MergePage:
    topic = (await get_topic_page(actor, number)).topic
    text = q.strip() or topic.title
    found = await find_topics(actor, services, text, but=number)
    return MergePage(say("Merge the topic"), number, topic.title, topic.path, text, found, into, errors or {})
