"""The knowledge base as its readers walk through it: home, a category, and where an article stands among its neighbours."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from kb.answers.access import READABLE_ARTICLE, readers
from kb.answers.addresses import article_path
from kb.answers.article_lists import ARTICLE_COLUMNS, ARTICLE_FROM, ArticleLine, line_of
from kb.answers.versions import ONE_VERSION, in_their_language
from kb.articles.categories import SEEN_CATEGORY, Category, above, category_path, find_category, list_categories
from kb.core.actor import Actor
from kb.core.database import fetch_all, fetch_one

ON_HOME = 5
"""Articles of a category on the knowledge base's home: the ones that helped most people."""

IN_CATEGORY = 500
"""Articles on a category's page, with all that stands in it."""


@dataclass(frozen=True, slots=True)
class Shelf:
    """Articles of one category; `category` is None for those of none. `count` is of all of them, below it, too."""

    category: Category | None
    inner: tuple[Category, ...]
    count: int
    articles: tuple[ArticleLine, ...]


@dataclass(frozen=True, slots=True)
class CategoryPage:
    """A category, the way to it from the top, its own articles, and one shelf for each category in it."""

    category: Category
    above: tuple[Category, ...]
    articles: tuple[ArticleLine, ...]
    inner: tuple[Shelf, ...]


@dataclass(frozen=True, slots=True)
class Neighbour:
    """The article before or after, in the category's order."""

    number: int
    title: str
    path: str


@dataclass(frozen=True, slots=True)
class ArticlePlace:
    """Where an article stands: (name, path) from the top down, and its neighbours. Empty for one of no category the actor sees."""

    above: tuple[tuple[str, str], ...] = ()
    category: str = ""
    before: Neighbour | None = None
    after: Neighbour | None = None

    @property
    def neighbours(self) -> tuple[int, ...]:
        """The numbers of the articles before and after."""
        return tuple(one.number for one in (self.before, self.after) if one)


_SHOWN = ONE_VERSION.format(also="")

_LINES = f"""
select {ARTICLE_COLUMNS}, c.id as category_id, coalesce(c.ancestors[1], c.id) as root_id, ic.position as place, ar.number as num
    {ARTICLE_FROM}
    left join article_in_category ic on ic.article_id = ar.family_id
    left join article_category c on c.id = ic.category_id and {SEEN_CATEGORY}
    where {READABLE_ARTICLE} and ar.state = 'published' and {_SHOWN}
"""

_HOME = f"""
select * from (
    select l.*, count(*) over roots as shelf_count,
        row_number() over (partition by root_id order by people_helped desc, published_at desc, num desc) as rank
    from ({_LINES}) l window roots as (partition by root_id)
) placed where rank <= {ON_HOME} order by rank
"""

_OF_CATEGORY = f"{_LINES} and (c.id = $3 or $3 = any(c.ancestors)) order by place, num limit {IN_CATEGORY}"
_OF_NONE = f"{_LINES} and c.id is null order by ar.published_at desc, num desc limit {IN_CATEGORY}"


async def list_shelves(actor: Actor) -> list[Shelf]:
    """The home: each category at the top with what helped most, then what stands in none. Two statements. Empty categories are left out."""
    tree = await list_categories(actor)
    found: dict[UUID | None, list[Mapping[str, Any]]] = {}
    for row in await fetch_all(in_their_language(_HOME, actor), *readers(actor)):
        found.setdefault(row["root_id"], []).append(row)
    shelves = [
        _shelf(category, tuple(one for one in tree if one.parent_id == category.id), found.get(category.id, []))
        for category in tree
        if category.depth == 0
    ]
    others = [_shelf(None, (), found[None])] if None in found else []
    return [shelf for shelf in (*shelves, *others) if shelf.count]


async def get_category_page(actor: Actor, slug: str) -> CategoryPage:
    """In three statements. Raises as `find_category` does; a former slug gives the category of the present one."""
    category, tree = await find_category(actor, slug), await list_categories(actor)
    rows = await fetch_all(in_their_language(_OF_CATEGORY, actor), *readers(actor), category.id)
    by_category: dict[UUID, list[Mapping[str, Any]]] = {}
    for row in rows:
        by_category.setdefault(row["category_id"], []).append(row)
    inner = [
        Shelf(one, (), one.articles, tuple(line_of(row) for row in by_category.get(one.id, ())))
        for one in tree
        if category.id in one.ancestors
    ]
    return CategoryPage(
        category,
        tuple(above(category, tree)),
        tuple(line_of(row) for row in by_category.get(category.id, ())),
        tuple(shelf for shelf in inner if shelf.articles or actor.is_staff),
    )


async def list_others(actor: Actor) -> list[ArticleLine]:
    """Articles that stand in no category the actor sees, newest first."""
    return [line_of(row) for row in await fetch_all(in_their_language(_OF_NONE, actor), *readers(actor))]


_NEXT = """left join lateral (select ar.number, ar.slug, ar.title from article_in_category o join article ar on ar.family_id = o.article_id
    where o.category_id = ic.category_id and {readable} and ar.state = 'published' and {shown} and ar.family_id <> me.family_id
        and (o.position, ar.number) {beyond} (ic.position, me.number)
    order by o.position {order}, ar.number {order} limit 1) {name} on true"""

PLACE = f"""
select c.slug, c.name, (select json_agg(json_build_array(p.name, p.slug) order by cardinality(p.ancestors))
        from article_category p where p.id = any(c.ancestors)) as above,
    b.number as before_number, b.slug as before_slug, b.title as before_title,
    n.number as after_number, n.slug as after_slug, n.title as after_title
from article_in_category ic join article me on me.family_id = ic.article_id
join article_category c on c.id = ic.category_id and {SEEN_CATEGORY}
{_NEXT.format(readable=READABLE_ARTICLE, shown=_SHOWN, beyond="<", order="desc", name="b")}
{_NEXT.format(readable=READABLE_ARTICLE, shown=_SHOWN, beyond=">", order="asc", name="n")}
where me.id = $3
"""


async def get_place(actor: Actor, article_id: UUID) -> ArticlePlace:
    """In one statement."""
    row = await fetch_one(in_their_language(PLACE, actor), *readers(actor), article_id)
    return place_of(row)


def place_of(row: Any) -> ArticlePlace:
    """The row of a query over `PLACE`."""
    if row is None or row["slug"] is None:
        return ArticlePlace()
    way = [*json.loads(row["above"] or "[]"), (row["name"], row["slug"])]
    return ArticlePlace(
        tuple((name, category_path(slug)) for name, slug in way),
        row["slug"],
        _neighbour(row, "before"),
        _neighbour(row, "after"),
    )


def _neighbour(row: Mapping[str, Any], side: str) -> Neighbour | None:
    if row[f"{side}_number"] is None:
        return None
    return Neighbour(
        row[f"{side}_number"], row[f"{side}_title"], article_path(row[f"{side}_number"], row[f"{side}_slug"])
    )


def _shelf(category: Category | None, inner: tuple[Category, ...], rows: list[Mapping[str, Any]]) -> Shelf:
    return Shelf(category, inner, rows[0]["shelf_count"] if rows else 0, tuple(line_of(row) for row in rows))
