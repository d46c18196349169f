"""What this room announces."""

from uuid import UUID

from kb.core.messages import Message, message


@message
class MessagePrepared(Message, frozen=True):
    """A message to a person was decided, claimed and written; it waits to be sent."""

    message_id: UUID
