"""What this room's pages receive."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import urlencode
from uuid import UUID

from kb.answers.known_as import KnownArticle
from kb.core.saying import say
from kb.drafts.places import ticket_place
from kb.search.answering import NOTHING_OFFERED, OfferedAnswers
from kb.tickets.queries import QUEUES, Agent, Queue, TicketLine, TicketView
from server.drafts.fields import DraftField
from server.pages import Page
from server.tickets.forms import ReplyForm, TicketForm

QUEUE_NAMES: dict[Queue, str] = {
    "open": say("Open"),
    "mine": say("Mine"),
    "unassigned": say("Unassigned"),
    "waiting": say("Waiting"),
    "solved": say("Solved"),
}


@dataclass(frozen=True, slots=True)
class MyTicketsPage(Page):
    """The reader's own tickets, newest first; `older` leads on, "" at the end."""

    tickets: list[TicketLine]
    older: str
    is_first: bool


@dataclass(frozen=True, slots=True)
class NewTicketPage(Page):
    """The form a ticket is opened with, as typed so far."""

    form: TicketForm
    draft: DraftField
    errors: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class TicketPage(Page):
    """A ticket as its requester reads it: no notes are among its messages. `reply` and `errors` are a refused reply."""

    ticket: TicketView
    draft: DraftField
    reply: str = ""
    errors: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class DeskPage(Page):
    """One queue of the desk. `counts` has no entry for the solved: they only grow."""

    queue: Queue
    tickets: list[TicketLine]
    counts: Mapping[Queue, int]
    older: str
    is_first: bool

    @property
    def tabs(self) -> list[tuple[str, str, int | None]]:
        """The queues as tabs: address, name, count."""
        return [(desk_path(name), QUEUE_NAMES[name], self.counts.get(name)) for name in QUEUES]

    @property
    def current(self) -> str:
        """The tab to mark."""
        return desk_path(self.queue)


@dataclass(frozen=True, slots=True)
class DeskTicketPage(Page):
    """A ticket as an agent works on it, notes among its messages. `offered` is for the aside: each problem, how many others have
    it, and what worked for them; `article` answers it in the knowledge base. `reply` and `errors` are a refused reply."""

    ticket: TicketView
    agents: list[Agent]
    reader_id: UUID | None
    draft: DraftField
    reply: ReplyForm = field(default_factory=ReplyForm)
    errors: Mapping[str, str] = field(default_factory=dict)
    offered: OfferedAnswers = NOTHING_OFFERED
    article: KnownArticle | None = None

    @property
    def choices(self) -> list[tuple[str, str]]:
        """Whom the ticket can be handed to."""
        named = [
            (str(agent.id), agent.name + (" (you)" if agent.id == self.reader_id else "")) for agent in self.agents
        ]
        return [("", say("Nobody")), *named]


def kept_field(ticket: TicketView) -> DraftField:
    """The fields of a fresh form below a ticket: of the reader's draft, if there is one."""
    is_restored = ticket.draft_body is not None
    return DraftField(ticket_place(ticket.number), ticket.draft_version, ticket.draft_has_other, is_restored)


def desk_path(queue: Queue) -> str:
    """A queue's address; the open one is the desk itself."""
    return "/desk" if queue == "open" else f"/desk?queue={queue}"


def next_page(base: str, at: datetime, last: UUID, **kept: str) -> str:
    """The address of the page after the ticket seen last."""
    return f"{base}?{urlencode({**kept, 'past': f'{at.isoformat()}~{last}'})}"
