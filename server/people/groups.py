"""Groups, as pages for admins and for programs."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from litestar import Request, Response, delete, get, post, put
from litestar.response import Redirect

from kb.core.actor import Actor
from kb.core.errors import Conflict, Invalid
from kb.core.permissions import Permission
from kb.core.saying import say
from kb.people import groups
from kb.people.groups import Group, GroupMember
from server.errors import STATUS
from server.lists import CursorIn, Items, LimitIn, listed
from server.pages import Page, flash, render
from server.people.forms import read_text
from server.security.guards import requires

MANAGE = [requires(Permission.GROUP_MANAGE)]
Asked = Request[Any, Any, Any]


@dataclass(frozen=True, slots=True)
class GroupsPage(Page):
    """All groups and the form for another, as typed so far."""

    groups: list[Group]
    name: str = ""
    about: str = ""
    errors: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class GroupPage(Page):
    """One group with its people. `name`, `about` and `who` are what was typed."""

    group: Group
    members: list[GroupMember]
    name: str
    about: str
    who: str = ""
    errors: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class GroupIn:
    """A group as a program wants it."""

    name: str
    description: str = ""


@dataclass(frozen=True, slots=True)
class GroupWith:
    """A group and its people."""

    group: Group
    members: list[GroupMember]


@get("/groups", guards=MANAGE)
async def show_groups(request: Asked, actor: Actor) -> Response[Any]:
    """Every group."""
    return render(request, "people/groups.html", GroupsPage(say("Groups"), await groups.list_groups(actor)))


@post("/groups", guards=MANAGE)
async def make_group(request: Asked, actor: Actor) -> Response[Any]:
    """Make one; a refusal shows the form again with what was typed."""
    sent = await read_text(request)
    name, description = sent.get("name", ""), sent.get("description", "")
    try:
        group_id = await groups.create_group(actor, name, description)
    except (Invalid, Conflict) as refusal:
        page = GroupsPage(say("Groups"), await groups.list_groups(actor), name, description, refusal.fields)
        return render(request, "people/groups.html", page, status=STATUS[type(refusal)])
    return Redirect(f"/groups/{group_id}", status_code=303)


@get("/groups/{group_id:uuid}", guards=MANAGE)
async def show_group(request: Asked, actor: Actor, group_id: UUID) -> Response[Any]:
    """One group, its people, and the forms that change it."""
    return await _show(request, actor, group_id)


@post("/groups/{group_id:uuid}", guards=MANAGE)
async def update_group(request: Asked, actor: Actor, group_id: UUID) -> Response[Any]:
    """Another name or description."""
    sent = await read_text(request)
    try:
        await groups.change_group(actor, group_id, sent.get("name", ""), sent.get("description", ""))
    except (Invalid, Conflict) as refusal:
        return await _show(request, actor, group_id, sent, refusal)
    return _back(group_id, say("The group is changed."))


@post("/groups/{group_id:uuid}/removal", guards=MANAGE)
async def remove_group(request: Asked, actor: Actor, group_id: UUID) -> Response[Any]:
    """Delete it, unless a space is its own."""
    try:
        await groups.delete_group(actor, group_id)
    except Conflict as refusal:
        return flash(Redirect(f"/groups/{group_id}", status_code=303), "bad", refusal.message)
    return flash(Redirect("/groups", status_code=303), "good", say("The group is deleted."))


@post("/groups/{group_id:uuid}/members", guards=MANAGE)
async def add_person(request: Asked, actor: Actor, group_id: UUID) -> Response[Any]:
    """Somebody joins."""
    sent = await read_text(request)
    try:
        await groups.add_member(actor, group_id, sent.get("who", ""))
    except Invalid as refusal:
        return await _show(request, actor, group_id, sent, refusal)
    return _back(group_id, say("They are in the group now."))


@post("/groups/{group_id:uuid}/members/{person_id:uuid}/removal", guards=MANAGE)
async def remove_person(actor: Actor, group_id: UUID, person_id: UUID) -> Response[Any]:
    """Somebody leaves."""
    await groups.remove_member(actor, group_id, person_id)
    return _back(group_id, say("They are no longer in the group."))


@get("/api/v1/groups", guards=MANAGE)
async def api_list_groups(actor: Actor, cursor: CursorIn = "", limit: LimitIn = 50) -> Items[Group]:
    """Every group."""
    rows = await groups.list_groups(actor)
    return listed(rows, lambda one: str(one.id), cursor=cursor, limit=limit)


@post("/api/v1/groups", guards=MANAGE)
async def api_make_group(actor: Actor, data: GroupIn) -> Group:
    """Make a group."""
    return await groups.get_group(actor, await groups.create_group(actor, data.name, data.description))


@get("/api/v1/groups/{group_id:uuid}", guards=MANAGE)
async def api_get_group(actor: Actor, group_id: UUID) -> GroupWith:
    """One group and its people."""
    return GroupWith(await groups.get_group(actor, group_id), await groups.list_group_members(actor, group_id))


@put("/api/v1/groups/{group_id:uuid}", guards=MANAGE)
async def api_change_group(actor: Actor, group_id: UUID, data: GroupIn) -> Group:
    """Another name or description."""
    await groups.change_group(actor, group_id, data.name, data.description)
    return await groups.get_group(actor, group_id)


@delete("/api/v1/groups/{group_id:uuid}", guards=MANAGE)
async def api_delete_group(actor: Actor, group_id: UUID) -> None:
    """Delete it, unless a space is its own."""
    await groups.delete_group(actor, group_id)


@put("/api/v1/groups/{group_id:uuid}/members/{who:str}", guards=MANAGE)
async def api_add_member(actor: Actor, group_id: UUID, who: str) -> GroupWith:
    """Somebody joins, by username or e-mail address."""
    await groups.add_member(actor, group_id, who)
    return GroupWith(await groups.get_group(actor, group_id), await groups.list_group_members(actor, group_id))


@delete("/api/v1/groups/{group_id:uuid}/members/{person_id:uuid}", guards=MANAGE)
async def api_remove_member(actor: Actor, group_id: UUID, person_id: UUID) -> None:
    """Somebody leaves."""
    await groups.remove_member(actor, group_id, person_id)


async def _show(
    request: Asked,
    actor: Actor,
    group_id: UUID,
    sent: Mapping[str, str] | None = None,
    refusal: Invalid | Conflict | None = None,
) -> Response[Any]:
    group = await groups.get_group(actor, group_id)
    typed = sent or {}
    page = GroupPage(
        group.name,
        group,
        await groups.list_group_members(actor, group_id),
        name=typed.get("name", group.name),
        about=typed.get("description", group.description),
        who=typed.get("who", ""),
        errors=refusal.fields if refusal else {},
    )
    return render(request, "people/group.html", page, status=STATUS[type(refusal)] if refusal else 200)


def _back(group_id: UUID, said: str) -> Response[Any]:
    return flash(Redirect(f"/groups/{group_id}", status_code=303), "good", said)
