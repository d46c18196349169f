"""Making and changing spaces: for admins, as pages and for programs."""

from dataclasses import dataclass
from typing import Any

from litestar import Request, Response, get, post, put
from litestar.response import Redirect

from kb.core.actor import Actor
from kb.core.errors import Conflict, Invalid
from kb.core.permissions import Permission
from kb.core.saying import say
from kb.forum.addresses import space_path
from kb.forum.arranging import SpaceChange, change_space
from kb.forum.spaces import NewSpace, Space, create_space, get_space, list_spaces
from kb.people.groups import list_groups
from server.errors import STATUS
from server.forum.api import SpaceOut, space_out
from server.forum.forms import SpaceForm, read_space_form
from server.forum.pages import SpaceFormPage
from server.pages import flash, render
from server.security.guards import requires

MANAGE = [requires(Permission.SPACE_MANAGE)]
Asked = Request[Any, Any, Any]


@dataclass(frozen=True, slots=True)
class SpaceIn:
    """A space as a program wants it. `parent` is a slug; the rights are public, members, staff or group:<id>."""

    name: str
    description: str = ""
    parent: str = ""
    colour: str = ""
    position: int = 1000
    who_sees: str = "public"
    who_asks: str = "members"
    who_answers: str = "members"
    archived: bool = False


@get("/spaces/new", guards=MANAGE)
async def new_space(request: Asked, actor: Actor, parent: str = "") -> Response[Any]:
    """The form for a space."""
    return render(request, "forum/space_form.html", await _page(actor, SpaceForm(parent=parent[:200])))


@post("/spaces/new", guards=MANAGE)
async def make_space(request: Asked, actor: Actor) -> Response[Any]:
    """Make it; a refusal shows the form again with what was typed."""
    form = await read_space_form(request)
    try:
        slug = await create_space(actor, form.draft())
    except (Invalid, Conflict) as refusal:
        page = await _page(actor, form, errors=refusal.fields)
        return render(request, "forum/space_form.html", page, status=STATUS[type(refusal)])
    return Redirect(space_path(slug), status_code=303)


@get("/spaces/{slug:str}/edit", guards=MANAGE)
async def edit_space(request: Asked, actor: Actor, slug: str) -> Response[Any]:
    """The form, as the space is."""
    space = await get_space(actor, slug)
    return render(request, "forum/space_form.html", await _page(actor, None, space))


@post("/spaces/{slug:str}/edit", guards=MANAGE)
async def update_space(request: Asked, actor: Actor, slug: str) -> Response[Any]:
    """Change it; a refusal shows the form again with what was typed."""
    space = await get_space(actor, slug)
    form = await read_space_form(request)
    try:
        await change_space(actor, slug, form.change())
    except Invalid as refusal:
        page = await _page(actor, form, space, errors=refusal.fields)
        return render(request, "forum/space_form.html", page, status=STATUS[Invalid])
    return flash(Redirect(space_path(slug), status_code=303), "good", say("The space is changed."))


@post("/api/v1/spaces", guards=MANAGE)
async def api_make_space(request: Asked, actor: Actor, data: SpaceIn) -> SpaceOut:
    """Make a space."""
    slug = await create_space(
        actor,
        NewSpace(
            data.name,
            data.description,
            data.who_sees,
            position=data.position,
            parent=data.parent,
            colour=data.colour,
            who_asks=data.who_asks,
            who_answers=data.who_answers,
        ),
    )
    return space_out(request, await get_space(actor, slug), await list_spaces(actor))


@put("/api/v1/spaces/{slug:str}", guards=MANAGE)
async def api_change_space(request: Asked, actor: Actor, slug: str, data: SpaceIn) -> SpaceOut:
    """Make the space what is sent; what is left out is as in a new one."""
    await change_space(
        actor,
        slug,
        SpaceChange(
            data.name,
            data.description,
            data.colour,
            data.parent,
            data.position,
            data.who_sees,
            data.who_asks,
            data.who_answers,
            data.archived,
        ),
    )
    return space_out(request, await get_space(actor, slug), await list_spaces(actor))


async def _page(
    actor: Actor, form: SpaceForm | None, space: Space | None = None, *, errors: dict[str, str] | None = None
) -> SpaceFormPage:
    spaces = await list_spaces(actor)
    groups = [(group.visibility, group.name) for group in await list_groups(actor)]
    return SpaceFormPage(
        say("Edit {name}", name=space.name) if space else say("New space"),
        form or _filled(space, spaces),
        slug=space.slug if space else "",
        parents=[(one.slug, one.name) for one in spaces if not one.is_within and (not space or one.id != space.id)],
        groups=groups,
        errors=errors or {},
    )


def _filled(space: Space | None, spaces: list[Space]) -> SpaceForm:
    if space is None:
        return SpaceForm()
    return SpaceForm(
        name=space.name,
        description=space.description,
        visibility=space.who_sees,
        who_asks=space.who_asks,
        who_answers=space.who_answers,
        parent=next((one.slug for one in spaces if one.id == space.parent_id), ""),
        colour=space.colour,
        position=str(space.position),
        is_archived=space.is_archived,
    )
