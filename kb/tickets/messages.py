"""What this room announces."""

from uuid import UUID

from kb.core.messages import Message, message


@message
class TicketOpened(Message, frozen=True):
    """Somebody asked in private; `message_id` is their first message."""

    ticket_id: UUID
    message_id: UUID


@message
class CustomerWrote(Message, frozen=True):
    """The requester wrote again."""

    ticket_id: UUID
    message_id: UUID


@message
class AgentReplied(Message, frozen=True):
    """An agent answered the requester. Internal notes are announced apart: nobody outside may learn of them."""

    ticket_id: UUID
    message_id: UUID


@message
class NoteWritten(Message, frozen=True):
    """An agent wrote among agents: whoever is called by name is told, nobody outside ever."""

    ticket_id: UUID
    message_id: UUID


@message
class TicketSolved(Message, frozen=True):
    """An agent or the requester called it solved."""

    ticket_id: UUID


@message
class TicketReopened(Message, frozen=True):
    """It was solved and is not: the answer did not last."""

    ticket_id: UUID


@message
class TicketPrioritised(Message, frozen=True):
    """Its priority is another: what was promised for it may be due at another time."""

    ticket_id: UUID


@message
class TicketGivenToTeam(Message, frozen=True):
    """Another team takes care of it, or none; the team's rule says who."""

    ticket_id: UUID


@message
class TicketTagged(Message, frozen=True):
    """Its tags are others."""

    ticket_id: UUID


@message
class TicketsMerged(Message, frozen=True):
    """One ticket's messages are read in another from now on, or no longer: whose turn it is may have changed."""

    ticket_id: UUID
    other_id: UUID


@message
class MessagesMoved(Message, frozen=True):
    """These messages are in this ticket now: it was split off with them, or they came back."""

    ticket_id: UUID
    message_ids: list[UUID]
