"""Levels of trust: one's own, and what moderators give by hand."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post, put
from litestar.response import Redirect

from kb.core.actor import Actor
from kb.core.errors import Invalid, NotSignedIn
from kb.core.permissions import Permission
from kb.core.saying import say
from kb.core.trust import Trust
from kb.standing.granting import grant_trust
from kb.standing.progress import Progress, get_progress
from kb.standing.rules import LEVEL_NAMES
from server.pages import Page, flash, render
from server.people.forms import read_text
from server.security.guards import requires

Asked = Request[Any, Any, Any]
GRANT = [requires(Permission.TRUST_GRANT)]
OWN = [requires(Permission.NOTICE_READ)]


@dataclass(frozen=True, slots=True)
class TrustPage(Page):
    """How far somebody is trusted, what is missing to the next level, and the form that gives one by hand."""

    progress: Progress
    is_own: bool
    errors: Mapping[str, str] = field(default_factory=dict)

    @property
    def levels(self) -> list[tuple[str, str]]:
        """Every level as a choice."""
        return [(str(int(level)), LEVEL_NAMES[level]) for level in Trust]


@dataclass(frozen=True, slots=True)
class TrustIn:
    """A level, 0 to 4. `locked`: the daily job leaves it alone."""

    level: int
    locked: bool = False


@get("/people/{person_id:uuid}/trust", guards=GRANT)
async def show_trust(request: Asked, actor: Actor, person_id: UUID) -> Response[Any]:
    """Somebody's level and what is missing."""
    return await _show(request, actor, person_id)


@post("/people/{person_id:uuid}/trust", guards=GRANT)
async def change_trust(request: Asked, actor: Actor, person_id: UUID) -> Response[Any]:
    """Give a level by hand."""
    sent = await read_text(request)
    try:
        level = _level(sent.get("level", ""))
    except Invalid as refusal:
        return await _show(request, actor, person_id, refusal.fields)
    await grant_trust(actor, person_id, level, lock=sent.get("locked") == "1")
    return flash(Redirect(f"/people/{person_id}/trust", status_code=303), "good", say("The level is given."))


@get("/me/trust", guards=OWN)
async def show_own_trust(request: Asked, actor: Actor) -> Response[Any]:
    """One's own level and what is missing to the next."""
    if actor.person_id is None:
        raise NotSignedIn(say("Sign in to see this."))
    return await _show(request, actor, actor.person_id)


@get("/api/v1/people/{person_id:uuid}/trust", guards=OWN)
async def api_get_trust(actor: Actor, person_id: UUID) -> Progress:
    """A level of trust and what is missing to the next; one's own, or anybody's for moderators."""
    return await get_progress(actor, person_id)


@put("/api/v1/people/{person_id:uuid}/trust", guards=GRANT)
async def api_grant_trust(actor: Actor, person_id: UUID, data: TrustIn) -> Progress:
    """Give a level by hand."""
    await grant_trust(actor, person_id, _level(str(data.level)), lock=data.locked)
    return await get_progress(actor, person_id)


def _level(text: str) -> Trust:
    if text not in {str(int(level)) for level in Trust}:
        raise Invalid(say("This needs a little more."), {"level": say("Choose a level from 0 to 4.")})
    return Trust(int(text))


async def _show(
    request: Asked, actor: Actor, person_id: UUID, errors: Mapping[str, str] | None = None
) -> Response[Any]:
    progress = await get_progress(actor, person_id)
    page = TrustPage(say("Trust"), progress, person_id == actor.person_id, errors or {}, robots="noindex")
    return render(request, "standing/trust.html", page, status=422 if errors else 200)
