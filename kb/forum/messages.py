"""What the forum announces when a write commits."""

from uuid import UUID

from kb.core.messages import Message, message


@message
class TopicAsked(Message, frozen=True):
    """A topic with its first post exists."""

    topic_id: UUID


@message
class PostWritten(Message, frozen=True):
    """Somebody replied; the first post of a topic is announced by `TopicAsked` alone."""

    post_id: UUID
    topic_id: UUID


@message
class PostEdited(Message, frozen=True):
    """A post's text changed; of a first post, perhaps the title too."""

    post_id: UUID
    topic_id: UUID


@message
class PostAccepted(Message, frozen=True):
    """The post is the topic's accepted answer now."""

    post_id: UUID
    topic_id: UUID


@message
class PostUnaccepted(Message, frozen=True):
    """The post is no longer the accepted answer: withdrawn, replaced by another, or hidden."""

    post_id: UUID
    topic_id: UUID


@message
class MeTooSaid(Message, frozen=True):
    """One more person has the problem."""

    topic_id: UUID
    person_id: UUID


@message
class TopicHidden(Message, frozen=True):
    """Readers may not see the topic any more; whatever was made from it must go from their sight too."""

    topic_id: UUID


@message
class TopicRestored(Message, frozen=True):
    """A hidden topic may be seen again."""

    topic_id: UUID


@message
class TopicUnlisted(Message, frozen=True):
    """The topic is read by whoever has its address, and found by nobody: what was made from it must not lead there."""

    topic_id: UUID


@message
class TopicListed(Message, frozen=True):
    """An unlisted topic may be found again."""

    topic_id: UUID


@message
class TopicMoved(Message, frozen=True):
    """The topic stands in another space, perhaps with other readers: copies of its visibility follow."""

    topic_id: UUID
    space_id: UUID


@message
class SpaceReadersChanged(Message, frozen=True):
    """Other people may read the space now: copies of its visibility follow. What is read asks the space itself, at once."""

    space_id: UUID
