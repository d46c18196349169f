"""Making, changing, moving and taking away categories. Addresses that were given out keep leading somewhere."""

from dataclasses import dataclass
from uuid import UUID

from kb.answers.rules import clean_line
from kb.articles.categories import Category, find_category, list_categories
from kb.articles.rules import DEPTH, check_category, choose_category_slug
from kb.core.actor import Actor
from kb.core.database import execute, fetch_one, fetch_value
from kb.core.errors import Invalid, NotFound
from kb.core.ids import new_id
from kb.core.permissions import Permission
from kb.core.saying import say
from kb.core.unit_of_work import UnitOfWork, unit_of_work

_ALONE = "lock table article_category in share row exclusive mode"
"""One arranges at a time: positions and ancestors are of the whole tree. Readers do not wait."""


@dataclass(frozen=True, slots=True)
class CategoryDraft:
    """A category as somebody wants it. `parent` is a slug, "" at the top; an empty `slug` is made of the name."""

    name: str
    description: str = ""
    icon: str = "book"
    colour: str = ""
    visibility: str = "public"
    parent: str = ""
    slug: str = ""


async def make_category(actor: Actor, draft: CategoryDraft) -> str:
    """A new category, the last in its place; returns its slug."""
    actor.require(Permission.ARTICLE_PUBLISH)
    draft = _checked(actor, draft)
    async with unit_of_work(actor) as unit:
        await execute(_ALONE)
        parent = await _parent(actor, draft.parent)
        if parent and parent.depth + 2 > DEPTH:
            raise _too_deep()
        category_id = new_id()
        await _take_slug(draft.slug, category_id)
        await execute(
            "insert into article_category"
            " (id, slug, name, description, icon, colour, visibility, parent_id, ancestors, position, created_at)"
            " values ($1, $2, $3, $4, $5, $6, $7, $8, $9, (select coalesce(max(position), 0) + 1 from article_category"
            "   where parent_id is not distinct from $8), $10)",
            category_id, draft.slug, draft.name, draft.description, draft.icon, draft.colour, draft.visibility,
            parent.id if parent else None, [*parent.ancestors, parent.id] if parent else [], unit.now,
        )  # fmt: skip
        unit.audit("category.make", "article_category", category_id, name=draft.name)
    return draft.slug


async def change_category(actor: Actor, slug: str, draft: CategoryDraft) -> str:
    """Make it what is sent, with all that stands in it; returns its slug. The former slug goes on leading to it."""
    actor.require(Permission.ARTICLE_PUBLISH)
    draft = _checked(actor, draft)
    async with unit_of_work(actor) as unit:
        await execute(_ALONE)
        category = await find_category(actor, slug)
        if draft.slug != category.slug:
            await _take_slug(draft.slug, category.id)
            await execute(
                "insert into article_category_address (slug, category_id) values ($1, $2)", category.slug, category.id
            )
        await execute(
            "update article_category set slug = $2, name = $3, description = $4, icon = $5, colour = $6, visibility = $7 where id = $1",
            category.id, draft.slug, draft.name, draft.description, draft.icon, draft.colour, draft.visibility,
        )  # fmt: skip
        await _put_under(unit, actor, category, await _parent(actor, draft.parent))
        unit.audit(
            "category.change",
            "article_category",
            category.id,
            before=category.name,
            slug=category.slug,
            after=draft.name,
        )
    return draft.slug


async def move_category(actor: Actor, slug: str, *, up: bool) -> None:
    """Past its neighbour of the same parent; at the end nothing moves."""
    actor.require(Permission.ARTICLE_PUBLISH)
    async with unit_of_work(actor) as unit:
        await execute(_ALONE)
        category = await find_category(actor, slug)
        siblings = [one.id for one in await list_categories(actor) if one.parent_id == category.parent_id]
        at = siblings.index(category.id)
        to = at - 1 if up else at + 1
        if not 0 <= to < len(siblings):
            return
        siblings[at], siblings[to] = siblings[to], siblings[at]
        await execute(
            "update article_category c set position = o.at from unnest($1::uuid[]) with ordinality as o (id, at) where c.id = o.id",
            siblings,
        )
        unit.audit("category.move", "article_category", category.id, to=to + 1)


async def archive_category(actor: Actor, slug: str) -> None:
    """Take it away with what stands in it. Its articles stay readable, as if they stood in none."""
    actor.require(Permission.ARTICLE_PUBLISH)
    async with unit_of_work(actor) as unit:
        category = await find_category(actor, slug)
        await execute("update article_category set archived_at = $2 where id = $1", category.id, unit.now)
        unit.audit("category.archive", "article_category", category.id, name=category.name)


async def restore_category(actor: Actor, slug: str) -> None:
    """Bring it back where it stood."""
    actor.require(Permission.ARTICLE_PUBLISH)
    async with unit_of_work(actor) as unit:
        row = await fetch_one(
            "update article_category set archived_at = null"
            " where slug = $1 and archived_at is not null and visibility = any($2) returning id",
            slug,
            actor.visibilities,
        )
        if row is None:
            raise NotFound(say("There is no such category that was taken away."))
        unit.audit("category.restore", "article_category", row["id"], slug=slug)


async def _put_under(unit: UnitOfWork, actor: Actor, category: Category, parent: Category | None) -> None:
    """With its whole subtree; last among its new siblings."""
    if (parent.id if parent else None) == category.parent_id:
        return
    if parent and (parent.id == category.id or category.id in parent.ancestors):
        raise Invalid(
            say("A category cannot stand in itself."), {"parent": say("Choose one that does not stand in this.")}
        )
    above = [*parent.ancestors, parent.id] if parent else []
    height = await fetch_value(
        "select coalesce(max(cardinality(ancestors)), $2) - $2 from article_category where $1 = any(ancestors)",
        category.id,
        category.depth,
    )
    if len(above) + 1 + height > DEPTH:
        raise _too_deep()
    await execute(
        "update article_category set parent_id = $2, ancestors = $3, position = (select coalesce(max(position), 0) + 1"
        " from article_category where parent_id is not distinct from $2) where id = $1",
        category.id,
        parent.id if parent else None,
        above,
    )
    await execute(
        "update article_category set ancestors = $2::uuid[] || ancestors[array_position(ancestors, $1):] where $1 = any(ancestors)",
        category.id,
        above,
    )


def _checked(actor: Actor, draft: CategoryDraft) -> CategoryDraft:
    name, description = clean_line(draft.name), clean_line(draft.description)
    check_category(
        name=name, description=description, icon=draft.icon, colour=draft.colour, visibility=draft.visibility
    )
    if draft.visibility not in actor.visibilities:
        raise Invalid(
            say("You would not see this category yourself."), {"visibility": say("Choose a group you are in.")}
        )
    slug = choose_category_slug(draft.slug or name)
    return CategoryDraft(name, description, draft.icon, draft.colour, draft.visibility, draft.parent, slug)


async def _parent(actor: Actor, slug: str) -> Category | None:
    if not slug:
        return None
    try:
        return await find_category(actor, slug)
    except NotFound:
        raise Invalid(say("The category is unknown."), {"parent": say("Choose one of the list.")}) from None


async def _take_slug(slug: str, category_id: UUID) -> None:
    """Present addresses are nobody else's; a former one may be given anew."""
    if await fetch_value("select 1 from article_category where slug = $1 and id <> $2", slug, category_id):
        raise Invalid(
            say("There is such a category already."), {"name": say("Choose another name, or another address.")}
        )
    await execute("delete from article_category_address where slug = $1", slug)


def _too_deep() -> Invalid:
    return Invalid(
        say("Categories stand at most {depth} deep.", depth=DEPTH), {"parent": say("Choose one further up.")}
    )
