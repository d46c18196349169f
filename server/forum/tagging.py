"""Tags as pages: all of them, one with its topics, and what moderators may do to them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.response import Redirect

from kb.core.actor import Actor
from kb.core.errors import Conflict, Invalid
from kb.core.permissions import Permission
from kb.core.saying import say
from kb.forum.addresses import tag_feed_path, tag_path
from kb.forum.arranging_tags import add_synonym, describe_tag, merge_tags, undo_tag_merge
from kb.forum.queries import get_topic_page
from kb.forum.tagging import tag_topic
from kb.forum.tags import Tag, TagMerge, get_tag, list_tag_merges, list_tags
from kb.forum.topic_lists import TopicFilter, TopicRow, list_topics
from kb.text.slugs import slugify
from server.errors import STATUS
from server.forum.forms import read_text_fields
from server.pages import Page, flash, render
from server.security.guards import requires

READ = [requires(Permission.TOPIC_READ)]
WRITE = [requires(Permission.POST_WRITE)]
MANAGE = [requires(Permission.TAG_MANAGE)]
Asked = Request[Any, Any, Any]


@dataclass(frozen=True, slots=True)
class TagsPage(Page):
    """The tags that begin with what was typed, the most used first."""

    tags: list[Tag]
    begins: str


@dataclass(frozen=True, slots=True)
class TagPage(Page):
    """The topics of one tag. `merges` can be taken back, by those who may; `typed` is what a refused form held."""

    tag: Tag
    topics: list[TopicRow]
    only: str
    is_first: bool
    older: str
    merges: list[TagMerge]
    typed: Mapping[str, str] = field(default_factory=dict)
    errors: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class TagsTyped:
    """What stands in the field."""

    tags: str


@dataclass(frozen=True, slots=True)
class TagsForm(Page):
    """A topic's tags as typed so far, and the tags there are. `back` leads to the topic."""

    form: TagsTyped
    tags: list[Tag]
    topic_title: str
    back: str
    number: int
    errors: Mapping[str, str] = field(default_factory=dict)


@get("/tags", guards=READ)
async def show_tags(request: Asked, actor: Actor, q: str = "") -> Response[Any]:
    """All tags, or those that begin so."""
    page = TagsPage(say("Tags"), await list_tags(actor, begins=q[:100]), q[:100], canonical="/tags")
    return render(request, "forum/tags.html", page, shared=True)


@get("/tags/{slug:str}", guards=READ)
async def show_tag(request: Asked, actor: Actor, slug: str, only: str = "", cursor: str = "") -> Response[Any]:
    """The topics of a tag; a synonym leads to what it means."""
    tag = await get_tag(actor, slug)
    if tag.slug != slug:
        return Redirect(tag.path, status_code=301)
    return await _show(request, actor, tag, only=only, cursor=cursor)


@post("/tags/{slug:str}/description", guards=MANAGE)
async def describe(request: Asked, actor: Actor, slug: str) -> Response[Any]:
    """Say what the tag is for."""
    sent = await read_text_fields(request)
    try:
        await describe_tag(actor, slug, sent.get("description", ""))
    except Invalid as refusal:
        return await _refuse(request, actor, slug, sent, refusal)
    return flash(Redirect(tag_path(slug), status_code=303), "good", say("The tag is described."))


@post("/tags/{slug:str}/synonyms", guards=MANAGE)
async def add(request: Asked, actor: Actor, slug: str) -> Response[Any]:
    """Another name for it."""
    sent = await read_text_fields(request)
    try:
        await add_synonym(actor, slug, slugify(sent.get("synonym", "")) if sent.get("synonym", "").strip() else "")
    except Invalid as refusal:
        return await _refuse(request, actor, slug, sent, refusal)
    return flash(Redirect(tag_path(slug), status_code=303), "good", say("Both names mean this tag now."))


@post("/tags/{slug:str}/merge", guards=MANAGE)
async def merge(request: Asked, actor: Actor, slug: str) -> Response[Any]:
    """Make it a synonym of another; its topics move."""
    sent = await read_text_fields(request)
    try:
        await merge_tags(actor, slug, sent.get("into", "").strip())
    except Invalid as refusal:
        return await _refuse(request, actor, slug, sent, refusal)
    into = await get_tag(actor, slug)
    return flash(
        Redirect(into.path, status_code=303),
        "good",
        say("“{slug}” means this tag now. You can take it back below.", slug=slug),
    )


@post("/tags/{slug:str}/merges/{merge_id:uuid}/removal", guards=MANAGE)
async def undo(actor: Actor, slug: str, merge_id: UUID) -> Response[Any]:
    """Take a merge back."""
    try:
        await undo_tag_merge(actor, merge_id)
    except Conflict as refusal:
        return flash(Redirect(tag_path(slug), status_code=303), "bad", refusal.message)
    return flash(Redirect(tag_path(slug), status_code=303), "good", say("The two are two again."))


@get("/t/{number:int}/tags", guards=WRITE)
async def edit_tags(request: Asked, actor: Actor, number: int) -> Response[Any]:
    """A topic's tags, to be changed."""
    topic = (await get_topic_page(actor, number)).topic
    return await _show_form(request, actor, topic.title, topic.path, number, ", ".join(topic.tags))


@post("/t/{number:int}/tags", guards=WRITE)
async def update_tags(request: Asked, actor: Actor, number: int) -> Response[Any]:
    """Give the topic these tags; a refusal shows the form again."""
    sent = await read_text_fields(request)
    topic = (await get_topic_page(actor, number)).topic
    try:
        await tag_topic(actor, topic.id, sent.get("tags", "").split(","))
    except Invalid as refusal:
        return await _show_form(request, actor, topic.title, topic.path, number, sent.get("tags", ""), refusal.fields)
    return Redirect(topic.path, status_code=303)


async def _show_form(  # noqa: PLR0913, PLR0917 - the parts of one page
    request: Asked,
    actor: Actor,
    title: str,
    back: str,
    number: int,
    typed: str,
    errors: Mapping[str, str] | None = None,
) -> Response[Any]:
    page = TagsForm(say("Tags"), TagsTyped(typed), await list_tags(actor), title, back, number, errors or {})
    return render(request, "forum/edit_tags.html", page, status=STATUS[Invalid] if errors else 200)


async def _refuse(request: Asked, actor: Actor, slug: str, sent: Mapping[str, str], refusal: Invalid) -> Response[Any]:
    tag = await get_tag(actor, slug)
    return await _show(request, actor, tag, typed=sent, errors=refusal.fields, status=STATUS[Invalid])


async def _show(
    request: Asked, actor: Actor, tag: Tag, *, only: str = "", cursor: str = "", status: int = 200, **refused: Any
) -> Response[Any]:
    found = await list_topics(actor, TopicFilter(tag=tag.slug, only=only), cursor=cursor)
    older = urlencode({name: value for name, value in (("only", only), ("cursor", found.next_cursor)) if value})
    page = TagPage(
        say("Topics about {slug}", slug=tag.slug),
        tag=tag,
        topics=found.topics,
        only=only,
        is_first=not cursor,
        older=f"{tag.path}?{older}" if found.next_cursor else "",
        merges=await list_tag_merges(actor, tag.id) if actor.may(Permission.TAG_MANAGE) else [],
        description=tag.description,
        canonical=tag.path,
        feed=tag_feed_path(tag.slug),
        **refused,
    )
    return render(request, "forum/tag.html", page, status=status, shared=status == 200)
