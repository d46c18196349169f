"""Checking articles for a release."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from litestar import Request, Response, delete, get, post, put
from litestar.response import Redirect

from kb.answers.access import find_article_id
from kb.answers.verifying import READERS_OF, list_due, verify_article, withdraw_verification
from kb.core.actor import Actor
from kb.core.clock import now
from kb.core.errors import Conflict, Invalid
from kb.core.permissions import Permission
from kb.core.saying import say
from server.answers.forms import read_fields, read_number
from server.lists import CursorIn, Items, LimitIn, listed
from server.pages import flash
from server.security.guards import requires

DRAFT = [requires(Permission.ARTICLE_DRAFT)]
PUBLISH = [requires(Permission.ARTICLE_PUBLISH)]

BACK = {"list": "/kb/drafts?list=verify", "stale": "/kb/needs-a-look"}
"""Where a form that stands in a list leads back to."""


@dataclass(frozen=True, slots=True)
class VerificationIn:
    """The revision that was looked at, and the release it is right for; "" only says that it is still right."""

    revision: int
    release: str = ""


@dataclass(frozen=True, slots=True)
class DueOut:
    """A published article nobody checked for the newest release; `readers` of the last 90 days."""

    number: int
    title: str
    revision: int
    verified_for: str | None
    verified_at: datetime | None
    newest_release: str
    readers: int


@post("/kb/{number:int}/verification", guards=PUBLISH)
async def verify(request: Request[Any, Any, Any], actor: Actor, number: int) -> Response[Any]:
    """Still right, or right for a release; a form without a revision vouches for what readers see now."""
    sent = await read_fields(request)
    back = Redirect(BACK.get(sent.get("back", ""), f"/kb/{number}"), status_code=303)
    release, revision = sent.get("release", ""), read_number(sent.get("revision", "")) or None
    try:
        await verify_article(actor, await find_article_id(actor, number), release=release, revision=revision)
    except (Invalid, Conflict) as refusal:
        return flash(back, "bad", next(iter(refusal.fields.values()), refusal.message))
    said = say("Noted: checked for {release}.", release=release) if release else say("Noted: verified today.")
    return flash(back, "good", said)


@post("/kb/{number:int}/verification/removal", guards=PUBLISH)
async def withdraw(actor: Actor, number: int) -> Response[Any]:
    """Not right for that release after all."""
    await withdraw_verification(actor, await find_article_id(actor, number))
    return flash(Redirect(f"/kb/{number}", status_code=303), "info", say("Taken back. It is due to be checked."))


@get("/api/v1/articles-to-verify", guards=DRAFT)
async def api_list_due(actor: Actor, cursor: CursorIn = "", limit: LimitIn = 50) -> Items[DueOut]:
    """Published articles that wait to be checked for the newest release, the most read first."""
    due = await list_due(actor, now() - timedelta(days=READERS_OF))
    rows = [
        DueOut(one.number, one.title, one.revision, one.verified_for, one.verified_at, one.newest, one.readers)
        for one in due
    ]
    return listed(rows, lambda one: str(one.number), cursor=cursor, limit=limit)


@put("/api/v1/articles/{number:int}/verification", guards=PUBLISH, status_code=204)
async def api_verify_article(actor: Actor, number: int, data: VerificationIn) -> None:
    """Say that what readers see is right for a release. 409 where they see another revision by now."""
    article_id = await find_article_id(actor, number)
    await verify_article(actor, article_id, release=data.release, revision=data.revision)


@delete("/api/v1/articles/{number:int}/verification", guards=PUBLISH)
async def api_withdraw_verification(actor: Actor, number: int) -> None:
    """Take back that it was right for its release."""
    await withdraw_verification(actor, await find_article_id(actor, number))
