"""The category page, and the page where categories are made and put in order."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from litestar import Request, Response, get, post
from litestar.response import Redirect

from kb.answers.access import find_article_id
from kb.answers.article_lists import ArticleLine
from kb.articles import arranging
from kb.articles.arranging import CategoryDraft
from kb.articles.categories import (
    OTHERS_PATH,
    Category,
    find_category,
    list_archived_categories,
    list_categories,
)
from kb.articles.placing import move_article
from kb.articles.rules import COLOURS, EVERYTHING_ELSE, ICONS
from kb.articles.shelves import CategoryPage, get_category_page, list_others
from kb.core.actor import Actor
from kb.core.errors import Invalid
from kb.core.permissions import Permission
from kb.core.saying import say
from kb.people.groups import list_groups
from server.answers.forms import read_fields
from server.code_names import COLOUR_NAMES
from server.errors import STATUS
from server.pages import Page, flash, render
from server.security.guards import requires
from server.structured import describe_places
from server.wiring import Services

READ = [requires(Permission.ARTICLE_READ)]
ARRANGE = [requires(Permission.ARTICLE_PUBLISH)]
Asked = Request[Any, Any, Any]


@dataclass(frozen=True, slots=True)
class ShownCategory(Page):
    """A category with what stands in it."""

    shown: CategoryPage

    @property
    def crumbs(self) -> list[tuple[str | None, str]]:
        """The way here."""
        above: list[tuple[str | None, str]] = [(one.path, one.name) for one in self.shown.above]
        return [("/kb", say("Knowledge base")), *above, (None, self.shown.category.name)]


@dataclass(frozen=True, slots=True)
class OthersPage(Page):
    """Articles of no category."""

    articles: Sequence[ArticleLine]


@dataclass(frozen=True, slots=True)
class OrderPage(Page):
    """All categories, to be put in order. `moved` is the slug of the one that was just moved, for the keyboard's focus."""

    categories: Sequence[Category]
    archived: Sequence[Category]
    moved: str
    direction: str


@dataclass(frozen=True, slots=True)
class CategoryFormPage(Page):
    """A category as typed so far; `category` is None while it is new."""

    form: CategoryDraft
    category: Category | None
    parents: Sequence[tuple[str, str]]
    groups: Sequence[tuple[str, str]]
    errors: Mapping[str, str] = field(default_factory=dict)

    @property
    def icons(self) -> Sequence[str]:
        """What may stand before its name."""
        return ICONS

    @property
    def colours(self) -> list[tuple[str, str]]:
        """Colours as options."""
        return [(name, COLOUR_NAMES[name]) for name in COLOURS]


@get("/kb/categories/{slug:str}", guards=READ)
async def show_category(request: Asked, actor: Actor, services: Services, slug: str) -> Response[Any]:
    """A category; a former address leads to the present one."""
    if slug == EVERYTHING_ELSE:
        page = OthersPage(say("Everything else"), await list_others(actor), canonical=OTHERS_PATH)
        return render(request, "articles/others.html", page, shared=True)
    shown = await get_category_page(actor, slug)
    if shown.category.slug != slug:
        return Redirect(shown.category.path, status_code=301)
    way = [(say("Knowledge base"), "/kb"), *((one.name, one.path) for one in (*shown.above, shown.category))]
    return render(
        request,
        "articles/category.html",
        ShownCategory(
            shown.category.name,
            shown,
            canonical=shown.category.path,
            description=shown.category.description,
            structured="" if actor.is_signed_in else describe_places(way, services.settings.base_url),
        ),
        shared=True,
    )


@get("/kb/categories", guards=ARRANGE)
async def show_order(request: Asked, actor: Actor, moved: str = "", direction: str = "") -> Response[Any]:
    """All categories, to be put in order."""
    page = OrderPage(
        say("Categories"), await list_categories(actor), await list_archived_categories(actor), moved, direction
    )
    return render(request, "articles/order.html", page)


@get("/kb/categories/new", guards=ARRANGE)
async def new_category(request: Asked, actor: Actor, parent: str = "") -> Response[Any]:
    """The form for a category."""
    return await _show_form(request, actor, CategoryDraft("", parent=parent))


@post("/kb/categories", guards=ARRANGE)
async def make_category(request: Asked, actor: Actor) -> Response[Any]:
    """Make it; a refusal shows the form again with what was typed."""
    draft = _draft(await read_fields(request))
    try:
        slug = await arranging.make_category(actor, draft)
    except Invalid as refusal:
        return await _show_form(request, actor, draft, errors=refusal.fields)
    return flash(Redirect(f"/kb/categories?moved={slug}", status_code=303), "good", say("The category is made."))


@get("/kb/categories/{slug:str}/edit", guards=ARRANGE)
async def edit_category(request: Asked, actor: Actor, slug: str) -> Response[Any]:
    """The form, as the category is."""
    category = await find_category(actor, slug)
    parent = next((one.slug for one in await list_categories(actor) if one.id == category.parent_id), "")
    form = CategoryDraft(
        category.name,
        category.description,
        category.icon,
        category.colour,
        category.visibility,
        parent,
        category.slug,
    )
    return await _show_form(request, actor, form, category)


@post("/kb/categories/{slug:str}/edit", guards=ARRANGE)
async def change_category(request: Asked, actor: Actor, slug: str) -> Response[Any]:
    """Change it; a refusal shows the form again with what was typed."""
    category, draft = await find_category(actor, slug), _draft(await read_fields(request))
    try:
        present = await arranging.change_category(actor, slug, draft)
    except Invalid as refusal:
        return await _show_form(request, actor, draft, category, errors=refusal.fields)
    return flash(Redirect(f"/kb/categories?moved={present}", status_code=303), "good", say("The category is changed."))


@post("/kb/categories/{slug:str}/position", guards=ARRANGE)
async def move_category(request: Asked, actor: Actor, slug: str) -> Response[Any]:
    """One place up or down; the focus stays with it."""
    direction = (await read_fields(request)).get("direction", "up")
    await arranging.move_category(actor, slug, up=direction == "up")
    kept = "up" if direction == "up" else "down"
    return Redirect(f"/kb/categories?moved={slug}&direction={kept}", status_code=303)


@post("/kb/categories/{slug:str}/archive", guards=ARRANGE)
async def archive_category(actor: Actor, slug: str) -> Response[Any]:
    """Away from readers; its articles stay."""
    await arranging.archive_category(actor, slug)
    return flash(
        Redirect("/kb/categories", status_code=303), "good", say("Taken away. Its articles stand in Everything else.")
    )


@post("/kb/categories/{slug:str}/restoration", guards=ARRANGE)
async def restore_category(actor: Actor, slug: str) -> Response[Any]:
    """Back where it stood."""
    await arranging.restore_category(actor, slug)
    return flash(Redirect(f"/kb/categories?moved={slug}", status_code=303), "good", say("It is back."))


@post("/kb/{number:int}/position", guards=ARRANGE)
async def move_article_page(request: Asked, actor: Actor, number: int) -> Response[Any]:
    """An article one place up or down in its category."""
    fields = await read_fields(request)
    await move_article(actor, await find_article_id(actor, number), up=fields.get("direction", "up") == "up")
    category = await find_category(actor, fields.get("category", ""))
    return Redirect(f"{category.path}#article-{number}", status_code=303)


async def _show_form(
    request: Asked,
    actor: Actor,
    form: CategoryDraft,
    category: Category | None = None,
    *,
    errors: Mapping[str, str] | None = None,
) -> Response[Any]:
    tree = await list_categories(actor)
    fitting = [one for one in tree if one.depth < 2 and not (category and category.id in (one.id, *one.ancestors))]
    groups = await list_groups(actor) if actor.may(Permission.GROUP_MANAGE) else []
    page = CategoryFormPage(
        category.name if category else say("New category"),
        form,
        category,
        [("", say("None: it stands at the top")), *((one.slug, "\u2003" * one.depth + one.name) for one in fitting)],
        [(group.visibility, group.name) for group in groups],
        errors or {},
    )
    return render(request, "articles/category_form.html", page, status=STATUS[Invalid] if errors else 200)


def _draft(sent: Mapping[str, str]) -> CategoryDraft:
    names = ("name", "description", "icon", "colour", "visibility", "parent", "slug")
    return CategoryDraft(**{"name": "", **{name: sent[name] for name in names if name in sent}})
