"""Spaces: the categories that hold topics, each with its readers; a space may stand within another."""

from dataclasses import dataclass
from uuid import UUID

from kb.core.actor import Actor
from kb.core.database import execute, fetch_all, fetch_one
from kb.core.errors import Conflict, NotFound
from kb.core.ids import new_id
from kb.core.permissions import Permission
from kb.core.saying import say
from kb.core.unit_of_work import unit_of_work
from kb.forum.addresses import space_path
from kb.forum.rules import clean_title
from kb.forum.space_rights import check_rights, check_space, visibility_inside
from kb.text.slugs import slugify


@dataclass(frozen=True, slots=True)
class Space:
    """A space as a reader sees it; counts leave out hidden topics, and are of the space itself without those within it."""

    id: UUID
    slug: str
    name: str
    description: str
    visibility: str
    topic_count: int
    solved_count: int
    parent_id: UUID | None
    colour: str
    position: int
    who_sees: str
    who_asks: str
    who_answers: str
    is_archived: bool

    @property
    def path(self) -> str:
        """Where its topics are listed."""
        return space_path(self.slug)

    @property
    def is_within(self) -> bool:
        """Whether it stands within another."""
        return self.parent_id is not None

    def may_ask(self, actor: Actor) -> bool:
        """Whether somebody who may ask at all may ask here."""
        return not self.is_archived and self.who_asks in actor.visibilities

    def may_answer(self, actor: Actor) -> bool:
        """Whether somebody who may reply at all may reply here."""
        return not self.is_archived and self.who_answers in actor.visibilities


@dataclass(frozen=True, slots=True)
class NewSpace:
    """What an admin typed. An empty slug is made from the name; `parent` is a slug or "".

    The three rights are `public`, `members`, `staff` or `group:<id>`; `visibility` is who sees it.
    """

    name: str
    description: str = ""
    visibility: str = "public"
    slug: str = ""
    position: int = 0
    parent: str = ""
    colour: str = ""
    who_asks: str = "members"
    who_answers: str = "members"


_COLUMNS = (
    "select id, slug, name, description, visibility, topic_count, solved_count, parent_id, colour, position,"
    " coalesce(who_sees, visibility) as who_sees, who_asks, who_answers, archived_at is not null as is_archived from space"
)


async def list_spaces(actor: Actor) -> list[Space]:
    """All spaces the actor may read, in the order an admin gave them, those within another right after it."""
    rows = await fetch_all(f"{_COLUMNS} where visibility = any($1) order by position, name", actor.visibilities)
    return _as_tree([Space(**row) for row in rows])


def _as_tree(spaces: list[Space]) -> list[Space]:
    within: dict[UUID | None, list[Space]] = {}
    for space in spaces:
        within.setdefault(space.parent_id, []).append(space)
    return [one for top in within.get(None, []) for one in (top, *within.get(top.id, []))]


async def find_space(actor: Actor, slug: str) -> Space | None:
    """The space, or None where there is none that the actor may read."""
    if "\x00" in slug:
        return None
    row = await fetch_one(f"{_COLUMNS} where visibility = any($1) and slug = $2", actor.visibilities, slug)
    return Space(**row) if row else None


async def get_space(actor: Actor, slug: str) -> Space:
    """The space; `NotFound` where there is none that the actor may read."""
    space = await find_space(actor, slug)
    if space is None:
        raise NotFound(say("There is no such space, or it is not yours to read."))
    return space


async def create_space(actor: Actor, draft: NewSpace) -> str:
    """Make a space; returns its slug."""
    actor.require(Permission.SPACE_MANAGE)
    name, slug = clean_title(draft.name), draft.slug or slugify(draft.name)
    check_space(name, draft.description, draft.colour, slug)
    async with unit_of_work(actor) as unit:
        await check_rights(actor, sees=draft.visibility, asks=draft.who_asks, answers=draft.who_answers)
        parent_id, visibility = await visibility_inside(actor, draft.parent, draft.visibility)
        space_id = new_id()
        made = await execute(
            "insert into space (id, slug, name, description, visibility, position, created_at, parent_id, colour,"
            "   who_sees, who_asks, who_answers)"
            " values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) on conflict (slug) do nothing",
            space_id,
            slug,
            name,
            clean_title(draft.description),
            visibility,
            draft.position,
            unit.now,
            parent_id,
            draft.colour,
            draft.visibility,
            draft.who_asks,
            draft.who_answers,
        )
        if not made:
            raise Conflict(say("There is a space of this name already."), {"name": say("Choose another name.")})
        unit.audit("space.create", "space", space_id, slug=slug)
    return slug


async def add_to_counts(space_id: UUID, *, topics: int = 0, solved: int = 0) -> None:
    """Part of the forum's other writes: keep a space's counts exact. Its row is locked last, after the topic's."""
    if topics or solved:
        await execute(
            "update space set topic_count = topic_count + $2, solved_count = solved_count + $3 where id = $1",
            space_id,
            topics,
            solved,
        )
