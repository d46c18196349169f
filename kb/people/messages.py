"""What this room announces."""

from uuid import UUID

from kb.core.messages import Message, message


@message
class PersonIdentified(Message, frozen=True):
    """A signed token said that `distinct_id` of this product is this person: what was seen under it is theirs."""

    person_id: UUID
    app_id: UUID
    distinct_id: str


@message
class ConfirmationAsked(Message, frozen=True):
    """A link that confirms the person's address is to be mailed there; each asking is one mail."""

    person_id: UUID
    asking_id: UUID
