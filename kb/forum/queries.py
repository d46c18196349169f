"""Reading one topic: two statements, whatever its length. Lists are in topic_lists.py."""

import json
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from kb.core.actor import Actor
from kb.core.database import fetch_all, fetch_one
from kb.core.errors import NotFound
from kb.core.ids import possible_number, possible_position
from kb.core.saying import say
from kb.forum.access import NO_TOPIC, OWN_WAITING, READABLE_POST, READABLE_TOPIC, readers, tell_gone
from kb.forum.addresses import post_path, topic_path
from kb.forum.bookmarks import BOOKMARKED
from kb.forum.events import EVENTS_OF_TOPIC, TopicEvent, read_events
from kb.forum.polls import POLL_OF_POST, PollView, read_poll_of_post
from kb.forum.reading import UNREAD_OF_TOPIC
from kb.forum.reply_order import OLDEST, REPLY_ORDER, check_sort
from kb.forum.rules import ALIASES_SHOWN, POSTS_PER_PAGE
from kb.forum.spaces import list_spaces
from kb.forum.tags import TAGS_OF_TOPIC
from kb.forum.timers import TIMERS_OF_TOPIC, Timer, read_timers
from kb.forum.topic_lists import TopicFilter, TopicList, TopicRow, list_topics

__all__ = [
    "PostView", "TopicFilter", "TopicHead", "TopicList", "TopicPage", "TopicRow",
    "get_topic_page", "list_spaces", "list_topics", "locate_post",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Alias:
    """A topic that leads to the one that is read, as its reader may see it."""

    number: int
    slug: str
    title: str

    @property
    def path(self) -> str:
        """Where it is read."""
        return topic_path(self.number, self.slug)


@dataclass(frozen=True, slots=True)
class TopicHead:
    """The topic itself, with what the reader did to it.

    `read_position` is of the last post they have seen, 0 where they never were here; `unread` others' posts after it, counted to
    `UNREAD_COUNTED`, the first of them `unread_id`. `accepted_post_id` is the chief one of its accepted answers.
    """

    id: UUID
    number: int
    slug: str
    title: str
    excerpt: str
    space_slug: str
    space_name: str
    visibility: str
    may_answer: bool
    tags: list[str]
    asker_id: UUID
    accepted_post_id: UUID | None
    replies: int
    me_too: int
    said_me_too: bool
    is_hidden: bool
    page_url: str | None
    asked_at: datetime
    last_posted_at: datetime
    original_number: int | None
    original_slug: str | None
    original_title: str | None
    draft_body: str | None
    draft_version: int
    draft_has_other: bool
    read_position: int
    all_read_until: datetime | None
    unread: int
    unread_id: UUID | None
    closed_as: str | None
    closed_reason: str | None
    pinned_to: str | None
    is_unlisted: bool
    events: list[TopicEvent]
    aliases: list[Alias]
    timers: list[Timer]

    @property
    def original_path(self) -> str:
        """Where the original is read, "" where this is no duplicate or the original may not be read."""
        return topic_path(self.original_number, self.original_slug or "") if self.original_number else ""

    @property
    def path(self) -> str:
        """Where the topic is read."""
        return topic_path(self.number, self.slug)


@dataclass(frozen=True, slots=True)
class PostView:
    """A post with its author and whether the reader voted for it. Position 1 is the question.

    `answered_id` and `answered_name` are of the post it replies to, None where it replies to the question or to what is hidden.
    `language` is an ISO 639-1 code, "" where it could not be told.
    """

    id: UUID
    position: int
    author_id: UUID
    author_name: str
    author_username: str
    author_role: str
    author_picture: str
    source: str
    html: str
    votes: int
    voted: bool
    is_bookmarked: bool
    is_accepted: bool
    is_hidden: bool
    licence: str | None
    imported_from: str | None
    edited_at: datetime | None
    created_at: datetime
    answered_id: UUID | None
    answered_name: str | None
    poll: PollView | None
    language: str = ""

    @property
    def path(self) -> str:
        """Leads to the post on its topic's page; its states stand below it."""
        return post_path(self.id)


@dataclass(frozen=True, slots=True)
class TopicPage:
    """A topic as it is read: the question, the accepted answers wherever they stand, the chief one first, and one page of replies.

    `next_after` is the position of the post the next page begins after, 0 at the end; accepted answers are not among `replies`.
    `events` are those that happened while this page of replies was written, oldest first; none in another order.
    """

    topic: TopicHead
    question: PostView
    accepted: list[PostView]
    replies: list[PostView]
    next_after: int
    events: list[TopicEvent]

    @property
    def replies_and_events(self) -> Iterator[PostView | TopicEvent]:
        """In the order they happened: what was done stands before the first reply written after it."""
        waiting = deque(self.events)
        for reply in self.replies:
            while waiting and waiting[0].at < reply.created_at:
                yield waiting.popleft()
            yield reply
        yield from waiting

    @property
    def posts(self) -> list[PostView]:
        """All that stand on this page, in their order."""
        return [self.question, *self.accepted, *self.replies]

    @property
    def chief(self) -> PostView | None:
        """The accepted answer that is shown first and told to search engines."""
        return self.accepted[0] if self.accepted else None


_THIS_TOPIC = f"({READABLE_TOPIC} or (s.visibility = any($1) and {OWN_WAITING.format(row='t', person='$4')}))"

_HEAD = (
    "select t.id, t.number, t.slug, t.title, t.excerpt, s.slug as space_slug, s.name as space_name, s.visibility,"
    f" {TAGS_OF_TOPIC} as tags,"
    " s.archived_at is null and t.closed_as is null and s.who_answers = any($1) as may_answer,"
    " t.author_id as asker_id, t.accepted_post_id, t.post_count - 1 as replies, t.me_too_count as me_too,"
    " exists (select 1 from me_too m join topic f on f.id = m.topic_id where m.person_id = $4"
    "   and (f.id in (t.id, t.duplicate_of) or f.duplicate_of in (t.id, t.duplicate_of))) as said_me_too,"
    " t.hidden_at is not null as is_hidden, t.page_url, t.created_at as asked_at, t.last_posted_at,"
    " o.number as original_number, o.slug as original_slug, o.title as original_title,"
    " d.body as draft_body, coalesce(d.version, 0) as draft_version, d.other_body is not null as draft_has_other,"
    " coalesce(r.position, 0) as read_position, ar.until as all_read_until, u.unread, u.unread_id,"
    " t.closed_as, t.closed_reason, t.pinned_to, t.unlisted_at is not null as is_unlisted,"
    f" {EVENTS_OF_TOPIC} as events, {TIMERS_OF_TOPIC} as timers,"
    " (select jsonb_agg(l) from (select l.number, l.slug, l.title from topic l join space ls on ls.id = l.space_id"
    "   where l.duplicate_of = t.id and l.merged_into is null and ls.visibility = any($1)"
    "   and (l.hidden_at is null or $2) and (l.unlisted_at is null or $2)"
    f"   order by l.me_too_count desc, l.number limit {ALIASES_SHOWN}) l) as aliases"
    " from topic t join space s on s.id = t.space_id"
    " left join read_position r on r.topic_id = t.id and r.person_id = $4 left join all_read ar on ar.person_id = $4"
    f" cross join lateral ({UNREAD_OF_TOPIC}) u"
    " left join draft d on d.person_id = $4 and d.place = 'reply:' || t.number left join (topic o join space os on os.id = o.space_id)"
    "   on o.id = t.duplicate_of and os.visibility = any($1) and (o.hidden_at is null or $2)"
    "   and (o.unlisted_at is null or $2)"
    f" where {_THIS_TOPIC} and t.number = $3"
)

_POSTS = (
    "select p.id, p.position, p.author_id, a.name as author_name, coalesce(a.username, '') as author_username,"
    " a.role as author_role, a.picture as author_picture, p.body_source as source, p.body_html as html, p.vote_count as votes,"
    " exists (select 1 from post_vote v where v.post_id = p.id and v.person_id = $4) as voted,"
    f" {BOOKMARKED.format(person='$4')} as is_bookmarked,"
    " p.accepted_at is not null as is_accepted, p.hidden_at is not null as is_hidden, p.licence,"
    f" p.source as imported_from, p.edited_at, p.created_at, {POLL_OF_POST} as poll, p.language,"
    " q.id as answered_id, q.name as answered_name"
    " from post p join person a on a.id = p.author_id join topic t on t.id = p.topic_id join space s on s.id = t.space_id"
    " left join lateral (select r.id, w.name from post r join person w on w.id = r.author_id where r.id = p.reply_to_id"
    "   and r.topic_id = p.topic_id and r.position > 1 and (r.hidden_at is null or $2)) q on true"
    f" where {_THIS_TOPIC} and ({READABLE_POST} or {OWN_WAITING.format(row='p', person='$4')}) and p.topic_id = $3"
    " and (p.position = 1 or p.accepted_at is not null or p.id = any(array("
    "   select n.id from post n where n.topic_id = $3 and n.position > 1 and n.accepted_at is null"
    "   and (n.hidden_at is null or $2 or (n.awaits_review_at is not null and n.author_id = $4)) and {after} order by {order} limit $6)))"
    " order by p.position > 1, p.accepted_at is null, p.id is distinct from t.accepted_post_id, p.accepted_at, {order_of_page}"
)


async def get_topic_page(actor: Actor, number: int, *, after: int = 0, sort: str = OLDEST) -> TopicPage:
    """The topic with the replies that follow the one at a position in the order asked for, one of `REPLY_ORDER`.

    `NotFound` where the actor may not know that it existed, else `Gone`; an unknown order is `Invalid`.
    """
    order = REPLY_ORDER[check_sort(sort)]
    head = await fetch_one(_HEAD, *readers(actor), possible_number(number), actor.person_id)
    if head is None:
        await tell_gone(number)
        raise NotFound(NO_TOPIC)
    aliases = [Alias(**alias) for alias in json.loads(head["aliases"] or "[]")]
    events = read_events(head["events"]) if sort in {"", OLDEST} else []
    topic = TopicHead(**{**head, "events": events, "aliases": aliases, "timers": read_timers(head["timers"])})
    start = possible_position(after)
    rows = await fetch_all(order.fill(_POSTS), *readers(actor), topic.id, actor.person_id, start, POSTS_PER_PAGE + 1)
    if not rows:
        raise NotFound(NO_TOPIC)
    return _arrange(topic, [PostView(**{**row, "poll": read_poll_of_post(row["poll"])}) for row in rows], start)


def _arrange(topic: TopicHead, posts: list[PostView], start: int) -> TopicPage:
    question, *others = posts
    accepted = [post for post in others if post.is_accepted]
    following = [post for post in others if not post.is_accepted]
    replies = following[:POSTS_PER_PAGE]
    next_after = replies[-1].position if len(following) > POSTS_PER_PAGE else 0
    following_page = following[POSTS_PER_PAGE].created_at if next_after else None
    begins = replies[0].created_at if replies and start > 1 else None
    events = [
        event
        for event in topic.events
        if (begins is None or event.at >= begins) and (following_page is None or event.at < following_page)
    ]
    return TopicPage(topic, question, accepted, replies, next_after, events)


@dataclass(frozen=True, slots=True)
class PostPlace:
    """Where a post stands: its topic's address and the position its page begins after (0: the first page)."""

    number: int
    slug: str
    after: int

    @property
    def path(self) -> str:
        """The page of the topic that shows the post, without the anchor."""
        return topic_path(self.number, self.slug) + (f"?after={self.after}" if self.after else "")


async def locate_post(actor: Actor, post_id: UUID) -> PostPlace:
    """The page of its topic that shows the post."""
    row = await fetch_one(
        "select t.number, t.slug, p.position, p.accepted_at is not null as is_pinned,"
        " (select count(*) from post e where e.topic_id = t.id and e.position > 1 and e.position < p.position"
        "  and e.accepted_at is null and (e.hidden_at is null or $2)) as before"
        " from post p join topic t on t.id = p.topic_id join space s on s.id = t.space_id"
        f" where {_THIS_TOPIC} and ({READABLE_POST} or {OWN_WAITING.format(row='p', person='$4')}) and p.id = $3",
        *readers(actor),
        post_id,
        actor.person_id,
    )
    if row is None:
        raise NotFound(say("There is no such post, or it is not yours to read."))
    is_on_first = row["is_pinned"] or row["before"] < POSTS_PER_PAGE
    return PostPlace(row["number"], row["slug"], 0 if is_on_first else row["position"] - 1)
