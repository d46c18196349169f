"""What is announced of duplicates."""

from uuid import UUID

from kb.core.messages import Message, message


@message
class DuplicateMarked(Message, frozen=True):
    """Somebody says that this was asked before; nothing leads anywhere yet."""

    duplicate_id: UUID


@message
class DuplicateConfirmed(Message, frozen=True):
    """The duplicate leads to its original now, or goes on doing so after its asker objected."""

    duplicate_id: UUID


@message
class DuplicateContested(Message, frozen=True):
    """The asker says that it is another problem: staff must look."""

    duplicate_id: UUID


@message
class DuplicateUndone(Message, frozen=True):
    """The duplicate stands for itself again."""

    duplicate_id: UUID
