"""What this room announces."""

from uuid import UUID

from kb.core.messages import Message, message


@message
class TeamRemoved(Message, frozen=True):
    """A team is gone; its tickets belong to none."""

    team_id: UUID
