"""Tags for programs: /api/v1/tags and the tags of a topic."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from litestar import Request, delete, get, post, put

from kb.core.actor import Actor
from kb.core.permissions import Permission
from kb.forum.access import access_topic_number
from kb.forum.arranging_tags import add_synonym, describe_tag, merge_tags, undo_tag_merge
from kb.forum.queries import get_topic_page
from kb.forum.tagging import tag_topic
from kb.forum.tags import Tag, get_tag, list_tag_merges, list_tags
from server.lists import CursorIn, Items, LimitIn, listed
from server.security.guards import requires

READ = [requires(Permission.TOPIC_READ)]
MANAGE = [requires(Permission.TAG_MANAGE)]
Asked = Request[Any, Any, Any]


@dataclass(frozen=True, slots=True)
class TagOut:
    """A tag in an answer; `topics` counts what the caller may read."""

    slug: str
    description: str
    topics: int
    synonyms: list[str]
    url: str


@dataclass(frozen=True, slots=True)
class TagsIn:
    """The tags a topic is to have, and no others."""

    tags: list[str]


@dataclass(frozen=True, slots=True)
class DescriptionIn:
    """What a tag is for."""

    description: str


@dataclass(frozen=True, slots=True)
class MergeIn:
    """The slug of the tag that stays."""

    into: str


@dataclass(frozen=True, slots=True)
class MergeOut:
    """A merge, which can be deleted."""

    id: UUID


@get("/api/v1/tags", guards=READ)
async def api_list_tags(
    request: Asked, actor: Actor, q: str = "", cursor: CursorIn = "", limit: LimitIn = 50
) -> Items[TagOut]:
    """Tags that begin with `q`, the most used first; for completion, too."""
    rows = [_out(request, tag) for tag in await list_tags(actor, begins=q[:100])]
    return listed(rows, lambda one: one.slug, cursor=cursor, limit=limit)


@get("/api/v1/tags/{slug:str}", guards=READ)
async def api_get_tag(request: Asked, actor: Actor, slug: str) -> TagOut:
    """The tag of this name or synonym."""
    return _out(request, await get_tag(actor, slug))


@put("/api/v1/tags/{slug:str}", guards=MANAGE)
async def api_describe_tag(request: Asked, actor: Actor, slug: str, data: DescriptionIn) -> TagOut:
    """Say what it is for."""
    await describe_tag(actor, slug, data.description)
    return _out(request, await get_tag(actor, slug))


@put("/api/v1/tags/{slug:str}/synonyms/{synonym:str}", guards=MANAGE)
async def api_add_synonym(request: Asked, actor: Actor, slug: str, synonym: str) -> TagOut:
    """Another name for it."""
    await add_synonym(actor, slug, synonym)
    return _out(request, await get_tag(actor, slug))


@post("/api/v1/tags/{slug:str}/merge", guards=MANAGE)
async def api_merge_tags(actor: Actor, slug: str, data: MergeIn) -> MergeOut:
    """Make it a synonym of another."""
    return MergeOut(await merge_tags(actor, slug, data.into))


@get("/api/v1/tags/{slug:str}/merges", guards=MANAGE)
async def api_list_merges(actor: Actor, slug: str, cursor: CursorIn = "", limit: LimitIn = 50) -> Items[MergeOut]:
    """What was merged into it and can be taken back."""
    tag = await get_tag(actor, slug)
    rows = [MergeOut(one.id) for one in await list_tag_merges(actor, tag.id)]
    return listed(rows, lambda one: str(one.id), cursor=cursor, limit=limit)


@delete("/api/v1/tags/merges/{merge_id:uuid}", guards=MANAGE)
async def api_undo_merge(actor: Actor, merge_id: UUID) -> None:
    """Take it back."""
    await undo_tag_merge(actor, merge_id)


@put("/api/v1/topics/{number:int}/tags", guards=[requires(Permission.POST_WRITE)])
async def api_tag_topic(actor: Actor, number: int, data: TagsIn) -> dict[str, list[str]]:
    """Give a topic these tags."""
    topic = await access_topic_number(actor, number)
    await tag_topic(actor, topic.id, data.tags)
    return {"tags": (await get_topic_page(actor, number)).topic.tags}


def _out(request: Asked, tag: Tag) -> TagOut:
    base: str = request.app.state.services.settings.base_url
    return TagOut(tag.slug, tag.description, tag.topic_count, list(tag.synonyms), base + tag.path)
