"""A member's public face, and oneself for programs."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from litestar import Request, Response, get
from litestar.response import Redirect

from kb.core.actor import Actor
from kb.core.errors import NotFound, NotSignedIn
from kb.core.permissions import Permission
from kb.core.saying import say
from kb.insights.activity import list_deeds
from kb.people.profiles import get_profile
from kb.people.queries import get_me
from kb.standing.helping import get_helped
from kb.standing.holders import list_badges_of
from server.pages import render
from server.people.pages import ProfilePage
from server.security.guards import PUBLIC, requires
from server.structured import describe_profile
from server.wiring import Services

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


@dataclass(frozen=True, slots=True)
class AnswerOut:
    """An answer that solved it; `helped` counts the asker and all who had the problem, too."""

    title: str
    space: str
    url: str
    votes: int
    helped: int
    accepted_at: datetime


@dataclass(frozen=True, slots=True)
class ProfileOut:
    """A member's public face. `picture` is an address, "" for none; `solved`, `people_helped` and `reused` are counts."""

    name: str
    username: str
    role: str
    trust: str
    joined_at: datetime
    headline: str
    pronouns: str
    place: str
    website: str
    about_html: str
    picture: str
    solved: int
    people_helped: int
    reused: int
    best_answers: list[AnswerOut]
    badges: list[str]


@get("/people/{username:str}", guards=[requires(Permission.TOPIC_READ)])
async def show_profile(request: Asked, actor: Actor, services: Services, username: str) -> Response[Any]:
    """Who somebody is, whom they helped, their badges, and what they asked and answered."""
    profile = await get_profile(actor, username)
    if username != profile.username:
        return Redirect(profile.path, status_code=301)
    deeds = await list_deeds(actor, profile.id)
    is_hidden = profile.hides_profile or not deeds
    page = ProfilePage(
        profile.name,
        profile,
        deeds,
        profile.id == actor.person_id,
        await get_helped(actor, profile.id),
        await list_badges_of(profile.id),
        description=profile.headline,
        canonical=profile.path,
        robots="noindex" if is_hidden else "",
        kind="profile",
        structured="" if is_hidden or actor.is_signed_in else describe_profile(profile, services.settings.base_url),
    )
    return render(request, "people/profile.html", page)


@get("/api/v1/people/{username:str}", guards=[requires(Permission.TOPIC_READ)])
async def api_get_profile(actor: Actor, services: Services, username: str) -> ProfileOut:
    """A member's public face; figures and answers are of what the caller may read."""
    profile = await get_profile(actor, username)
    helped = await get_helped(actor, profile.id)
    base = services.settings.base_url
    return ProfileOut(
        profile.name, profile.username, profile.role.value, profile.trust.name.lower(), profile.joined_at,
        profile.headline, profile.pronouns, profile.place, profile.website, profile.about_html,
        base + profile.picture if profile.picture else "",
        helped.solved, helped.people, helped.reused,
        [AnswerOut(one.title, one.space, base + one.path, one.votes, one.helped, one.at) for one in helped.best],
        [held.badge.key for held in await list_badges_of(profile.id)],
    )  # fmt: skip


@get("/profile", opt=PUBLIC)
async def show_own_profile(actor: Actor) -> Response[Any]:
    """Leads to one's own."""
    if not actor.is_signed_in:
        raise NotSignedIn(say("Sign in to see your profile."))
    if not actor.username:
        raise NotFound(say("You have no public profile."))
    return Redirect(f"/people/{actor.username}", status_code=303)


@get("/api/v1/people/me", opt=PUBLIC)
async def api_get_me(actor: Actor) -> Me:
    """Who the caller is: useful to try a key."""
    me = await get_me(actor)
    scopes = None if actor.scopes is None else sorted(actor.scopes)
    return Me(me.id, me.name, me.username, me.email, me.role.value, me.account_name, scopes)
