"""What people type into this room's forms, read without judging it: kb's rules judge."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from litestar import Request

from kb.core.errors import Invalid, NotFound
from kb.core.saying import say
from kb.tickets.asking import NewTicket
from kb.tickets.queries import QUEUES, Queue
from kb.tickets.rules import Kind
from server.drafts.fields import read_version


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
    """What an agent or the requester writes; `act` is the button pressed: reply, solve or note."""

    body: str = ""
    act: str = "reply"
    draft_version: int = 0

    @property
    def kind(self) -> Kind:
        """The kind of message an agent's button makes."""
        return "note" if self.act == "note" else "agent"

    @property
    def solves(self) -> bool:
        """Whether the button also calls the ticket solved."""
        return self.act == "solve"


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
    return ReplyForm(sent.get("body", ""), sent.get("act", "reply"), read_version(sent))


async def read_assignee(request: Request[Any, Any, Any]) -> UUID | None:
    """The agent chosen; None hands the ticket to nobody."""
    chosen = (await _read(request)).get("assignee_id", "")
    try:
        return UUID(chosen) if chosen else None
    except ValueError:
        raise Invalid(say("Unknown agent."), {"assignee_id": say("choose one of the list")}) from None


def read_queue(text: str) -> Queue:
    """The queue of that name. Raises `NotFound` for another."""
    for name in QUEUES:
        if name == text:
            return name
    raise NotFound(say("There is no such queue."))


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


async def _read(request: Request[Any, Any, Any]) -> dict[str, str]:
    """Text fields only: an upload where text belongs counts as missing."""
    form = await request.form()
    return {name: value for name, value in form.items() if isinstance(value, str)}
