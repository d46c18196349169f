"""What people type into this room's forms, read without judging it: kb's rules judge."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from litestar import Request

from kb.core.errors import Invalid, NotFound
from kb.core.saying import say
from kb.tickets.acting import NO_ACTS, Acts
from kb.tickets.answering import SentForm
from kb.tickets.asking import NewTicket
from kb.tickets.handling import Handling
from kb.tickets.rules import Kind
from server.desk.forms import read_snooze
from server.drafts.fields import read_version
from server.tickets.along import read_words


@dataclass(frozen=True, slots=True)
class TicketForm:
    """The fields of a new ticket; the same names stand in its address to fill it in."""

    subject: str = ""
    body: str = ""
    page_url: str = ""
    draft_version: int = 0

    def draft(self) -> NewTicket:
        """What kb is asked to store."""
        return NewTicket(self.subject, self.body, "form", self.page_url.strip() or None)


@dataclass(frozen=True, slots=True)
class ReplyForm:
    """What an agent or the requester writes; `act` is the button pressed: reply, solve or note. `to_linked`: also into the tickets of
    the same problem; `seen` is the last public message that stood on the page; `gaps` are what inserted texts left to fill in,
    `along` the acts that are ticked to go with it."""

    body: str = ""
    act: str = "reply"
    draft_version: int = 0
    to_linked: bool = False
    seen: UUID | None = None
    gaps: tuple[str, ...] = ()
    along: tuple[str, ...] = ()

    def acts(self) -> Acts:
        """What goes with it; nothing with a note. Raises `Invalid` naming `acts`."""
        return replace(read_words(self.along), solves=self.solves) if self.kind == "agent" else NO_ACTS

    @property
    def kind(self) -> Kind:
        """The kind of message an agent's button makes."""
        return "note" if self.act == "note" else "agent"

    @property
    def sent(self) -> SentForm:
        """What kb is told of the form itself."""
        return SentForm(self.seen)

    @property
    def solves(self) -> bool:
        """Whether the button, or what goes with the reply, also calls the ticket solved."""
        return self.kind == "agent" and (self.act == "solve" or "solve" in self.along)


HANDLED = ("assignee_id", "team_id", "priority", "tags")


@dataclass(frozen=True, slots=True)
class HandlingForm:
    """Who takes care of a ticket, how urgent it is, its tags with commas or spaces between them: the fields in `HANDLED`, as sent.
    `was` is how they stood on the page where they were chosen."""

    assignee_id: str = ""
    team_id: str = ""
    priority: str = ""
    tags: str = ""
    was: "HandlingForm | None" = None

    def handling(self) -> Handling:
        """What kb is asked for. Raises `Invalid` naming a choice that is none."""
        assignee_id, team_id = read_choice(self.assignee_id, "assignee_id"), read_choice(self.team_id, "team_id")
        seen = self.was.handling() if self.was else None
        return Handling(assignee_id, team_id, self.priority, self.tags.replace(",", " ").split(), seen)


async def read_ticket_form(request: Request[Any, Any, Any]) -> TicketForm:
    """The form as sent."""
    sent = await _read(request)
    typed = {name: sent.get(name, "") for name in ("subject", "body", "page_url")}
    return TicketForm(typed["subject"], typed["body"], typed["page_url"], read_version(sent))


def read_ticket_query(request: Request[Any, Any, Any]) -> TicketForm:
    """The form as an address fills it in, e.g. /tickets/new?subject=…&page_url=… from a product page."""
    query = request.query_params
    subject, body, page_url = (str(query.get(name, ""))[:2000] for name in ("subject", "body", "page_url"))
    return TicketForm(subject, body, page_url)


async def read_reply(request: Request[Any, Any, Any]) -> ReplyForm:
    """The form as sent."""
    sent = await _read(request)
    to_linked, seen = sent.get("to_linked") == "1", _read_id(sent.get("seen", ""))
    gaps, along = await _read_all(request, "gap"), await _read_all(request, "along")
    return ReplyForm(sent.get("body", ""), sent.get("act", "reply"), read_version(sent), to_linked, seen, gaps, along)


async def read_macro(request: Request[Any, Any, Any]) -> UUID:
    """The macro chosen below a reply. Raises `Invalid` where none was."""
    chosen = _read_id((await _read(request)).get("macro_id", ""))
    if chosen is None:
        raise Invalid(say("No macro was inserted."), {"macro_id": say("choose one of the list")})
    return chosen


async def read_assignee(request: Request[Any, Any, Any]) -> UUID | None:
    """The agent chosen; None hands the ticket to nobody."""
    return read_choice((await _read(request)).get("assignee_id", ""), "assignee_id")


async def read_handling(request: Request[Any, Any, Any]) -> HandlingForm:
    """The form as sent."""
    sent = await _read(request)
    wanted = _handling_in(sent)
    return replace(wanted, was=_handling_in(sent, "was_")) if "was_priority" in sent else wanted


def _handling_in(sent: Mapping[str, str], before: str = "") -> HandlingForm:
    assignee_id, team_id, priority, tags = (sent.get(before + name, "") for name in HANDLED)
    return HandlingForm(assignee_id, team_id, priority, tags)


async def read_number(request: Request[Any, Any, Any], name: str) -> int:
    """The number of another ticket, with or without its "#". Raises `Invalid` naming the field."""
    typed = (await _read(request)).get(name, "").strip().removeprefix("#")
    if not (typed.isascii() and typed.isdecimal() and len(typed) < 16):
        raise Invalid(say("Which ticket?"), {name: say("The number of a ticket, such as 1042.")})
    return int(typed)


async def read_snoozing(request: Request[Any, Any, Any]) -> datetime | None:
    """Until when; None until the customer writes."""
    chosen = read_snooze((await _read(request)).get("snooze", ""))
    try:
        return datetime.fromisoformat(chosen) if chosen else None
    except ValueError:
        raise Invalid(say("It cannot be snoozed until then."), {"snooze": say("choose one of the list")}) from None


@dataclass(frozen=True, slots=True)
class SplitForm:
    """The messages ticked, and what the new ticket is called."""

    subject: str = ""
    message_ids: tuple[UUID, ...] = ()


async def read_split(request: Request[Any, Any, Any]) -> SplitForm:
    """The form as sent."""
    form = await request.form()
    ticked = [one for one in form.getall("message", []) if isinstance(one, str)]
    return SplitForm(str(form.get("subject", "")), tuple(UUID(one) for one in ticked if _is_id(one)))


def _is_id(text: str) -> bool:
    try:
        return bool(UUID(text))
    except ValueError:
        return False


def read_choice(text: str, name: str) -> UUID | None:
    """What a list of rows sends; None for its empty choice. Raises `Invalid` naming the field."""
    try:
        return UUID(text) if text else None
    except ValueError:
        raise Invalid(say("There is no such choice."), {name: say("choose one of the list")}) from None


def read_cursor(text: str) -> tuple[datetime, UUID] | None:
    """The time and id a page begins after. Raises `NotFound` for a cursor this site never made."""
    if not text:
        return None
    at, _, last = text.partition("~")
    try:
        moment = datetime.fromisoformat(at)
        if moment.tzinfo is None:
            raise ValueError(at)
        return moment, UUID(last)
    except ValueError:
        raise NotFound(say("There is no such page.")) from None


def _read_id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


async def _read_all(request: Request[Any, Any, Any], name: str) -> tuple[str, ...]:
    return tuple(one for one in (await request.form()).getall(name, []) if isinstance(one, str))


async def _read(request: Request[Any, Any, Any]) -> dict[str, str]:
    """Text fields only: an upload where text belongs counts as missing."""
    form = await request.form()
    return {name: value for name, value in form.items() if isinstance(value, str)}
