"""What this room announces."""

from uuid import UUID

from kb.core.messages import Message, message


@message
class SlaWarned(Message, frozen=True):
    """A promise is about to be broken: whoever has the ticket still can keep it."""

    clock_id: UUID
    ticket_id: UUID


@message
class SlaBreached(Message, frozen=True):
    """A promise was broken."""

    clock_id: UUID
    ticket_id: UUID


@message
class PromisesChanged(Message, frozen=True):
    """A policy or its hours changed: what is due of open tickets may be another time."""
