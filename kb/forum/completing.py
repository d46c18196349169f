"""Whom and what somebody begins to name: `@bo` and `#export` while they type."""

import re
from dataclasses import dataclass

from kb.core.actor import Actor
from kb.core.database import fetch_all
from kb.core.permissions import Permission
from kb.forum.access import LISTED_TOPIC, READABLE_TOPIC, readers

SHOWN = 8
"""What fits above a phone's keyboard."""

MAX_TYPED = 80
_WORD = re.compile(r"\w+")
_LIKE = str.maketrans({"\\": r"\\", "%": r"\%", "_": r"\_"})


@dataclass(frozen=True, slots=True)
class NamedPerson:
    """Somebody who can be named."""

    username: str
    name: str


@dataclass(frozen=True, slots=True)
class NamedTopic:
    """A topic that can be named. The title is for the writer, who may read it; the text gets the number alone."""

    number: int
    title: str


_PEOPLE = (
    "select username, name from person p where username is not null and suspended_at is null"
    " and (username ilike $1 or name ilike $1 or name ilike '% ' || $1)"
    " and exists (select 1 from post o join topic t on t.id = o.topic_id join space s on s.id = t.space_id"
    "   where o.author_id = p.id and o.hidden_at is null and t.hidden_at is null and s.visibility = 'public')"
    " order by username ilike $1 desc, length(username), username limit $2"
)
"""Only those who wrote where everybody reads: the list must not tell who has an account."""

_TOPICS = (
    "(select t.number, t.title from topic t join space s on s.id = t.space_id"
    f"  where {READABLE_TOPIC} and {LISTED_TOPIC} and t.number = $3)"
    " union all"
    " (select t.number, t.title from topic t join space s on s.id = t.space_id"
    f"  where {READABLE_TOPIC} and {LISTED_TOPIC} and $4 <> '' and t.words @@ to_tsquery('english', $4)"
    "  order by t.last_posted_at desc limit $5) limit $5"
)


async def complete_people(actor: Actor, typed: str) -> list[NamedPerson]:
    """Those whose username or name begins so, at most `SHOWN`."""
    actor.require(Permission.POST_WRITE)
    start = typed.strip()[:MAX_TYPED]
    if not start or "\x00" in start:
        return []
    rows = await fetch_all(_PEOPLE, start.translate(_LIKE) + "%", SHOWN)
    return [NamedPerson(**row) for row in rows]


async def complete_topics(actor: Actor, typed: str) -> list[NamedTopic]:
    """Topics the writer may read, by number or by words of the title, the last of them perhaps unfinished."""
    actor.require(Permission.POST_WRITE)
    words = _WORD.findall(typed[:MAX_TYPED])[:6]
    if not words:
        return []
    number = int(words[0]) if words[0].isascii() and words[0].isdigit() and len(words[0]) < 10 else 0
    query = " & ".join(f"{word}:*" for word in words) if len(words[-1]) > 1 else ""
    rows = await fetch_all(_TOPICS, *readers(actor), number, query, SHOWN)
    return [NamedTopic(**row) for row in rows]
