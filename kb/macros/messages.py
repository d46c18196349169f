"""What this room announces."""

from uuid import UUID

from kb.core.messages import Message, message


@message
class MacroChanged(Message, frozen=True):
    """A macro is new, says something else, was archived or is there again."""

    macro_id: UUID
