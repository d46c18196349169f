"""A member's public face, and what they say about themselves."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from kb.core.actor import Actor
from kb.core.database import fetch_one
from kb.core.errors import NotFound, NotSignedIn
from kb.core.policy import Role
from kb.core.saying import say
from kb.core.trust import Trust


@dataclass(frozen=True, slots=True)
class Profile:
    """What anybody may know of a member; `about_html` has passed the last gate. `picture` is a path, "" for none.

    What a newcomer says about themselves is "" for others: strangers sign up to leave links, and newcomers have shown nothing yet.
    """

    id: UUID
    name: str
    username: str
    role: Role
    trust: Trust
    joined_at: datetime
    headline: str
    pronouns: str
    place: str
    website: str
    about_html: str
    picture: str
    hides_profile: bool

    @property
    def path(self) -> str:
        """Where it is read."""
        return f"/people/{self.username}"


@dataclass(frozen=True, slots=True)
class OwnWords:
    """What one says about oneself, as typed."""

    name: str
    headline: str = ""
    pronouns: str = ""
    place: str = ""
    website: str = ""
    about: str = ""
    hides_profile: bool = False


_PROFILE = (
    "select id, name, username, role, trust, created_at as joined_at, headline, pronouns, place, website, about_html,"
    " picture, hides_profile from person where lower(username) = lower($1) and suspended_at is null"
)


async def get_profile(actor: Actor, username: str) -> Profile:
    """Raises `NotFound` for nobody and for somebody suspended alike, `NotSignedIn` to strangers where it is hidden from them."""
    row = await fetch_one(_PROFILE, username.replace("\x00", ""))
    if row is None:
        raise NotFound(say("Nobody here has this name."))
    if row["hides_profile"] and not actor.is_signed_in:
        raise NotSignedIn(say("Only members see this profile. Sign in to read it."))
    role, trust = Role(row["role"]), Trust(row["trust"])
    is_heard = trust > Trust.NEWCOMER or role != Role.MEMBER or actor.person_id == row["id"] or actor.is_staff
    said = {} if is_heard else dict.fromkeys(("headline", "pronouns", "place", "website", "about_html"), "")
    return Profile(**{**row, "role": role, "trust": trust, **said})


async def get_own_words(actor: Actor) -> OwnWords:
    """What one said about oneself, to be changed."""
    row = await fetch_one(
        "select name, headline, pronouns, place, website, about_source as about, hides_profile from person where id = $1",
        actor.person_id,
    )
    if row is None:
        raise NotSignedIn(say("Sign in to change your profile."))
    return OwnWords(**row)
