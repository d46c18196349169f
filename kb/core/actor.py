"""Who acts. The first parameter of every write and of every read that knows secrets; there is no ambient user."""

from dataclasses import dataclass
from uuid import UUID

from kb.core.errors import NotAllowed, NotSignedIn
from kb.core.permissions import Permission
from kb.core.policy import STAFF_ROLES, Role, group_visibility, may, readable_visibilities


@dataclass(frozen=True, slots=True)
class Actor:
    """A person, or nobody, or the product itself, with the scopes of the API key used (None: no key, no narrowing).

    `language` is the one they chose; "" is whatever their browser asks for.
    """

    role: Role
    person_id: UUID | None = None
    account_id: UUID | None = None
    name: str = ""
    username: str = ""
    scopes: frozenset[str] | None = None
    groups: tuple[UUID, ...] = ()
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

    def may(self, permission: Permission | str) -> bool:
        """Whether role and key scopes both allow the permission."""
        wanted = Permission(permission)
        return may(self.role, wanted) and (self.scopes is None or wanted.value in self.scopes)

    def require(self, permission: Permission) -> None:
        """Raise unless allowed: `NotSignedIn` when signing in might help, else `NotAllowed`."""
        if self.may(permission):
            return
        if not self.is_signed_in:
            raise NotSignedIn("Sign in to do this.")
        raise NotAllowed(f"Your role does not include {permission.value}.")


ANONYMOUS = Actor(role=Role.ANONYMOUS)
SYSTEM = Actor(role=Role.SYSTEM, name="Answerloop")
