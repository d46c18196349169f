"""What this room announces."""

from uuid import UUID

from kb.core.messages import Message, message


@message
class PersonIdentified(Message, frozen=True):
    """A signed token said that `distinct_id` of this product is this person: what was seen under it is theirs."""

    person_id: UUID
    app_id: UUID
    distinct_id: str
