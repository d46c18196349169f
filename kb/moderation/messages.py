"""What this room announces."""

from uuid import UUID

from kb.core.messages import Message, message


@message
class PostFlagged(Message, frozen=True):
    """Somebody flagged a post: perhaps enough have."""

    post_id: UUID


@message
class ReviewDecided(Message, frozen=True):
    """A moderator has looked: the author and those who flagged learn what came of it."""

    decision_id: UUID


@message
class ReviewUndone(Message, frozen=True):
    """A decision was taken back; it is waiting again."""

    decision_id: UUID
