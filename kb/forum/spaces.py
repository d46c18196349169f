"""Spaces: the categories that hold topics, each with its readers."""

import re
from dataclasses import dataclass
from uuid import UUID

from kb.core.actor import Actor
from kb.core.database import execute, fetch_all, fetch_one
from kb.core.errors import Conflict, Invalid, NotFound
from kb.core.ids import new_id
from kb.core.permissions import Permission
from kb.core.unit_of_work import unit_of_work
from kb.forum.addresses import space_path
from kb.forum.rules import clean_title
from kb.text.slugs import slugify

VISIBILITIES = ("public", "members", "staff")
NAME_MAX = 60
DESCRIPTION_MAX = 300
_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


@dataclass(frozen=True, slots=True)
class Space:
    """A space as a reader sees it; counts leave out hidden topics."""

    id: UUID
    slug: str
    name: str
    description: str
    visibility: str
    topic_count: int
    solved_count: int

    @property
    def path(self) -> str:
        """Where its topics are listed."""
        return space_path(self.slug)


@dataclass(frozen=True, slots=True)
class NewSpace:
    """What an admin typed. An empty slug is made from the name."""

    name: str
    description: str = ""
    visibility: str = "public"
    slug: str = ""
    position: int = 0


_COLUMNS = "select id, slug, name, description, visibility, topic_count, solved_count from space"


async def list_spaces(actor: Actor) -> list[Space]:
    """All spaces the actor may read, in the order an admin gave them."""
    rows = await fetch_all(f"{_COLUMNS} where visibility = any($1) order by position, name", actor.visibilities)
    return [Space(**row) for row in rows]


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
        raise NotFound("There is no such space, or it is not yours to read.")
    return space


async def create_space(actor: Actor, draft: NewSpace) -> str:
    """Make a space; returns its slug."""
    actor.require(Permission.SPACE_MANAGE)
    name, slug = clean_title(draft.name), draft.slug or slugify(draft.name)
    _check(name, slug, draft)
    async with unit_of_work(actor) as unit:
        space_id = new_id()
        made = await execute(
            "insert into space (id, slug, name, description, visibility, position, created_at)"
            " values ($1, $2, $3, $4, $5, $6, $7) on conflict (slug) do nothing",
            space_id,
            slug,
            name,
            clean_title(draft.description),
            draft.visibility,
            draft.position,
            unit.now,
        )
        if not made:
            raise Conflict("There is a space of this name already.", {"name": "Choose another name."})
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


def _check(name: str, slug: str, draft: NewSpace) -> None:
    fields = {}
    if not 2 <= len(name) <= NAME_MAX:
        fields["name"] = f"Give it a name of 2 to {NAME_MAX} characters."
    if len(draft.description) > DESCRIPTION_MAX:
        fields["description"] = f"At most {DESCRIPTION_MAX} characters."
    if draft.visibility not in VISIBILITIES:
        fields["visibility"] = "Choose who may read it."
    if not _SLUG.fullmatch(slug):
        fields["slug"] = "Small letters, digits and single hyphens."
    if fields:
        raise Invalid("The space needs a little more.", fields)
