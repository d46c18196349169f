"""What this room announces."""

from uuid import UUID

from kb.core.messages import Message, message


@message
class MailArrived(Message, frozen=True):
    """A mail is kept, and has not been read yet."""

    mail_id: UUID


@message
class TicketMailPrepared(Message, frozen=True):
    """A mail about a ticket waits to be handed over."""

    mail_id: UUID
