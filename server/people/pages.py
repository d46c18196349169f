"""What this room's pages receive."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlencode, urlsplit

from kb.core.policy import Role
from kb.core.saying import Said, say
from kb.insights.activity import Deed
from kb.insights.timeline import Moment
from kb.people.api_keys import NewKey
from kb.people.choosing_password import PasswordLink
from kb.people.managing import GIVEN_ROLES
from kb.people.profiles import Profile
from kb.people.queries import KeyLine, PersonDetails
from kb.standing.helping import Helped
from kb.standing.holders import HeldBadge
from kb.standing.rules import LEVEL_NAMES
from server.pages import Page
from server.people.forms import KEY_SPANS, KeyForm, NewPasswordForm, SignInForm, SignUpForm

_ROLES = {
    "member": say("Member"),
    "agent": say("Agent"),
    "product_manager": say("Product manager"),
    "moderator": say("Moderator"),
    "admin": say("Admin"),
}
ROLE_NAMES = [(role.value, _ROLES[role.value]) for role in GIVEN_ROLES]


@dataclass(frozen=True, slots=True)
class SignInPage(Page):
    """The sign-in form, as typed so far but for the password."""

    form: SignInForm
    may_sign_up: bool
    errors: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SignUpPage(Page):
    """The sign-up form, as typed so far but for the password; `is_open` is the SIGN_UP setting."""

    form: SignUpForm
    is_open: bool
    errors: Mapping[str, str] = field(default_factory=dict)
    address_is_taken: bool = False


@dataclass(frozen=True, slots=True)
class ForgotPasswordPage(Page):
    """The form that asks for an address; `is_spent`: a link was opened that works no more."""

    email: str = ""
    is_spent: bool = False
    errors: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class LinkAskedPage(Page):
    """What everybody is told who typed an address."""

    email: str


@dataclass(frozen=True, slots=True)
class NewPasswordPage(Page):
    """The form behind a link: a password, and for somebody who was known by mail alone a name and a username."""

    token: str
    link: PasswordLink
    form: NewPasswordForm
    errors: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ProfilePage(Page):
    """A member's public face, whom they helped, and those of their topics and answers this reader may read."""

    profile: Profile
    deeds: list[Deed]
    is_own: bool
    helped: Helped
    badges: list[HeldBadge]

    @property
    def level(self) -> str:
        """How far they are trusted, in a word; "" for staff, whose role says more."""
        return LEVEL_NAMES[self.profile.trust] if self.profile.role == Role.MEMBER else ""

    @property
    def website_host(self) -> str:
        """What of the website's address is shown."""
        return urlsplit(self.profile.website).hostname or ""

    @property
    def role(self) -> str:
        """What stands beside the name: a role of staff, or nothing."""
        return "" if self.profile.role == Role.MEMBER else self.profile.role.value.replace("_", " ")


@dataclass(frozen=True, slots=True)
class PeoplePage(Page):
    """One page of people as staff see them. `role` is the filter in force; `older` leads on, "" at the end."""

    people: list[PersonDetails]
    words: str
    role: str
    older: str
    roles: Sequence[tuple[str, str]] = field(default_factory=lambda: ROLE_NAMES)


MOMENT_KINDS: tuple[tuple[str, Said], ...] = (
    ("topic", say("Topics")),
    ("ticket", say("Tickets")),
    ("signal", say("Signals")),
    ("release", say("Releases")),
    ("help", say("Help seen")),
    ("use", say("Answers used")),
    ("message", say("Messages")),
)


@dataclass(frozen=True, slots=True)
class TimelinePage(Page):
    """One person's history, newest first, and who they are. `last` is where older moments begin, "" at the end; `only` is the kind shown,
    "" for everything. `may_manage`: role and access can be changed here."""

    person: PersonDetails
    moments: list[Moment]
    last: str
    is_first: bool
    may_manage: bool
    only: str = ""
    roles: Sequence[tuple[str, str]] = field(default_factory=lambda: ROLE_NAMES)

    @property
    def filters(self) -> list[tuple[str, Said, str]]:
        """Each kind with its name and address."""
        every = [("", say("Everything")), *MOMENT_KINDS]
        return [(kind, name, self.address(kind)) for kind, name in every]

    @property
    def newest(self) -> str:
        """The address of this list's first page."""
        return self.address(self.only)

    @property
    def older(self) -> str:
        """The address that goes on, "" at the end."""
        return self.address(self.only, self.last) if self.last else ""

    def address(self, kind: str, before: str = "") -> str:
        """One page of one list."""
        asked = urlencode({name: value for name, value in (("kind", kind), ("before", before)) if value})
        return f"/people/{self.person.id}/timeline{'?' if asked else ''}{asked}"


@dataclass(frozen=True, slots=True)
class KeysPage(Page):
    """The API keys, the form for another with the scopes its maker may give, and, this once, the key just made.

    `shows_everybodys`: the reader manages keys and sees those of others, too.
    """

    keys: list[KeyLine]
    form: KeyForm
    scopes: list[tuple[str, Said]]
    shows_everybodys: bool
    made: NewKey | None = None
    errors: Mapping[str, str] = field(default_factory=dict)

    @property
    def spans(self) -> list[tuple[str, Said]]:
        """Choices of how long it works, in days; "" is until it is revoked."""
        return [*((days, say("{days} days", days=days)) for days in KEY_SPANS), ("", say("Until it is revoked"))]
