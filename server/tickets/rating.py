"""How a customer found it: on the ticket's page, by the link in a mail, for agents, and for programs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal
from urllib.parse import urlencode

from litestar import Request, Response, get, post, put
from litestar.response import Redirect

from kb.core.actor import Actor
from kb.core.cursors import Cursor, read_cursor, write_cursor
from kb.core.errors import Conflict, Invalid
from kb.core.permissions import Permission
from kb.core.saying import say
from kb.mail.asking_how_it_was import Asked, find_asked, rate_by_link
from kb.tickets.access import find_ticket_id
from kb.tickets.rating import (
    SCORES,
    RatedTicket,
    Satisfaction,
    count_satisfaction,
    find_rating,
    list_ratings,
    rate_ticket,
)
from server.errors import STATUS
from server.lists import CursorIn, Items, LimitIn, check_limit, page_of
from server.pages import Page, flash, render
from server.security.guards import PUBLIC, requires
from server.wiring import Services

Asking = Request[Any, Any, Any]
READ = [requires(Permission.TICKET_READ)]
ANSWER = [requires(Permission.TICKET_ANSWER)]
SHOWN, DAYS = 50, 30
THANKS = say("Thank you for telling us.")


@dataclass(frozen=True, slots=True)
class HowItWasPage(Page):
    """What a link in a mail leads to; `score` is the one that was followed, to be confirmed by a button."""

    asked: Asked
    token: str
    score: str
    comment: str = ""
    is_said: bool = False
    errors: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RatingsPage(Page):
    """What customers said, newest first, and what it comes to."""

    ratings: Sequence[RatedTicket]
    satisfaction: Satisfaction
    days: int
    score: str
    older: str


@post("/tickets/{number:int}/rating", guards=READ)
async def rate_own(request: Asking, actor: Actor, number: int) -> Response[Any]:
    """The requester says how it was."""
    form = await request.form()
    ticket_id = await find_ticket_id(actor, number)
    await rate_ticket(actor, ticket_id, str(form.get("score", "")), str(form.get("comment", "")))
    return flash(Redirect(f"/tickets/{number}", status_code=303), "good", THANKS)


@get("/ratings/{token:str}", opt=PUBLIC)
async def show_how_it_was(request: Asking, services: Services, token: str, score: str = "") -> Response[Any]:
    """Looking at it says nothing: mail programs open links."""
    asked = await find_asked(services.settings["SECRET_KEY"], token)
    chosen = score if score in SCORES else (asked.rating.score if asked.rating else "good")
    said = asked.rating.comment if asked.rating else ""
    return render(request, "tickets/how_it_was.html", HowItWasPage(say("How was it?"), asked, token, chosen, said))


@post("/ratings/{token:str}", opt=PUBLIC, status_code=200)
async def say_how_it_was(request: Asking, services: Services, token: str) -> Response[Any]:
    """Whoever has the mail says it; a refusal shows the form with what was typed."""
    form = await request.form()
    score, comment = str(form.get("score", "")), str(form.get("comment", ""))
    secret = services.settings["SECRET_KEY"]
    try:
        asked, errors, status = await rate_by_link(secret, token, score, comment), {}, 200
    except (Invalid, Conflict) as refusal:
        asked, status = await find_asked(secret, token), STATUS[type(refusal)]
        errors = dict(refusal.fields or {"": refusal.message})
    page = HowItWasPage(say("How was it?"), asked, token, score, comment, not errors, errors)
    return render(request, "tickets/how_it_was.html", page, status=status)


@get("/desk/ratings", guards=ANSWER)
async def show_ratings(request: Asking, actor: Actor, score: str = "", cursor: str = "") -> Response[Any]:
    """What customers said."""
    found = await list_ratings(actor, score=score, before=read_cursor(cursor), limit=SHOWN + 1)
    following = write_cursor(Cursor(found[SHOWN - 1].given_at, found[SHOWN - 1].id)) if len(found) > SHOWN else ""
    older = f"/desk/ratings?{urlencode({'score': score, 'cursor': following})}" if following else ""
    page = RatingsPage(say("How it was"), found[:SHOWN], await count_satisfaction(actor, days=DAYS), DAYS, score, older)
    return render(request, "tickets/ratings.html", page)


@dataclass(frozen=True, slots=True)
class RatingIn:
    """How it was, with a word if one likes."""

    score: Literal["good", "bad"]
    comment: str = ""


@dataclass(frozen=True, slots=True)
class SatisfactionOut:
    """Of the last `days`: how many said good and bad, the share of good (0 to 1) and its 95 % interval, null without any."""

    days: int
    good: int
    bad: int
    share: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class RatingOut:
    """What the requester said; all null where they have said nothing."""

    score: str | None = None
    comment: str | None = None
    given_at: datetime | None = None


@get("/api/v1/tickets/{number:int}/rating", guards=READ)
async def api_get_rating(actor: Actor, number: int) -> RatingOut:
    """How its requester found it: for them and for agents."""
    found = await find_rating(actor, await find_ticket_id(actor, number))
    return RatingOut(found.score, found.comment, found.given_at) if found else RatingOut()


@put("/api/v1/tickets/{number:int}/rating", guards=READ, status_code=204)
async def api_rate_ticket(actor: Actor, number: int, data: RatingIn) -> None:
    """Say how it was, or say it anew: for its requester, once it is solved and for two weeks. 409 before and after."""
    await rate_ticket(actor, await find_ticket_id(actor, number), data.score, data.comment)


@get("/api/v1/ratings", guards=ANSWER)
async def api_list_ratings(
    actor: Actor, score: str = "", cursor: CursorIn = "", limit: LimitIn = 50
) -> Items[RatedTicket]:
    """What customers said, newest first; `score` good or bad narrows it."""
    found = await list_ratings(actor, score=score, before=read_cursor(cursor), limit=check_limit(limit) + 1)
    return page_of(found, lambda one: one, lambda one: (one.given_at, one.id), limit=limit)


@get("/api/v1/satisfaction", guards=ANSWER)
async def api_count_satisfaction(actor: Actor, days: int = DAYS) -> SatisfactionOut:
    """What all of it comes to over the last `days` (1 to 3,650)."""
    if not 1 <= days <= 3650:
        raise Invalid(say("This report does not exist."), {"days": say("from 1 to 3650")})
    counted = await count_satisfaction(actor, days=days)
    low, high = counted.interval or (None, None)
    return SatisfactionOut(days, counted.good, counted.bad, counted.share, low, high)


ROUTES: list[Any] = [
    rate_own,
    show_how_it_was,
    say_how_it_was,
    show_ratings,
    api_get_rating,
    api_rate_ticket,
    api_list_ratings,
    api_count_satisfaction,
]
