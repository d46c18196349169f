"""Keys that members make for their own programs: never wider than their maker, ended by time or by hand, counted by the minute."""

from datetime import timedelta

import pytest

from kb.core.clock import now
from kb.core.database import execute
from kb.core.errors import Invalid, NotAllowed, NotFound, TooMany
from kb.core.permissions import Permission
from kb.core.policy import Role
from kb.people.api_keys import CALLS_A_MINUTE, KEYS_MAX, find_key_actor, make_api_key, revoke_api_key
from kb.people.queries import list_api_keys
from kb.people.scopes import SCOPES, scopes_for
from tests.support.factories import make_person
from tests.support.people_factories import make_key


def test_every_permission_is_said_in_plain_words() -> None:
    assert set(SCOPES) == set(Permission)
    assert len(set(SCOPES.values())) == len(Permission)


@pytest.mark.parametrize("role", [Role.MEMBER, Role.MODERATOR, Role.AGENT, Role.ADMIN])
async def test_a_key_is_never_wider_than_its_maker(db: str, role: Role) -> None:
    maker = await make_person(role)
    offered = {scope for scope, _ in scopes_for(maker)}
    for scope in Permission:
        if scope.value in offered:
            made = await make_api_key(maker, name="robot", scopes=[scope.value])
            acting = await find_key_actor(made.key)
            assert acting is not None
            assert acting.holds(scope)
            await revoke_api_key(maker, made.id)
        else:
            with pytest.raises(Invalid) as refused:
                await make_api_key(maker, name="robot", scopes=[Permission.TOPIC_READ.value, scope.value])
            assert list(refused.value.fields) == ["scopes"]


async def test_a_key_makes_no_key_that_is_wider_than_itself(db: str) -> None:
    narrow = await make_key(await make_person(Role.ADMIN), Permission.API_KEY_MAKE, Permission.TOPIC_READ)
    program = await find_key_actor(narrow)
    assert program is not None
    await make_api_key(program, name="its own", scopes=["topic:read"])
    with pytest.raises(Invalid):
        await make_api_key(program, name="wider", scopes=["person:read"])


async def test_a_key_ends_by_itself(db: str) -> None:
    maker = await make_person()
    made = await make_api_key(maker, name="week", scopes=["topic:read"], expires_at=now() + timedelta(days=7))
    assert await find_key_actor(made.key) is not None
    await execute("update api_key set expires_at = now() - interval '1 second' where id = $1", made.id)
    assert await find_key_actor(made.key) is None
    (line,) = await list_api_keys(maker)
    assert line.is_expired
    with pytest.raises(Invalid) as refused:
        await make_api_key(maker, name="gone", scopes=["topic:read"], expires_at=now() - timedelta(days=1))
    assert list(refused.value.fields) == ["expires_at"]


async def test_members_see_and_revoke_their_own_and_admins_everybodys(db: str) -> None:
    ines, bo, admin = await make_person(), await make_person(), await make_person(Role.ADMIN)
    made = await make_api_key(ines, name="robot", scopes=["topic:read"])
    assert [line.id for line in await list_api_keys(ines)] == [made.id]
    assert await list_api_keys(bo) == []
    assert [(line.id, line.is_own) for line in await list_api_keys(admin)] == [(made.id, False)]
    with pytest.raises(NotFound):
        await revoke_api_key(bo, made.id)
    await revoke_api_key(admin, made.id)
    assert await find_key_actor(made.key) is None


async def test_a_key_without_the_scope_makes_no_keys(db: str) -> None:
    program = await find_key_actor(await make_key(await make_person(), Permission.TOPIC_READ))
    assert program is not None
    with pytest.raises(NotAllowed):
        await make_api_key(program, name="robot", scopes=["topic:read"])
    with pytest.raises(NotAllowed):
        await list_api_keys(program)


async def test_a_person_has_so_many_keys_and_no_more(db: str) -> None:
    maker = await make_person()
    for _ in range(KEYS_MAX):
        last = await make_api_key(maker, name="robot", scopes=["topic:read"])
    with pytest.raises(Invalid):
        await make_api_key(maker, name="robot", scopes=["topic:read"])
    await revoke_api_key(maker, last.id)
    await make_api_key(maker, name="robot", scopes=["topic:read"])


async def test_one_key_past_its_minute_is_told_to_wait_and_another_is_not(db: str) -> None:
    maker = await make_person()
    busy, calm = await make_key(maker), await make_key(maker)
    assert await find_key_actor(busy) is not None
    await execute("update rate_count set spent = $1", CALLS_A_MINUTE)
    with pytest.raises(TooMany):
        await find_key_actor(busy)
    assert await find_key_actor(calm) is not None
