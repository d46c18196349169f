"""Categories for programs: /api/v1/article-categories."""

from dataclasses import dataclass
from typing import Any

from litestar import Request, delete, get, post, put

from kb.answers.access import find_article_id
from kb.articles import arranging
from kb.articles.arranging import CategoryDraft
from kb.articles.categories import Category, find_category, list_archived_categories, list_categories
from kb.articles.placing import move_article, place_in_category
from kb.articles.shelves import get_category_page, get_place
from kb.core.actor import Actor
from kb.core.permissions import Permission
from server.lists import CursorIn, Items, LimitIn, listed, part_of
from server.security.guards import requires

READ = [requires(Permission.ARTICLE_READ)]
ARRANGE = [requires(Permission.ARTICLE_PUBLISH)]
Asked = Request[Any, Any, Any]


@dataclass(frozen=True, slots=True)
class CategoryOut:
    """A category; `parent` is a slug, `articles` counts those directly in it that the caller may read."""

    slug: str
    name: str
    description: str
    icon: str
    colour: str
    parent: str
    visibility: str
    articles: int
    url: str


@dataclass(frozen=True, slots=True)
class ArticleInCategoryOut:
    """An article of a category, in its order."""

    number: int
    title: str
    url: str
    category: str


@dataclass(frozen=True, slots=True)
class WholeCategoryOut:
    """A category with all articles in it and in what stands in it."""

    category: CategoryOut
    articles: list[ArticleInCategoryOut]


@dataclass(frozen=True, slots=True)
class CategoryIn:
    """A category as a program wants it; what is left out is as in a new one. `visibility` is public, members, staff or group:<id>."""

    name: str
    description: str = ""
    icon: str = "book"
    colour: str = ""
    visibility: str = "public"
    parent: str = ""
    slug: str = ""


@dataclass(frozen=True, slots=True)
class DirectionIn:
    """`up` is true for one place up, false for one down."""

    up: bool


@dataclass(frozen=True, slots=True)
class PlaceIn:
    """The slug of a category; "" for none."""

    category: str


@dataclass(frozen=True, slots=True)
class PlaceOut:
    """Where an article stands: its category's slug, and the addresses of its neighbours there."""

    category: str
    previous_url: str
    next_url: str


@get("/api/v1/article-categories", guards=READ)
async def api_list_categories(
    request: Asked, actor: Actor, cursor: CursorIn = "", limit: LimitIn = 50
) -> Items[CategoryOut]:
    """The whole tree, each category followed by what stands in it."""
    tree = await list_categories(actor)
    rows = [_out(request, one, tree) for one in tree]
    return listed(rows, lambda one: one.slug, cursor=cursor, limit=limit)


@get("/api/v1/archived-article-categories", guards=ARRANGE)
async def api_list_archived_categories(
    request: Asked, actor: Actor, cursor: CursorIn = "", limit: LimitIn = 50
) -> Items[CategoryOut]:
    """What was taken away and can be brought back."""
    found = await list_archived_categories(actor)
    return part_of(found, lambda c: _out(request, c, found), lambda c: str(c.id), cursor=cursor, limit=limit)


@get("/api/v1/article-categories/{slug:str}", guards=READ)
async def api_get_category(request: Asked, actor: Actor, slug: str) -> WholeCategoryOut:
    """One category; a former slug finds it, too."""
    page, tree, base = await get_category_page(actor, slug), await list_categories(actor), _base(request)
    lines = [(page.category.slug, page.articles)]
    lines += [(shelf.category.slug, shelf.articles) for shelf in page.inner if shelf.category]
    return WholeCategoryOut(
        _out(request, page.category, tree),
        [ArticleInCategoryOut(a.number, a.title, base + a.path, name) for name, articles in lines for a in articles],
    )


@post("/api/v1/article-categories", guards=ARRANGE)
async def api_make_category(request: Asked, actor: Actor, data: CategoryIn) -> CategoryOut:
    """Make a category, the last in its place."""
    return await _read(request, actor, await arranging.make_category(actor, _draft(data)))


@put("/api/v1/article-categories/{slug:str}", guards=ARRANGE)
async def api_change_category(request: Asked, actor: Actor, slug: str, data: CategoryIn) -> CategoryOut:
    """Make the category what is sent, moved with all that stands in it where `parent` differs. An empty `slug` is made of the name."""
    return await _read(request, actor, await arranging.change_category(actor, slug, _draft(data)))


@post("/api/v1/article-categories/{slug:str}/position", guards=ARRANGE)
async def api_move_category(request: Asked, actor: Actor, slug: str, data: DirectionIn) -> CategoryOut:
    """One place up or down among its siblings."""
    await arranging.move_category(actor, slug, up=data.up)
    return await _read(request, actor, slug)


@delete("/api/v1/article-categories/{slug:str}", guards=ARRANGE)
async def api_archive_category(actor: Actor, slug: str) -> None:
    """Take it away from readers; its articles stay, as if in no category. Its address says 410 from then on."""
    await arranging.archive_category(actor, slug)


@post("/api/v1/article-categories/{slug:str}/restoration", guards=ARRANGE)
async def api_restore_category(request: Asked, actor: Actor, slug: str) -> CategoryOut:
    """Bring it back where it stood."""
    await arranging.restore_category(actor, slug)
    return await _read(request, actor, slug)


@get("/api/v1/articles/{number:int}/category", guards=READ)
async def api_get_place(request: Asked, actor: Actor, number: int) -> PlaceOut:
    """Where the article stands."""
    place, base = await get_place(actor, await find_article_id(actor, number)), _base(request)
    return PlaceOut(
        place.category,
        base + place.before.path if place.before else "",
        base + place.after.path if place.after else "",
    )


@put("/api/v1/articles/{number:int}/category", guards=ARRANGE)
async def api_place_article(request: Asked, actor: Actor, number: int, data: PlaceIn) -> PlaceOut:
    """Put the article into a category, as the last one."""
    await place_in_category(actor, await find_article_id(actor, number), data.category)
    result: PlaceOut = await api_get_place.fn(request, actor, number)
    return result


@post("/api/v1/articles/{number:int}/position", guards=ARRANGE)
async def api_move_article(request: Asked, actor: Actor, number: int, data: DirectionIn) -> PlaceOut:
    """One place up or down in its category."""
    await move_article(actor, await find_article_id(actor, number), up=data.up)
    result: PlaceOut = await api_get_place.fn(request, actor, number)
    return result


async def _read(request: Asked, actor: Actor, slug: str) -> CategoryOut:
    return _out(request, await find_category(actor, slug), await list_categories(actor))


def _base(request: Asked) -> str:
    base: str = request.app.state.services.settings.base_url
    return base


def _draft(data: CategoryIn) -> CategoryDraft:
    return CategoryDraft(**{name: getattr(data, name) for name in CategoryDraft.__slots__})


def _out(request: Asked, one: Category, tree: list[Category]) -> CategoryOut:
    parent = next((other.slug for other in tree if other.id == one.parent_id), "")
    return CategoryOut(
        one.slug, one.name, one.description, one.icon, one.colour, parent, one.visibility, one.articles, _base(request) + one.path
    )  # fmt: skip
