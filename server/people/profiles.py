"""A member's public face, and oneself for programs."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from litestar import Request, Response, get
from litestar.response import Redirect

from kb.core.actor import Actor
from kb.core.errors import NotFound, NotSignedIn
from kb.core.permissions import Permission
from kb.insights.activity import list_deeds
from kb.people.queries import get_me, get_profile
from server.pages import render
from server.people.pages import ProfilePage
from server.security.guards import PUBLIC, requires

Asked = Request[Any, Any, Any]


@dataclass(frozen=True, slots=True)
class Me:
    """Who the caller is; `scopes` narrow an API key, null means nothing is narrowed."""

    id: UUID
    name: str
    username: str | None
    email: str | None
    role: str
    account: str | None
    scopes: list[str] | None


@get("/people/{username:str}", guards=[requires(Permission.TOPIC_READ)])
async def show_profile(request: Asked, actor: Actor, username: str) -> Response[Any]:
    """Name, role, and what they asked and answered."""
    profile = await get_profile(username)
    deeds = await list_deeds(actor, profile.id)
    page = ProfilePage(
        profile.name,
        profile,
        deeds,
        profile.id == actor.person_id,
        canonical=f"/people/{profile.username}",
        robots="" if deeds else "noindex",
        kind="profile",
    )
    return render(request, "people/profile.html", page)


@get("/profile", opt=PUBLIC)
async def show_own_profile(actor: Actor) -> Response[Any]:
    """Leads to one's own."""
    if not actor.is_signed_in:
        raise NotSignedIn("Sign in to see your profile.")
    if not actor.username:
        raise NotFound("You have no public profile.")
    return Redirect(f"/people/{actor.username}", status_code=303)


@get("/api/v1/people/me", opt=PUBLIC)
async def api_get_me(actor: Actor) -> Me:
    """Who the caller is: useful to try a key."""
    me = await get_me(actor)
    scopes = None if actor.scopes is None else sorted(actor.scopes)
    return Me(me.id, me.name, me.username, me.email, me.role.value, me.account_name, scopes)
