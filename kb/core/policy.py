"""Who may do what: one page, no database. Each role holds everything of the role it grows from."""

from enum import StrEnum
from uuid import UUID

from kb.core.permissions import Permission as P


class Role(StrEnum):
    """Roles of persons. `anonymous` is nobody signed in; `system` is the product itself, in jobs and commands."""

    ANONYMOUS = "anonymous"
    MEMBER = "member"
    AGENT = "agent"
    PRODUCT_MANAGER = "product_manager"
    MODERATOR = "moderator"
    ADMIN = "admin"
    SYSTEM = "system"


_ANONYMOUS = frozenset({P.ARTICLE_READ, P.ASSISTANT_ASK, P.FILE_READ, P.HELP_READ, P.TOPIC_READ})
_MEMBER = _ANONYMOUS | {
    P.ANSWER_ACCEPT,
    P.API_KEY_MAKE,
    P.BOOKMARK_KEEP,
    P.DUPLICATE_MARK,
    P.FILE_UPLOAD,
    P.FLAG_WRITE,
    P.MESSAGE_READ,
    P.NOTICE_READ,
    P.POST_VOTE,
    P.POST_WRITE,
    P.TICKET_ASK,
    P.TICKET_READ,
    P.TOPIC_ASK,
}
_STAFF = _MEMBER | {P.DUPLICATE_CONFIRM, P.LOOP_READ}
# Clusters, issues and events are made of private tickets too, so only roles that may read those see them.
_TICKET_READERS = _STAFF | {P.CLUSTER_CORRECT, P.CLUSTER_READ, P.EVENT_READ, P.ISSUE_READ, P.PERSON_READ}
_AGENT = _TICKET_READERS | {P.ARTICLE_DRAFT, P.ARTICLE_PUBLISH, P.INCIDENT_MANAGE, P.TICKET_ANSWER}
_PRODUCT_MANAGER = _TICKET_READERS | {P.FLOW_MANAGE, P.INCIDENT_MANAGE, P.ISSUE_FILE, P.TRIGGER_MANAGE}
_MODERATOR = _STAFF | {
    P.PERSON_SANCTION,
    P.REVIEW_DECIDE,
    P.TAG_MANAGE,
    P.TOPIC_ARRANGE,
    P.TOPIC_HIDE,
    P.TRUST_GRANT,
    P.WATCHED_WORD_MANAGE,
}

ROLE_PERMISSIONS: dict[Role, frozenset[P]] = {
    Role.ANONYMOUS: _ANONYMOUS,
    Role.MEMBER: frozenset(_MEMBER),
    Role.AGENT: frozenset(_AGENT),
    Role.PRODUCT_MANAGER: frozenset(_PRODUCT_MANAGER),
    Role.MODERATOR: frozenset(_MODERATOR),
    Role.ADMIN: frozenset(P),
    Role.SYSTEM: frozenset(P),
}

STAFF_ROLES = frozenset({Role.AGENT, Role.PRODUCT_MANAGER, Role.MODERATOR, Role.ADMIN})

HELD_BACK = frozenset({P.DUPLICATE_MARK, P.POST_VOTE, P.POST_WRITE, P.TOPIC_ASK})
"""What somebody silenced, or with a warning unread, may not do for now. They still read, say which answer helped, and write
tickets: those are between them and the support they may have paid for."""

_RANKS = {Role.ADMIN: 2, Role.SYSTEM: 3}


def outranks(role: Role, other: Role) -> bool:
    """Whether one role may act against a person of another: staff against members, admins against all but admins."""
    ranks = [_RANKS.get(one, 1 if one in STAFF_ROLES else 0) for one in (role, other)]
    return ranks[0] > ranks[1]


def may(role: Role, permission: P) -> bool:
    """Whether the role holds the permission at all, before any rule about the object."""
    return permission in ROLE_PERMISSIONS[role]


_READABLE: dict[Role, tuple[str, ...]] = {
    Role.ANONYMOUS: ("public",),
    Role.MEMBER: ("public", "members"),
    Role.MODERATOR: ("public", "members", "staff"),
    Role.AGENT: ("public", "members", "staff", "private"),
    Role.PRODUCT_MANAGER: ("public", "members", "staff", "private"),
    Role.ADMIN: ("public", "members", "staff", "private"),
    Role.SYSTEM: ("public", "members", "staff", "private"),
}


GROUP = "group:"


def group_visibility(group_id: UUID | str) -> str:
    """The visibility of what one group alone reads; it stands where `public` or `staff` may stand."""
    return f"{GROUP}{group_id}"


def reads_all_of(outer: str, inner: str) -> bool:
    """Whether whoever reads things of the visibility `inner` reads those of `outer`, too. Of two groups neither does."""
    return outer in {inner, "public"} or (outer == "members" and inner != "public")


def narrow_to(parent: str, own: str) -> str | None:
    """What is left of `own` inside something of the visibility `parent`; None where neither is part of the other."""
    if reads_all_of(parent, own):
        return own
    return parent if reads_all_of(own, parent) else None


def readable_visibilities(role: Role) -> tuple[str, ...]:
    """The visibilities a role may read; queries filter by exactly these. `private` is what stands in tickets."""
    return _READABLE[role]
