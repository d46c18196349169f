"""What imports announce: a small one its rows, all at once; a large one only that rows wait (catching_up.py)."""

from uuid import UUID

from kb.core.messages import Message, message


@message
class TopicsImported(Message, frozen=True):
    """New topics stand in the forum."""

    topic_ids: list[UUID]


@message
class AnswersImported(Message, frozen=True):
    """Posts newly marked as accepted answers."""

    post_ids: list[UUID]


@message
class TicketsImported(Message, frozen=True):
    """New tickets stand at the desk: the customers' messages and the agents' replies."""

    customer_messages: list[UUID]
    agent_messages: list[UUID]


@message
class ImportsWait(Message, frozen=True):
    """Imported texts wait to become questions and answers."""
