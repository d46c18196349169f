"""Who acts. The first parameter of every write and of every read that knows secrets; there is no ambient user."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from kb.core.errors import NotAllowed, NotSignedIn
from kb.core.permissions import Permission
from kb.core.policy import HELD_BACK, STAFF_ROLES, Role, group_visibility, may, readable_visibilities
from kb.core.saying import Said, say
from kb.core.trust import ALLOWANCES, Allowance, Trust

_NO_LIMITS = Allowance()


@dataclass(frozen=True, slots=True)
class Actor:
    """A person, or nobody, or the product itself, with the scopes of the API key used (None: no key, no narrowing).

    `silenced_until` lies ahead, or is None; `is_warned` says that a warning waits to be acknowledged.
    `language` is the one they chose; "" is whatever their browser asks for.
    """

    role: Role
    person_id: UUID | None = None
    account_id: UUID | None = None
    name: str = ""
    username: str = ""
    scopes: frozenset[str] | None = None
    groups: tuple[UUID, ...] = ()
    silenced_until: datetime | None = None
    is_warned: bool = False
    trust: Trust = Trust.NEWCOMER
    picture: str = ""
    language: str = ""

    @property
    def is_signed_in(self) -> bool:
        """Whether a person stands behind this actor."""
        return self.person_id is not None

    @property
    def is_staff(self) -> bool:
        """Agents, product managers, moderators and admins."""
        return self.role in STAFF_ROLES

    @property
    def visibilities(self) -> list[str]:
        """What visibilities this actor may read, ready to be bound to `= any($n)`."""
        return [*readable_visibilities(self.role), *map(group_visibility, self.groups)]

    @property
    def allowance(self) -> Allowance:
        """What their trust lets a member do; nothing of it binds staff, and what staff may do their roles say."""
        return _NO_LIMITS if self.is_staff or self.role == Role.SYSTEM else ALLOWANCES[self.trust]

    @property
    def held_back_by(self) -> Said | None:
        """Why they may read and not write for now, in a sentence that says what ends it; None where nothing holds them."""
        if self.silenced_until:
            return say(
                "The moderators have silenced you until {day}: you can read, and write again then.",
                day=self.silenced_until,
            )
        if self.is_warned:
            return say("The moderators have a word for you. Read and acknowledge it, then you can write again.")
        return None

    def holds(self, permission: Permission | str) -> bool:
        """Whether role and key scopes both allow the permission, as long as nothing holds them back."""
        wanted = Permission(permission)
        return may(self.role, wanted) and (self.scopes is None or wanted.value in self.scopes)

    def may(self, permission: Permission | str) -> bool:
        """Whether they may do it now."""
        return self.holds(permission) and not (self.held_back_by and Permission(permission) in HELD_BACK)

    def require(self, permission: Permission) -> None:
        """Raise unless allowed: `NotSignedIn` when signing in might help, else `NotAllowed`."""
        if self.may(permission):
            return
        if not self.is_signed_in:
            raise NotSignedIn(say("Sign in to do this."))
        if self.holds(permission):
            raise NotAllowed(self.held_back_by or say("Not now."))
        raise NotAllowed(say("Your role does not include {permission}.", permission=permission.value))


ANONYMOUS = Actor(role=Role.ANONYMOUS)
SYSTEM = Actor(role=Role.SYSTEM, name="Answerloop")
