"""What moderators note and decide about a person, as pages and for programs, and what that person sees of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from litestar import Request, Response, delete, get, post
from litestar.response import Redirect

from kb.core.actor import Actor
from kb.core.clock import now
from kb.core.errors import Invalid
from kb.core.permissions import Permission
from kb.core.saying import say
from kb.people.sanctioning import NewSanction, acknowledge_warning, sanction_person, undo_sanction
from kb.people.sanctions import (
    Sanction,
    SanctionedPerson,
    SanctionKind,
    get_sanctioned_person,
    list_own_sanctions,
)
from server.lists import CursorIn, Items, LimitIn, listed
from server.moments import in_utc
from server.pages import Page, flash, render
from server.people.forms import read_text
from server.security.guards import requires

Asked = Request[Any, Any, Any]
SANCTION = [requires(Permission.PERSON_SANCTION)]
OWN = [requires(Permission.NOTICE_READ)]

SPANS = {str(days): timedelta(days=days) for days in (1, 3, 7, 30, 90, 365)}
"""Choices of how long, in days; "" is until somebody ends it."""


@dataclass(frozen=True, slots=True)
class SanctionForm:
    """What was typed: the kind, the reason, and how long in days."""

    kind: str = "note"
    reason: str = ""
    span: str = "7"

    def new(self) -> NewSanction:
        """What kb is asked to write down."""
        try:
            kind = SanctionKind(self.kind)
        except ValueError:
            raise Invalid(say("This needs a little more."), {"kind": say("Choose one of the list.")}) from None
        if self.span and self.span not in SPANS:
            raise Invalid(say("This needs a little more."), {"until": say("Choose until when.")})
        return NewSanction(kind, self.reason, now() + SPANS[self.span] if self.span else None)


@dataclass(frozen=True, slots=True)
class SanctionsPage(Page):
    """One person with what staff noted and decided, newest first, and the form for more."""

    person: SanctionedPerson
    form: SanctionForm = field(default_factory=SanctionForm)
    errors: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class StandingPage(Page):
    """What was decided about the reader, newest first."""

    sanctions: list[Sanction]
    held_back_by: str


@dataclass(frozen=True, slots=True)
class SanctionIn:
    """A sanction as a program wants it. `until` is a time with its zone, null for none: silences need one."""

    kind: SanctionKind
    reason: str
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class SanctionMade:
    """What was written down."""

    id: UUID


@get("/people/{person_id:uuid}/sanctions", guards=SANCTION)
async def show_sanctions(request: Asked, actor: Actor, person_id: UUID) -> Response[Any]:
    """Notes, warnings, silences and suspensions of one person."""
    return await _show(request, actor, person_id, SanctionForm())


@post("/people/{person_id:uuid}/sanctions", guards=SANCTION)
async def create_sanction(request: Asked, actor: Actor, person_id: UUID) -> Response[Any]:
    """Note or decide; a refusal shows the form again with what was typed."""
    sent = await read_text(request)
    form = SanctionForm(sent.get("kind", ""), sent.get("reason", ""), sent.get("span", ""))
    try:
        new = form.new()
        await sanction_person(actor, person_id, new)
    except Invalid as refusal:
        return await _show(request, actor, person_id, form, refusal.fields)
    return _back(person_id, _DONE[new.kind])


@post("/sanctions/{sanction_id:uuid}/removal", guards=SANCTION)
async def undo(actor: Actor, sanction_id: UUID) -> Response[Any]:
    """Take it back; it stays in the list, with who took it back."""
    return _back(await undo_sanction(actor, sanction_id), say("Taken back."))


@get("/me/standing", guards=OWN)
async def show_own_standing(request: Asked, actor: Actor) -> Response[Any]:
    """What the moderators said and decided about the reader."""
    page = StandingPage(
        say("Your standing"), await list_own_sanctions(actor), actor.held_back_by or "", robots="noindex"
    )
    return render(request, "people/standing.html", page)


@post("/me/standing/{sanction_id:uuid}/acknowledgement", guards=OWN)
async def acknowledge(actor: Actor, sanction_id: UUID) -> Response[Any]:
    """The reader has read the warning."""
    await acknowledge_warning(actor, sanction_id)
    return flash(Redirect("/me/standing", status_code=303), "good", say("Thank you. You can write again."))


@get("/api/v1/people/{person_id:uuid}/sanctions", guards=SANCTION)
async def api_list_sanctions(
    actor: Actor, person_id: UUID, cursor: CursorIn = "", limit: LimitIn = 50
) -> Items[Sanction]:
    """What staff noted and decided about a person, newest first."""
    rows = (await get_sanctioned_person(actor, person_id)).sanctions
    return listed(rows, lambda one: str(one.id), cursor=cursor, limit=limit)


@post("/api/v1/people/{person_id:uuid}/sanctions", guards=SANCTION)
async def api_sanction(actor: Actor, person_id: UUID, data: SanctionIn) -> SanctionMade:
    """Note, warn, silence or suspend."""
    until = in_utc(data.until)
    return SanctionMade(await sanction_person(actor, person_id, NewSanction(data.kind, data.reason, until)))


@delete("/api/v1/sanctions/{sanction_id:uuid}", guards=SANCTION)
async def api_undo_sanction(actor: Actor, sanction_id: UUID) -> None:
    """Take it back."""
    await undo_sanction(actor, sanction_id)


@get("/api/v1/me/sanctions", guards=OWN)
async def api_list_own_sanctions(actor: Actor, cursor: CursorIn = "", limit: LimitIn = 50) -> Items[Sanction]:
    """What was decided about the caller and not taken back; staff's notes are not among it."""
    rows = await list_own_sanctions(actor)
    return listed(rows, lambda one: str(one.id), cursor=cursor, limit=limit)


@post("/api/v1/me/sanctions/{sanction_id:uuid}/acknowledgement", guards=OWN, status_code=204)
async def api_acknowledge_warning(actor: Actor, sanction_id: UUID) -> None:
    """The caller has read the warning."""
    await acknowledge_warning(actor, sanction_id)


_DONE = {
    SanctionKind.NOTE: say("Noted. Only staff see it."),
    SanctionKind.WARNING: say(
        "Warned. They read it on their next page, and write again once they have acknowledged it."
    ),
    SanctionKind.SILENCE: say("Silenced. They can read; what they try to send is kept as their draft."),
    SanctionKind.SUSPENSION: say("Suspended: signed out everywhere, keys stopped."),
}


async def _show(
    request: Asked, actor: Actor, person_id: UUID, form: SanctionForm, errors: Mapping[str, str] | None = None
) -> Response[Any]:
    person = await get_sanctioned_person(actor, person_id)
    page = SanctionsPage(say("Moderation of {name}", name=person.name), person, form, errors or {})
    return render(request, "people/sanctions.html", page, status=422 if errors else 200)


def _back(person_id: UUID, said: str) -> Response[Any]:
    return flash(Redirect(f"/people/{person_id}/sanctions", status_code=303), "good", said)
