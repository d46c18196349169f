"""API keys: making, listing and revoking them."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.response import Redirect

from kb.core.actor import Actor
from kb.core.errors import Invalid
from kb.core.permissions import Permission
from kb.core.saying import say
from kb.people.api_keys import NewKey, make_api_key, revoke_api_key
from kb.people.queries import list_api_keys
from kb.people.scopes import scopes_for
from server.pages import flash, render
from server.people.forms import KeyForm, read_key_form
from server.people.pages import KeysPage
from server.security.guards import requires

Asked = Request[Any, Any, Any]
MAKE = [requires(Permission.API_KEY_MAKE)]


@get("/settings/keys", guards=MAKE)
async def show_keys(request: Asked, actor: Actor) -> Response[Any]:
    """The reader's keys, or everybody's for admins, and the form for another."""
    return render(request, "people/keys.html", await _page(actor, KeyForm()))


@post("/settings/keys", guards=MAKE)
async def create_key(request: Asked, actor: Actor) -> Response[Any]:
    """Make a key and show it this once; it is on this page and nowhere else, so nothing is redirected."""
    form = await read_key_form(request)
    try:
        made = await make_api_key(actor, name=form.name, scopes=form.scopes, expires_at=form.expires_at())
    except Invalid as refusal:
        page = await _page(actor, form, errors=refusal.fields)
        return render(request, "people/keys.html", page, status=422)
    page = await _page(actor, KeyForm(), made)
    return render(request, "people/keys.html", page, status=201)


@post("/settings/keys/{key_id:uuid}/revocation", guards=MAKE)
async def revoke_key(actor: Actor, key_id: UUID) -> Response[Any]:
    """Stop a key."""
    await revoke_api_key(actor, key_id)
    return flash(Redirect("/settings/keys", status_code=303), "good", say("The key has stopped working."))


async def _page(
    actor: Actor, form: KeyForm, made: NewKey | None = None, errors: Mapping[str, str] | None = None
) -> KeysPage:
    keys, manages = await list_api_keys(actor), actor.may(Permission.API_KEY_MANAGE)
    return KeysPage(say("API keys"), keys, form, scopes_for(actor), manages, made, errors or {}, robots="noindex")
