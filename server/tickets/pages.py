"""What this room's pages receive."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import urlencode
from uuid import UUID

from kb.core.errors import Invalid, NotFound
from kb.core.saying import say
from kb.desk.surroundings import Surroundings
from kb.drafts.places import ticket_place
from kb.drafts.writing_together import Writer
from kb.mail.queries import NO_POST, TicketPost
from kb.search.answering import NOTHING_OFFERED, OfferedAnswers
from kb.sla.queries import ClockView
from kb.tickets.access import MISSING
from kb.tickets.changes import TicketChangeLine
from kb.tickets.linking import LinkedTicket
from kb.tickets.queries import DeskSide, TicketLine, TicketMessageView, TicketView
from kb.tickets.rating import Rating
from kb.tickets.rules import PRIORITIES
from server.desk.forms import SNOOZES
from server.desk.pages import PRIORITY_NAMES
from server.drafts.fields import DraftField
from server.pages import Page
from server.tickets.along import name_acts, read_words
from server.tickets.forms import HandlingForm, ReplyForm, SplitForm, TicketForm


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
    """A ticket as its requester reads it: no notes are among its messages. `reply` and `errors` are a refused reply,
    `rating` is what they said of it."""

    ticket: TicketView
    draft: DraftField
    reply: str = ""
    errors: Mapping[str, str] = field(default_factory=dict)
    rating: Rating | None = None


@dataclass(frozen=True, slots=True)
class DeskTicketPage(Page):
    """A ticket as an agent works on it, notes among its messages. `offered` is for the aside: each
    problem, how many others have it, and what worked for them. `reply` and `errors` are a refused reply.

    `incidents` are the tickets linked to this one, `history` its merges and splits that can be taken back,
    `post` what mail has to do with it, `clocks` what is promised, `others` who else writes in it now, `rating` how its requester found it,
    `handling` who takes care of it and the like, as it stands or as it was refused.
    """

    ticket: TicketView
    around: Surroundings
    reader_id: UUID | None
    draft: DraftField
    reply: ReplyForm = field(default_factory=ReplyForm)
    errors: Mapping[str, str] = field(default_factory=dict)
    offered: OfferedAnswers = NOTHING_OFFERED
    incidents: list[LinkedTicket] = field(default_factory=list)
    history: list[TicketChangeLine] = field(default_factory=list)
    post: TicketPost = NO_POST
    clocks: Sequence[ClockView] = ()
    others: Sequence[Writer] = ()
    rating: Rating | None = None
    handling: HandlingForm = field(default_factory=HandlingForm)

    @property
    def address(self) -> str:
        """This page."""
        return f"/desk/{self.ticket.number}"

    @property
    def macro_choices(self) -> list[tuple[str, str]]:
        """By name, after the choice of none."""
        return choices_of_macros(self.around)

    @property
    def boxes(self) -> list[tuple[str, str]]:
        """What goes with the reply: values and names of the boxes that are ticked, as far as there are such."""
        try:
            acts = read_words(self.reply.along)
        except Invalid:
            return []
        return name_acts(acts, {team.id: team.name for team in self.around.teams})

    @property
    def last_public(self) -> UUID | None:
        """The last message that is no note: what a reply written on this page has seen."""
        return next((one.id for one in reversed(self.ticket.messages) if one.kind != "note"), None)

    @property
    def desk(self) -> DeskSide:
        """What agents alone see of it."""
        if self.ticket.desk is None:
            raise NotFound(MISSING)
        return self.ticket.desk

    @property
    def open_incidents(self) -> int:
        """How many of the linked tickets a reply to all of them would reach."""
        return sum(one.state != "solved" for one in self.incidents)

    @property
    def choices(self) -> list[tuple[str, str]]:
        """Whom the ticket can be handed to."""
        named = [
            (str(agent.id), agent.name + (" (you)" if agent.id == self.reader_id else ""))
            for agent in self.around.agents
        ]
        return [("", say("Nobody")), *named]

    @property
    def teams(self) -> list[tuple[str, str]]:
        """Which team it can be given to; empty where there is none."""
        named = [(str(team.id), team.name) for team in self.around.teams]
        return [("", say("No team")), *named] if named else []

    @property
    def priorities(self) -> list[tuple[str, str]]:
        """From what cannot wait to what can."""
        return [(one, PRIORITY_NAMES[one]) for one in reversed(PRIORITIES)]

    @property
    def snoozes(self) -> list[tuple[str, str]]:
        """Until when it can be out of sight."""
        return [(value, name) for value, (name, _) in SNOOZES.items()]


@dataclass(frozen=True, slots=True)
class SplitPage(Page):
    """Choosing the messages that become a ticket of their own."""

    ticket: TicketView
    form: SplitForm
    errors: Mapping[str, str] = field(default_factory=dict)

    @property
    def choices(self) -> list[TicketMessageView]:
        """All that may go: the first message stays, and what came with a merged ticket is not this one's."""
        own = [one for one in self.ticket.messages if one.ticket_number == self.ticket.number]
        return own[1:]


def choices_of_macros(around: Surroundings) -> list[tuple[str, str]]:
    """The list below a reply: by name, after the choice of none."""
    return [("", say("Choose a macro")), *((str(macro.id), macro.name) for macro in around.macros)]


def kept_field(ticket: TicketView) -> DraftField:
    """The fields of a fresh form below a ticket: of the reader's draft, if there is one."""
    is_restored = ticket.draft_body is not None
    return DraftField(ticket_place(ticket.number), ticket.draft_version, ticket.draft_has_other, is_restored)


def handling_of(ticket: TicketView) -> HandlingForm:
    """The form beside a ticket as it stands; empty for whoever does not work tickets."""
    desk = ticket.desk
    if desk is None:
        return HandlingForm()
    values = str(ticket.assignee_id or ""), str(desk.team_id or ""), desk.priority, ", ".join(desk.tags)
    return HandlingForm(*values, was=HandlingForm(*values))


def next_page(base: str, at: datetime, last: UUID, **kept: str) -> str:
    """The address of the page after the ticket seen last."""
    return f"{base}?{urlencode({**kept, 'past': f'{at.isoformat()}~{last}'})}"
