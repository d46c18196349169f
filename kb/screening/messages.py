"""What this room announces."""

from uuid import UUID

from kb.core.messages import Message, message


@message
class PostScreened(Message, frozen=True):
    """Something was found about a post: it belongs in the review queue, and nobody else hears of it."""

    post_id: UUID
