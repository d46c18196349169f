"""What this room announces."""

from uuid import UUID

from kb.core.messages import Message, message


@message
class PeopleNotified(Message, frozen=True):
    """Everybody who may be told of the thing has a notice: what must not wait goes out now."""

    thing: str


@message
class NoticeMailPrepared(Message, frozen=True):
    """A mail with notices for one person waits to be sent."""

    mail_id: UUID
