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
    """An agent answered the requester. Internal notes announce nothing: nobody outside may learn of them."""

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
