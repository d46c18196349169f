"""Questions of the forum that wait for a word of ours: agents answer them from the desk, as they answer tickets."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from kb.core.actor import Actor
from kb.core.clock import now
from kb.core.cursors import Cursor, read_cursor, write_cursor
from kb.core.database import fetch_all, fetch_value
from kb.core.permissions import Permission
from kb.forum.access import LISTED_TOPIC, READABLE_TOPIC, readers
from kb.forum.addresses import topic_path
from kb.forum.queries import TopicPage
from kb.tickets.assigning import ANSWERING_ROLES

PAGE = 50

WAITS = timedelta(days=30)
"""Who asked longer ago than this does not wait any more: a forum that was imported would fill the desk with its past."""

COUNTED = 1_000
"""Topics that are counted; with more of them nobody reads the number."""


@dataclass(frozen=True, slots=True)
class WaitingTopic:
    """A topic that is not solved and whose last word is not an agent's. `replies` are those of others; `me_too` how many have it."""

    id: UUID
    number: int
    slug: str
    title: str
    excerpt: str
    space_name: str
    asker: str
    replies: int
    me_too: int
    asked_at: datetime
    waiting_since: datetime

    @property
    def path(self) -> str:
        """Where everybody reads it."""
        return topic_path(self.number, self.slug)


@dataclass(frozen=True, slots=True)
class WaitingTopics:
    """Who has waited longest first. `next_cursor` is "" on the last page."""

    topics: list[WaitingTopic]
    next_cursor: str


_WAITING = f"""
from topic t join space s on s.id = t.space_id join person a on a.id = t.author_id
where {READABLE_TOPIC} and {LISTED_TOPIC} and t.hidden_at is null and s.archived_at is null and t.accepted_post_id is null
    and t.closed_as is null and t.duplicate_of is null and t.last_posted_at >= $3
    and (select w.role from post p join person w on w.id = p.author_id where p.topic_id = t.id and p.hidden_at is null
        order by p.position desc limit 1) <> all($4::text[])
"""


async def list_waiting_topics(actor: Actor, *, cursor: str = "", limit: int = PAGE) -> WaitingTopics:
    """Those of the last thirty days that the agent may read. Raises `Invalid` naming `cursor`."""
    actor.require(Permission.TICKET_ANSWER)
    after = read_cursor(cursor)
    past = " and (t.last_posted_at, t.id) > ($6, $7)" if after else ""
    rows = await fetch_all(
        "select t.id, t.number, t.slug, t.title, t.excerpt, s.name as space_name, a.name as asker, t.post_count - 1 as replies,"
        f" t.me_too_count as me_too, t.created_at as asked_at, t.last_posted_at as waiting_since {_WAITING}{past}"
        " order by t.last_posted_at, t.id limit $5",
        *readers(actor),
        now() - WAITS,
        ANSWERING_ROLES,
        limit + 1,
        *(after or ()),
    )
    topics = [WaitingTopic(**row) for row in rows[:limit]]
    more = len(rows) > limit
    return WaitingTopics(topics, write_cursor(Cursor(topics[-1].waiting_since, topics[-1].id)) if more else "")


async def count_waiting_topics(actor: Actor) -> int:
    """How many there are, to `COUNTED`."""
    actor.require(Permission.TICKET_ANSWER)
    return int(
        await fetch_value(
            f"select count(*) from (select 1 {_WAITING} limit {COUNTED}) w",
            *readers(actor),
            now() - WAITS,
            ANSWERING_ROLES,
        )
    )


def list_topic_values(thread: TopicPage, actor: Actor, *, base_url: str) -> Mapping[str, str]:
    """What the placeholders of a macro stand for in a topic. Everybody reads the reply: no address and no company is filled in."""
    asker = thread.question.author_name
    values = {
        "requester.name": asker,
        "requester.first_name": asker.split(" ")[0],
        "ticket.subject": thread.topic.title,
        "ticket.url": f"{base_url}{thread.topic.path}",
        "agent.name": actor.name,
        "agent.first_name": actor.name.split(" ")[0],
    }
    return {name: value for name, value in values.items() if value}
