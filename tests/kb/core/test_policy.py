"""Who may do what, written out: change it here on purpose or not at all."""

import pytest

from kb.core.actor import ANONYMOUS, Actor
from kb.core.errors import NotAllowed, NotSignedIn
from kb.core.ids import new_id
from kb.core.permissions import Permission
from kb.core.policy import Role, may, readable_visibilities

COLUMNS = (Role.ANONYMOUS, Role.MEMBER, Role.AGENT, Role.PRODUCT_MANAGER, Role.MODERATOR, Role.ADMIN, Role.SYSTEM)

#                       anonymous member agent product_manager moderator admin system
MATRIX = """
    answer:accept           -       x      x          x            x       x     x
    api_key:make            -       x      x          x            x       x     x
    api_key:manage          -       -      -          -            -       x     x
    article:draft           -       -      x          -            -       x     x
    article:publish         -       -      x          -            -       x     x
    article:read            x       x      x          x            x       x     x
    assistant:ask           x       x      x          x            x       x     x
    bookmark:keep           -       x      x          x            x       x     x
    cluster:correct         -       -      x          x            -       x     x
    cluster:read            -       -      x          x            -       x     x
    duplicate:confirm       -       -      x          x            x       x     x
    duplicate:mark          -       x      x          x            x       x     x
    event:read              -       -      x          x            -       x     x
    event:write             -       -      -          -            -       x     x
    file:read               x       x      x          x            x       x     x
    file:upload             -       x      x          x            x       x     x
    flag:write              -       x      x          x            x       x     x
    flow:manage             -       -      -          x            -       x     x
    group:manage            -       -      -          -            -       x     x
    help:read               x       x      x          x            x       x     x
    incident:manage         -       -      x          x            -       x     x
    issue:file              -       -      -          x            -       x     x
    issue:read              -       -      x          x            -       x     x
    loop:read               -       -      x          x            x       x     x
    mail:receive            -       -      -          -            -       x     x
    message:read            -       x      x          x            x       x     x
    model:manage            -       -      -          -            -       x     x
    notice:read             -       x      x          x            x       x     x
    person:manage           -       -      -          -            -       x     x
    person:read             -       -      x          x            -       x     x
    person:sanction         -       -      -          -            x       x     x
    post:vote               -       x      x          x            x       x     x
    post:write              -       x      x          x            x       x     x
    review:decide           -       -      -          -            x       x     x
    review:manage           -       -      -          -            -       x     x
    space:manage            -       -      -          -            -       x     x
    tag:manage              -       -      -          -            x       x     x
    team:manage             -       -      -          -            -       x     x
    ticket:answer           -       -      x          -            -       x     x
    ticket:ask              -       x      x          x            x       x     x
    ticket:read             -       x      x          x            x       x     x
    topic:arrange           -       -      -          -            x       x     x
    topic:ask               -       x      x          x            x       x     x
    topic:hide              -       -      -          -            x       x     x
    topic:read              x       x      x          x            x       x     x
    trigger:manage          -       -      -          x            -       x     x
    trust:grant             -       -      -          -            x       x     x
    watched_word:manage     -       -      -          -            x       x     x
    webhook:manage          -       -      -          -            -       x     x
"""

#            anonymous member agent product_manager moderator admin system
READABLE = """
    public       x       x      x          x            x       x     x
    members      -       x      x          x            x       x     x
    staff        -       -      x          x            x       x     x
    private      -       -      x          x            -       x     x
"""


def cells(text: str) -> list[tuple[str, Role, bool]]:
    lines = [line.split() for line in text.strip().splitlines()]
    return [(line[0], role, mark == "x") for line in lines for role, mark in zip(COLUMNS, line[1:], strict=True)]


@pytest.mark.parametrize(("permission", "role", "allowed"), cells(MATRIX))
def test_a_role_holds_exactly_its_permissions(permission: str, role: Role, allowed: bool) -> None:
    assert may(role, Permission(permission)) is allowed


def test_the_matrix_names_every_permission_and_every_role() -> None:
    assert {name for name, _, _ in cells(MATRIX)} == {p.value for p in Permission}
    assert set(COLUMNS) == set(Role)


@pytest.mark.parametrize(("visibility", "role", "allowed"), cells(READABLE))
def test_a_role_reads_exactly_its_visibilities(visibility: str, role: Role, allowed: bool) -> None:
    assert (visibility in readable_visibilities(role)) is allowed


def test_nobody_is_asked_to_sign_in_and_somebody_is_refused() -> None:
    with pytest.raises(NotSignedIn):
        ANONYMOUS.require(Permission.TOPIC_ASK)
    with pytest.raises(NotAllowed):
        Actor(Role.MEMBER, new_id()).require(Permission.TICKET_ANSWER)


def test_a_key_narrows_what_its_owner_may_do_and_never_widens_it() -> None:
    scopes = frozenset({"topic:read", "person:manage"})
    keyed = Actor(Role.MEMBER, new_id(), scopes=scopes)
    assert keyed.may(Permission.TOPIC_READ)
    assert not keyed.may(Permission.TOPIC_ASK)
    assert not keyed.may(Permission.PERSON_MANAGE)
