"""What search engines may find, in parts of at most 10,000 addresses: everything everybody may read, each thing once.

A part is a range of numbers, so that it stays the same part however much is asked after it.
"""

from dataclasses import dataclass
from datetime import datetime

from kb.answers.addresses import article_path
from kb.core.actor import ANONYMOUS
from kb.core.database import fetch_all
from kb.forum.addresses import space_path, topic_path

PART = 10_000
"""Numbers in a part. The protocol allows 50,000 addresses and 50 MB; at this size a part is 1 MB and 20 ms of work."""

MOST_PARTS = 2**31


@dataclass(frozen=True, slots=True)
class Address:
    """One address, as a path, and when what stands there changed last."""

    path: str
    changed_at: datetime | None


_TOPICS = (
    " from topic t join space s on s.id = t.space_id"
    " where t.hidden_at is null and t.unlisted_at is null and t.duplicate_of is null and s.visibility = any($1)"
)
_ARTICLES = " from article t where t.state = 'published' and t.visibility = 'public' and t.visibility = any($1)"
_OF = {"topics": _TOPICS, "articles": _ARTICLES}


async def list_parts() -> list[str]:
    """Names of the parts that hold anything, oldest things first. Each costs one look into an index."""
    rows = await fetch_all(
        " union all ".join(f"select '{kind}' as kind, part from ({_parts_of(kind)}) {kind}" for kind in _OF),
        ANONYMOUS.visibilities,
    )
    return ["places", *(f"{row['kind']}-{row['part']}" for row in rows)]


def _parts_of(kind: str) -> str:
    """From the first number to the first beyond its part, and so on: never over all rows."""
    first = f"(select (t.number - 1) / {PART}{_OF[kind]}{{beyond}} order by t.number limit 1)"
    following = first.format(beyond=f" and t.number > (p.part + 1) * {PART}")
    return (
        f"with recursive p (part) as ({first.format(beyond='')}"
        f" union all select {following} from p where p.part is not null) select part from p where part is not null"
    )


async def list_part(name: str) -> list[Address]:
    """The addresses of a part, in one statement; none where there is no such part."""
    kind, _, number = name.partition("-")
    if name == "places":
        return await _list_places()
    if kind not in _OF or not (number.isascii() and number.isdigit()) or int(number[:12]) >= MOST_PARTS:
        return []
    changed, path = ("last_posted_at", topic_path) if kind == "topics" else ("updated_at", article_path)
    rows = await fetch_all(
        f"select t.number, t.slug, t.{changed} as changed_at{_OF[kind]} and t.number > $2 and t.number <= $3 order by t.number",
        ANONYMOUS.visibilities,
        int(number) * PART,
        (int(number) + 1) * PART,
    )
    return [Address(path(row["number"], row["slug"]), row["changed_at"]) for row in rows]


async def _list_places() -> list[Address]:
    """The front pages, and each space that holds a topic."""
    rows = await fetch_all(
        "select slug from space where visibility = any($1) and topic_count > 0 order by position, name",
        ANONYMOUS.visibilities,
    )
    return [Address("/", None), Address("/kb", None), *(Address(space_path(row["slug"]), None) for row in rows)]
