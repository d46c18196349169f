"""Badges: the list, each one's holders, and what moderators take back."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from litestar import Request, Response, delete, get, post, put
from litestar.response import Redirect

from kb.core.actor import Actor
from kb.core.permissions import Permission
from kb.core.saying import say
from kb.standing.badges import Badge
from kb.standing.giving import restore_badge, revoke_badge
from kb.standing.holders import Holder, count_holders, list_holders
from server.lists import CursorIn, Items, LimitIn, listed
from server.pages import Page, flash, render
from server.security.guards import requires

Asked = Request[Any, Any, Any]
READ = [requires(Permission.TOPIC_READ)]
GRANT = [requires(Permission.TRUST_GRANT)]


@dataclass(frozen=True, slots=True)
class BadgesPage(Page):
    """Every badge with how many hold it."""

    badges: list[tuple[Badge, int]]


@dataclass(frozen=True, slots=True)
class BadgePage(Page):
    """One badge with who holds it, the newest first."""

    badge: Badge
    holders: list[Holder]


@dataclass(frozen=True, slots=True)
class BadgeOut:
    """A badge as programs see it."""

    key: str
    name: str
    about: str
    tone: str
    holders: int


@dataclass(frozen=True, slots=True)
class HolderOut:
    """Somebody who holds a badge."""

    id: UUID
    name: str
    username: str
    given_at: datetime


@get("/badges", guards=READ)
async def show_badges(request: Asked) -> Response[Any]:
    """All there are."""
    about = say("What people here are thanked for: problems that went away.")
    page = BadgesPage(say("Badges"), await count_holders(), description=about, canonical="/badges")
    return render(request, "standing/badges.html", page, shared=True)


@get("/badges/{key:str}", guards=READ)
async def show_badge(request: Asked, key: str) -> Response[Any]:
    """One badge and who holds it."""
    badge, holders = await list_holders(key)
    page = BadgePage(badge.name, badge, holders, description=badge.about, canonical=badge.path)
    return render(request, "standing/badge.html", page, shared=True)


@post("/badges/{key:str}/holders/{person_id:uuid}/removal", guards=GRANT)
async def revoke(actor: Actor, key: str, person_id: UUID) -> Response[Any]:
    """Take it back."""
    await revoke_badge(actor, key, person_id)
    return flash(Redirect(f"/badges/{key}", status_code=303), "good", say("The badge is taken back."))


@get("/api/v1/badges", guards=READ)
async def api_list_badges(cursor: CursorIn = "", limit: LimitIn = 50) -> Items[BadgeOut]:
    """Every badge, and how many hold it."""
    found = await count_holders()
    rows = [BadgeOut(one.key, one.name, one.about, one.tone, count) for one, count in found]
    return listed(rows, lambda one: one.key, cursor=cursor, limit=limit)


@get("/api/v1/badges/{key:str}/holders", guards=READ)
async def api_list_holders(key: str, cursor: CursorIn = "", limit: LimitIn = 50) -> Items[HolderOut]:
    """Who holds a badge, the newest first."""
    _, holders = await list_holders(key)
    rows = [HolderOut(one.id, one.name, one.username, one.given_at) for one in holders]
    return listed(rows, lambda one: str(one.id), cursor=cursor, limit=limit)


@delete("/api/v1/badges/{key:str}/holders/{person_id:uuid}", guards=GRANT)
async def api_revoke_badge(actor: Actor, key: str, person_id: UUID) -> None:
    """Take a badge back; the job does not give it again."""
    await revoke_badge(actor, key, person_id)


@put("/api/v1/badges/{key:str}/holders/{person_id:uuid}", guards=GRANT, status_code=204)
async def api_restore_badge(actor: Actor, key: str, person_id: UUID) -> None:
    """Give a revoked badge again."""
    await restore_badge(actor, key, person_id)
