"""Reading lists of topics. Each list is one statement, and visibility is in it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from kb.core.actor import Actor
from kb.core.cursors import Cursor, read_cursor, write_cursor
from kb.core.database import fetch_all
from kb.core.errors import Invalid
from kb.core.saying import say
from kb.forum.access import LISTED_TOPIC, READABLE_TOPIC, readers
from kb.forum.addresses import tag_path, topic_path
from kb.forum.leaving_out import LeavingOut, LeftOut, leave_out
from kb.forum.rules import TOPICS_PER_PAGE, TOPICS_PER_PAGE_MAX
from kb.forum.tags import TAGGED, TAGS_OF_TOPIC


@dataclass(frozen=True, slots=True)
class TopicRow:
    """A topic in a list. `replies` leaves out the question and hidden posts; `is_pinned`: it stands first in this very list."""

    id: UUID
    number: int
    slug: str
    title: str
    excerpt: str
    space_slug: str
    space_name: str
    space_colour: str
    author_name: str
    author_picture: str
    asked_at: datetime
    last_posted_at: datetime
    replies: int
    votes: int
    me_too: int
    is_solved: bool
    is_hidden: bool
    tags: tuple[str, ...]
    closed_as: str | None
    pinned_to: str | None
    is_unlisted: bool
    is_pinned: bool

    @property
    def tag_links(self) -> list[tuple[str, str]]:
        """Each tag with its address."""
        return [(slug, tag_path(slug)) for slug in self.tags]

    @property
    def path(self) -> str:
        """Where the topic is read."""
        return topic_path(self.number, self.slug)


@dataclass(frozen=True, slots=True)
class TopicFilter:
    """Which topics: of one space or all, `only` "solved", "unsolved" or "" for both; `with_inner`: of spaces within it, too.

    `left_out` holds for lists of everything alone: whoever opens a space or a tag wants to see what is in it.
    """

    space_slug: str = ""
    only: str = ""
    limit: int = TOPICS_PER_PAGE
    with_inner: bool = False
    tag: str = ""
    left_out: LeftOut | None = None


@dataclass(frozen=True, slots=True)
class TopicList:
    """Topics, last active first, and the cursor of the next page ("" at the end). Pinned ones stand before the first page."""

    topics: list[TopicRow]
    next_cursor: str


ONLY = {
    "": "",
    "solved": " and t.accepted_post_id is not null",
    "unsolved": " and t.accepted_post_id is null",
}

_COLUMNS = (
    "select t.id, t.number, t.slug, t.title, t.excerpt, s.slug as space_slug, s.name as space_name, s.colour as space_colour,"
    " a.name as author_name, a.picture as author_picture, t.created_at as asked_at, t.last_posted_at,"
    " t.post_count - 1 as replies, t.vote_count as votes,"
    " t.me_too_count as me_too, t.accepted_post_id is not null as is_solved, t.hidden_at is not null as is_hidden,"
    f" {TAGS_OF_TOPIC} as tags, t.closed_as, t.pinned_to, t.unlisted_at is not null as is_unlisted"
)
_FROM = " from topic t join space s on s.id = t.space_id join person a on a.id = t.author_id"
_NEWEST = " order by t.last_posted_at desc, t.id desc limit $3"


async def list_topics(actor: Actor, wanted: TopicFilter, *, cursor: str = "") -> TopicList:
    """One page of topics, and before the first page of a list without `only` and `tag` those pinned there.

    A space that the actor may not read holds no topics; an unknown `only` is `Invalid`.
    """
    if wanted.only not in ONLY:
        raise Invalid(say("There is no such filter."), {"only": say("one of solved, unsolved")})
    if not 1 <= wanted.limit <= TOPICS_PER_PAGE_MAX:
        raise Invalid(say("The page is too long."), {"limit": say("from 1 to {most}", most=TOPICS_PER_PAGE_MAX)})
    sql, args = _put_together(actor, wanted, read_cursor(cursor))
    rows = [TopicRow(**{**row, "tags": tuple(row["tags"])}) for row in await fetch_all(sql, *args)]
    pinned = [row for row in rows if row.is_pinned]
    others = rows[len(pinned) :]
    page = others[: wanted.limit]
    more = len(others) > wanted.limit
    return TopicList([*pinned, *page], write_cursor(Cursor(page[-1].last_posted_at, page[-1].id)) if more else "")


def _put_together(actor: Actor, wanted: TopicFilter, after: Cursor | None) -> tuple[str, list[Any]]:
    """Only the conditions asked for, so that each kind of list finds its index."""
    args: list[Any] = [*readers(actor), wanted.limit + 1]
    readable = f" where {READABLE_TOPIC} and {LISTED_TOPIC}"
    asked = ""
    if wanted.space_slug:
        args.append(wanted.space_slug)
        asked = f"(select id from space where slug = ${len(args)})"
    pinned = f"t.space_id = {asked} and t.pinned_to is not null" if asked else "t.pinned_to = 'everywhere'"
    has_pins = not (wanted.only or wanted.tag)
    where = f"{readable}{ONLY[wanted.only]}" + (f" and ({pinned}) is not true" if has_pins else "")
    if after:
        args.extend(after)
        where += f" and (t.last_posted_at, t.id) < (${len(args) - 1}, ${len(args)})"
    if wanted.tag:
        args.append(wanted.tag)
        where += f" and {TAGGED % len(args)}"
    if wanted.left_out and not (asked or wanted.tag):
        leaving = leave_out(wanted.left_out, args)
        sql = _ordinary_unmuted(where, leaving, has_spaces=bool(wanted.left_out.spaces))
        readable += f" and {leaving.unmuted}"
    else:
        sql = _ordinary(where, asked, with_inner=wanted.with_inner)
    if not has_pins or after:
        return sql, args
    pins = f"{_COLUMNS}, true as is_pinned{_FROM}{readable} and {pinned}"
    return (
        f"select * from (({pins}) union all ({sql})) x order by x.is_pinned desc, x.last_posted_at desc, x.id desc",
        args,
    )


def _ordinary(where: str, asked: str, *, with_inner: bool) -> str:
    """The list without what is pinned, by activity alone: its cursor is right whatever is pinned meanwhile."""
    columns = f"{_COLUMNS}, false as is_pinned"
    if not asked:
        return columns + _FROM + where + _NEWEST
    if not with_inner:
        return f"{columns}{_FROM}{where} and t.space_id = {asked}{_NEWEST}"
    # Each space gives its newest by index, and only these are sorted together: a million topics cost what twenty do.
    each = f"select t.* from topic t{where} and t.space_id = s.id{_NEWEST}"
    spaces = f" from space s cross join lateral ({each}) t join person a on a.id = t.author_id"
    return f"{columns}{spaces} where (s.id = {asked} or s.parent_id = {asked}){_NEWEST}"


def _ordinary_unmuted(where: str, leaving: LeavingOut, *, has_spaces: bool) -> str:
    """The list of everything without what one person muted.

    With muted spaces each other space gives its newest by index, and what stays of the muted ones is found from their side
    who keep it: however much is muted, none of it is gone through.
    """
    columns = f"{_COLUMNS}, false as is_pinned"
    if not has_spaces:
        return f"{columns}{_FROM}{where} and {leaving.unmuted}{_NEWEST}"
    each = f"select t.* from topic t{where} and t.space_id = s.id and {leaving.unmuted}{_NEWEST}"
    others = f"select t.* from space s cross join lateral ({each}) t where {leaving.open_spaces}"
    kept = f"select t.* from topic t join space s on s.id = t.space_id{where} and {leaving.kept_in_muted}{_NEWEST}"
    joined = " join space s on s.id = t.space_id join person a on a.id = t.author_id"
    return f"{columns} from (({others}) union all ({kept})) t{joined}{_NEWEST}"


async def list_topics_by_id(actor: Actor, topic_ids: Sequence[UUID]) -> list[TopicRow]:
    """These topics in the order given; those the actor may not read are left out."""
    rows = await fetch_all(
        f"{_COLUMNS}, false as is_pinned{_FROM} where {READABLE_TOPIC} and t.id = any($3::uuid[])"
        " order by array_position($3::uuid[], t.id)",
        *readers(actor),
        list(topic_ids),
    )
    return [TopicRow(**row) for row in rows]
