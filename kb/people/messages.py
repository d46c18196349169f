"""What this room announces."""

from datetime import datetime
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


@message
class PasswordLinkAsked(Message, frozen=True):
    """Somebody typed this address to choose a password by mail. Whose it is, if anybody's, is looked up by whoever sends the mail,
    so that asking costs the same for every address. `language` is that of the page."""

    address: str
    language: str
    asking_id: UUID


@message
class PasswordSet(Message, frozen=True):
    """The person chose a password by a link; what was signed in before that moment is so no more."""

    person_id: UUID
    setting_id: UUID
    at: datetime
