"""What this room announces."""

from uuid import UUID

from kb.core.messages import Message, message


@message
class ChatAsked(Message, frozen=True):
    """Somebody asked a question of its own in a chat."""

    turn_id: UUID


@message
class ActionConfirmed(Message, frozen=True):
    """Somebody pressed the button of what a flow had offered."""

    action_id: UUID
