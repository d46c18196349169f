"""The tree of categories as one actor sees it. It is small, so each read takes all of it."""

from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import quote
from uuid import UUID

from kb.articles.rules import EVERYTHING_ELSE
from kb.core.actor import Actor
from kb.core.database import fetch_all, fetch_one
from kb.core.errors import Gone, NotFound
from kb.core.saying import say

SEEN_CATEGORY = """(c.archived_at is null and c.visibility = any($1) and not exists (select 1 from article_category above
    where above.id = any(c.ancestors) and (above.archived_at is not null or above.visibility <> all($1))))"""
"""The condition on category `c`; $1 is `actor.visibilities`. Every read of categories in this room holds it."""


@dataclass(frozen=True, slots=True)
class Category:
    """One place of the tree. `depth` is 0 at the top."""

    id: UUID
    slug: str
    name: str
    description: str
    icon: str
    colour: str
    parent_id: UUID | None
    ancestors: tuple[UUID, ...]
    position: int
    visibility: str
    articles: int
    is_archived: bool = False

    @property
    def depth(self) -> int:
        """How many categories it stands in."""
        return len(self.ancestors)

    @property
    def path(self) -> str:
        """Where it is read."""
        return category_path(self.slug)


def category_path(slug: str) -> str:
    """A category's page."""
    return f"/kb/categories/{quote(slug)}"


OTHERS_PATH = category_path(EVERYTHING_ELSE)

_COLUMNS = """c.id, c.slug, c.name, c.description, c.icon, c.colour, c.parent_id, c.ancestors, c.position, c.visibility,
    c.archived_at is not null as is_archived,
    (select count(*) from article_in_category ic join article ar on ar.id = ic.article_id
        where ic.category_id = c.id and ar.state = 'published' and ar.visibility = any($1)) as articles"""


async def list_categories(actor: Actor) -> list[Category]:
    """The whole tree, each category followed by what stands in it. `articles` counts those directly in it that the actor may read."""
    rows = await fetch_all(f"select {_COLUMNS} from article_category c where {SEEN_CATEGORY}", actor.visibilities)
    return in_order(_category(row) for row in rows)


async def list_archived_categories(actor: Actor) -> list[Category]:
    """What was taken away and can be brought back; for those who arrange."""
    rows = await fetch_all(
        f"select {_COLUMNS} from article_category c where c.archived_at is not null and c.visibility = any($1) order by c.name",
        actor.visibilities,
    )
    return [_category(row) for row in rows]


async def find_category(actor: Actor, slug: str) -> Category:
    """The category of this slug now or before: compare its `slug`, and lead there.

    `Gone` for one that was archived and whose place the actor saw, `NotFound` for anything else.
    """
    row = await fetch_one(
        f"select {_COLUMNS}, {SEEN_CATEGORY} as is_seen from article_category c where c.visibility = any($1)"
        " and (c.slug = $2 or c.id = (select category_id from article_category_address where slug = $2))"
        " order by c.slug = $2 desc limit 1",
        actor.visibilities,
        slug.replace("\x00", ""),
    )
    if row and row["is_seen"]:
        return _category(row)
    if row and row["is_archived"]:
        raise Gone(say("This category was taken away. Its articles are still found by search."))
    raise NotFound(say("There is no such category, or it is not yours to read."))


def in_order(categories: Iterable[Category]) -> list[Category]:
    """Depth first, siblings by position and name. What stands in something that is not among them is left out."""
    below: dict[UUID | None, list[Category]] = {}
    for category in sorted(categories, key=lambda c: (c.position, c.name, c.id)):
        below.setdefault(category.parent_id, []).append(category)

    def walk(parent: UUID | None) -> list[Category]:
        return [one for category in below.get(parent, ()) for one in (category, *walk(category.id))]

    return walk(None)


def above(category: Category, tree: Iterable[Category]) -> list[Category]:
    """The categories it stands in, from the top."""
    by_id = {one.id: one for one in tree}
    return [by_id[id_] for id_ in category.ancestors if id_ in by_id]


def _category(row: object) -> Category:
    fields = {key: row[key] for key in Category.__slots__}  # type: ignore[index]
    return Category(**{**fields, "ancestors": tuple(fields["ancestors"])})
