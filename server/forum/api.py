"""The forum for programs: /api/v1. What a program reads and writes obeys the same rules as the pages."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from litestar import Request, get, post

from kb.core.actor import Actor
from kb.core.permissions import Permission
from kb.forum.access import access_topic_number
from kb.forum.addresses import post_path
from kb.forum.asking import NewTopic, ask_topic
from kb.forum.polls import PollView
from kb.forum.queries import PostView, TopicFilter, TopicHead, TopicRow, get_topic_page, list_topics
from kb.forum.replying import reply_to_topic
from kb.forum.rules import TOPICS_PER_PAGE
from kb.forum.spaces import Space, get_space, list_spaces
from kb.notices.muting import find_left_out
from kb.screening.holding import is_held
from server.lists import CursorIn, Items, LimitIn, check_limit, items_of, listed
from server.security.guards import requires
from server.wiring import Services

READ = [requires(Permission.TOPIC_READ)]


@dataclass(frozen=True, slots=True)
class SpaceOut:
    """A space in an answer."""

    slug: str
    name: str
    description: str
    topics: int
    solved: int
    url: str
    parent: str = ""
    who_sees: str = "public"
    who_asks: str = "members"
    who_answers: str = "members"
    archived: bool = False


@dataclass(frozen=True, slots=True)
class TopicOut:
    """A topic in an answer; `url` is absolute. `closed_as`: not_needed or locked; `pinned_to`: space or everywhere."""

    id: UUID
    number: int
    title: str
    excerpt: str
    space: str
    url: str
    replies: int
    me_too: int
    solved: bool
    asked_at: datetime
    last_posted_at: datetime
    tags: list[str]
    closed_as: str | None
    pinned_to: str | None
    unlisted: bool


@dataclass(frozen=True, slots=True)
class PostOut:
    """A post in an answer: the Markdown as typed and its safe HTML. Position 1 is the question.

    `language` is its ISO 639-1 code, "" where the text is too short to tell.
    """

    id: UUID
    position: int
    author: str
    author_role: str
    body: str
    html: str
    votes: int
    accepted: bool
    url: str
    created_at: datetime
    edited_at: datetime | None
    reply_to: UUID | None
    poll: PollView | None
    language: str = ""


@dataclass(frozen=True, slots=True)
class Discussion:
    """A topic with its question, its accepted answers if any, and one page of replies; `next_after` is 0 at the end.

    `accepted` is the chief one, `also_accepted` the others; none of them is among `replies`. `read_position` is of the last post the
    caller has seen, 0 for none; `unread` counts others' posts after it, to 100.
    """

    topic: TopicOut
    question: PostOut
    accepted: PostOut | None
    replies: list[PostOut]
    next_after: int
    also_accepted: list[PostOut]
    read_position: int
    unread: int


@dataclass(frozen=True, slots=True)
class TopicIn:
    """What a program sends to ask. `body` is Markdown."""

    space: str
    title: str
    body: str
    page_url: str | None = None
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PostIn:
    """What a program sends to reply; `reply_to` is the post it answers, None for the question."""

    body: str
    reply_to: UUID | None = None


@dataclass(frozen=True, slots=True)
class Created:
    """What was made and where it stands. `number` is the topic's; what is `waiting` is its writer's alone until a moderator has looked."""

    id: UUID
    number: int
    url: str
    waiting: bool = False


@get("/api/v1/spaces", guards=READ)
async def api_list_spaces(
    request: Request[Any, Any, Any], actor: Actor, cursor: CursorIn = "", limit: LimitIn = 50
) -> Items[SpaceOut]:
    """The spaces the caller may read."""
    found = await list_spaces(actor)
    rows = [space_out(request, one, found) for one in found]
    return listed(rows, lambda one: one.slug, cursor=cursor, limit=limit)


@get("/api/v1/topics", guards=READ)
async def api_list_topics(  # noqa: PLR0913, PLR0917 - each is a parameter of the address
    request: Request[Any, Any, Any],
    actor: Actor,
    space: str = "",
    only: str = "",
    cursor: CursorIn = "",
    limit: LimitIn = TOPICS_PER_PAGE,
    inner: bool = False,
    tag: str = "",
    muted: bool = False,
) -> Items[TopicOut]:
    """Topics, last active first, pinned ones before the first page (beside `limit`).

    Of one space, with `inner` of those within it too, or only solved or unsolved ones. Without `space` and `tag` as on the
    front page: what the caller muted is left out, unless `muted` is true.
    """
    if space:
        await get_space(actor, space)
    left_out = None if space or tag or muted else await find_left_out(actor)
    found = await list_topics(actor, TopicFilter(space, only, check_limit(limit), inner, tag, left_out), cursor=cursor)
    return items_of(found.topics, found.next_cursor, lambda row: topic_out(request, row, row.is_solved))


@post("/api/v1/topics", guards=[requires(Permission.TOPIC_ASK)])
async def api_ask_topic(request: Request[Any, Any, Any], actor: Actor, services: Services, data: TopicIn) -> Created:
    """Ask."""
    topic = NewTopic(data.space, data.title, data.body, data.page_url, data.tags)
    asked = await ask_topic(actor, topic, screen=services.screen)
    return Created(asked.id, asked.number, _url(request, asked.path), asked.is_waiting)


@get("/api/v1/topics/{number:int}", guards=READ)
async def api_get_topic(
    request: Request[Any, Any, Any], actor: Actor, number: int, after: int = 0, sort: str = ""
) -> Discussion:
    """One topic with its posts; replies `sort`ed oldest (as without it), newest or helpful. `after` is a `next_after` of the same order."""
    thread = await get_topic_page(actor, number, after=after, sort=sort)
    accepted = [post_out(request, one) for one in thread.accepted]
    return Discussion(
        topic_out(request, thread.topic, thread.topic.accepted_post_id is not None),
        post_out(request, thread.question),
        accepted[0] if accepted else None,
        [post_out(request, reply) for reply in thread.replies],
        thread.next_after,
        accepted[1:],
        thread.topic.read_position,
        thread.topic.unread,
    )


@post("/api/v1/topics/{number:int}/posts", guards=[requires(Permission.POST_WRITE)])
async def api_reply(
    request: Request[Any, Any, Any], actor: Actor, services: Services, number: int, data: PostIn
) -> Created:
    """Reply."""
    topic = await access_topic_number(actor, number)
    post_id = await reply_to_topic(actor, topic.id, data.body, reply_to=data.reply_to, screen=services.screen)
    return Created(post_id, number, _url(request, post_path(post_id)), await is_held(post_id))


def space_out(request: Request[Any, Any, Any], space: Space, spaces: list[Space]) -> SpaceOut:
    """A space among those its reader may read."""
    return SpaceOut(
        slug=space.slug,
        name=space.name,
        description=space.description,
        topics=space.topic_count,
        solved=space.solved_count,
        url=_url(request, space.path),
        parent=next((one.slug for one in spaces if one.id == space.parent_id), ""),
        who_sees=space.who_sees,
        who_asks=space.who_asks,
        who_answers=space.who_answers,
        archived=space.is_archived,
    )


def _url(request: Request[Any, Any, Any], path: str) -> str:
    base: str = request.app.state.services.settings.base_url
    return base + path


def topic_out(request: Request[Any, Any, Any], t: TopicRow | TopicHead, solved: bool) -> TopicOut:
    """A topic of a list or of a page, as programs see it."""
    url = _url(request, t.path)
    space = t.space_slug
    return TopicOut(
        t.id,
        t.number,
        t.title,
        t.excerpt,
        space,
        url,
        t.replies,
        t.me_too,
        solved,
        t.asked_at,
        t.last_posted_at,
        list(t.tags),
        t.closed_as,
        t.pinned_to,
        t.is_unlisted,
    )


def post_out(request: Request[Any, Any, Any], p: PostView) -> PostOut:
    """A post of a topic, as programs see it."""
    return PostOut(
        id=p.id,
        position=p.position,
        author=p.author_name,
        author_role=p.author_role,
        body=p.source,
        html=p.html,
        votes=p.votes,
        accepted=p.is_accepted,
        url=_url(request, p.path),
        created_at=p.created_at,
        edited_at=p.edited_at,
        reply_to=p.answered_id,
        poll=p.poll,
        language=p.language,
    )
