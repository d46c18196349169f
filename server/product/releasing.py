"""Releases: said to be out by hand, or by whatever builds them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from litestar import Request, Response, get, post, put
from litestar.response import Redirect

from kb.core.actor import Actor
from kb.core.errors import Invalid
from kb.core.permissions import Permission
from kb.core.saying import say
from kb.product.releasing import list_releases, record_release
from server.lists import CursorIn, Items, LimitIn, listed
from server.moments import in_utc
from server.pages import flash
from server.security.guards import requires

READ = [requires(Permission.ISSUE_READ)]
RECORD = [requires(Permission.ISSUE_FILE)]


@dataclass(frozen=True, slots=True)
class ReleaseIn:
    """What is told of a release; without a day it is out now."""

    notes: str = ""
    released_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class ReleaseOut:
    """A version that is out."""

    version: str
    notes: str
    released_at: datetime


@post("/releases", guards=RECORD)
async def create_release(request: Request[Any, Any, Any], actor: Actor) -> Response[Any]:
    """A version is out: articles are due to be checked for it."""
    form = await request.form()
    back = Redirect("/kb/drafts?list=verify", status_code=303)
    try:
        await record_release(actor, str(form.get("version", "")))
    except Invalid as refusal:
        return flash(back, "bad", next(iter(refusal.fields.values()), refusal.message))
    return flash(back, "good", say("Recorded. These articles wait to be checked for it."))


@get("/api/v1/releases", guards=READ)
async def api_list_releases(actor: Actor, cursor: CursorIn = "", limit: LimitIn = 50) -> Items[ReleaseOut]:
    """Releases of the product, the newest first."""
    found = await list_releases(actor)
    rows = [ReleaseOut(one.version, one.notes, one.released_at) for one in found]
    return listed(rows, lambda one: one.version, cursor=cursor, limit=limit)


@put("/api/v1/releases/{version:str}", guards=RECORD, status_code=204)
async def api_record_release(actor: Actor, version: str, data: ReleaseIn) -> None:
    """A version is out. Recording it again changes its notes and day."""
    await record_release(actor, version, notes=data.notes, released_at=in_utc(data.released_at))


RELEASE_ROUTES: list[Any] = [create_release, api_list_releases, api_record_release]
