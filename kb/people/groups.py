"""Groups: people who are given something together, such as a space that they alone see."""

from dataclasses import dataclass
from uuid import UUID

import asyncpg

from kb.core.actor import Actor
from kb.core.database import execute, fetch_all, fetch_one, fetch_value
from kb.core.errors import Conflict, Invalid, NotFound
from kb.core.ids import new_id
from kb.core.permissions import Permission
from kb.core.policy import group_visibility
from kb.core.saying import say, say_many
from kb.core.unit_of_work import unit_of_work
from kb.people.rules import clean_group

MEMBERS_SHOWN = 500


@dataclass(frozen=True, slots=True)
class Group:
    """A group; suspended members count, for they come back as members."""

    id: UUID
    name: str
    description: str
    member_count: int

    @property
    def path(self) -> str:
        """Where an admin looks after it."""
        return f"/groups/{self.id}"

    @property
    def visibility(self) -> str:
        """What stands where `staff` may stand, for what this group alone reads."""
        return group_visibility(self.id)


@dataclass(frozen=True, slots=True)
class GroupMember:
    """Somebody in a group."""

    id: UUID
    name: str
    username: str | None
    email: str | None
    role: str


_GROUP = (
    "select g.id, g.name, g.description, (select count(*) from group_member m where m.group_id = g.id) as member_count"
    " from person_group g"
)


async def list_groups(actor: Actor) -> list[Group]:
    """All groups, by name."""
    actor.require(Permission.GROUP_MANAGE)
    return [Group(**row) for row in await fetch_all(f"{_GROUP} order by lower(g.name)")]


async def get_group(actor: Actor, group_id: UUID) -> Group:
    """The group. Raises `NotFound`."""
    actor.require(Permission.GROUP_MANAGE)
    row = await fetch_one(f"{_GROUP} where g.id = $1", group_id)
    if row is None:
        raise NotFound(say("There is no such group."))
    return Group(**row)


async def list_group_members(actor: Actor, group_id: UUID) -> list[GroupMember]:
    """The first `MEMBERS_SHOWN` by name."""
    actor.require(Permission.GROUP_MANAGE)
    rows = await fetch_all(
        "select p.id, p.name, p.username, p.email, p.role from group_member m join person p on p.id = m.person_id"
        " where m.group_id = $1 order by lower(p.name), p.id limit $2",
        group_id,
        MEMBERS_SHOWN,
    )
    return [GroupMember(**row) for row in rows]


async def create_group(actor: Actor, name: str, description: str = "") -> UUID:
    """A group of nobody yet. Raises `Invalid` for the name, `Conflict` where it is taken."""
    actor.require(Permission.GROUP_MANAGE)
    name, description = clean_group(name, description)
    async with unit_of_work(actor) as unit:
        group_id = new_id()
        made = await execute(
            "insert into person_group (id, name, description, created_at) values ($1, $2, $3, $4) on conflict do nothing",
            group_id,
            name,
            description,
            unit.now,
        )
        if not made:
            raise _taken()
        unit.audit("group.create", "group", group_id, name=name)
    return group_id


async def change_group(actor: Actor, group_id: UUID, name: str, description: str) -> None:
    """Give it another name or description; what it may read stays."""
    actor.require(Permission.GROUP_MANAGE)
    name, description = clean_group(name, description)
    try:
        async with unit_of_work(actor) as unit:
            row = await fetch_one("select name from person_group where id = $1 for update", group_id)
            if row is None:
                raise NotFound(say("There is no such group."))
            await execute(
                "update person_group set name = $2, description = $3 where id = $1", group_id, name, description
            )
            unit.audit("group.change", "group", group_id, before=row["name"], after=name)
    except asyncpg.UniqueViolationError as error:
        raise _taken() from error


async def delete_group(actor: Actor, group_id: UUID) -> None:
    """Raises `Conflict` while a space depends on it: such a space would be open to nobody."""
    actor.require(Permission.GROUP_MANAGE)
    async with unit_of_work(actor) as unit:
        row = await fetch_one("select name from person_group where id = $1 for update", group_id)
        if row is None:
            raise NotFound(say("There is no such group."))
        uses = "select count(*) from space where $1 in (visibility, who_sees, who_asks, who_answers)"
        if spaces := await fetch_value(uses, group_visibility(group_id)):
            raise Conflict(
                say_many(
                    "{n} space is this group's. Give it other readers first.",
                    "{n} spaces are this group's. Give them other readers first.",
                    spaces,
                )
            )
        await execute("delete from person_group where id = $1", group_id)
        unit.audit("group.delete", "group", group_id, name=row["name"])


async def add_member(actor: Actor, group_id: UUID, who: str) -> UUID:
    """By username or e-mail address; adding somebody twice is fine. What the group sees is theirs from the next request on."""
    actor.require(Permission.GROUP_MANAGE)
    who = who.replace("\x00", "").strip().removeprefix("@")
    async with unit_of_work(actor) as unit:
        if not await fetch_value("select 1 from person_group where id = $1 for share", group_id):
            raise NotFound(say("There is no such group."))
        person_id: UUID | None = await fetch_value(
            "select id from person where lower(username) = lower($1) or lower(email) = lower($1) limit 1", who
        )
        if person_id is None:
            raise Invalid(
                say("Nobody here has this name."),
                {"who": say("Give a username or an e-mail address of somebody here.")},
            )
        added = await execute(
            "insert into group_member (group_id, person_id, created_at) values ($1, $2, $3) on conflict do nothing",
            group_id,
            person_id,
            unit.now,
        )
        if added:
            unit.audit("group.add", "group", group_id, person_id=person_id)
    return person_id


async def remove_member(actor: Actor, group_id: UUID, person_id: UUID) -> None:
    """They see no more of what is the group's at the next request; removing twice is fine."""
    actor.require(Permission.GROUP_MANAGE)
    async with unit_of_work(actor) as unit:
        if await execute("delete from group_member where group_id = $1 and person_id = $2", group_id, person_id):
            unit.audit("group.remove", "group", group_id, person_id=person_id)


def _taken() -> Conflict:
    return Conflict(say("There is a group of this name already."), {"name": say("Choose another name.")})
