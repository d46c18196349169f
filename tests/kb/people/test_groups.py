"""Groups: whoever is in one reads what is the group's, from the next request on and no longer than that."""

import pytest

from kb.core.errors import Conflict, Invalid, NotAllowed, NotFound
from kb.core.permissions import Permission
from kb.core.policy import Role, narrow_to, reads_all_of
from kb.people.api_keys import find_key_actor
from kb.people.groups import (
    add_member,
    change_group,
    create_group,
    delete_group,
    get_group,
    list_group_members,
    list_groups,
    remove_member,
)
from kb.people.sessions import find_session_actor, open_session
from tests.support.factories import make_person
from tests.support.forum_factories import make_group_space
from tests.support.people_factories import make_key
from tests.support.statements import statements_run

pytestmark = pytest.mark.usefixtures("db")


async def test_a_member_reads_what_is_the_groups_until_they_are_removed_and_that_costs_no_statement_more() -> None:
    admin, member = await make_person(Role.ADMIN), await make_person()
    group_id = await create_group(admin, "Release crew")
    group = await get_group(admin, group_id)
    token = await open_session(member.person_id, user_agent="tests")
    key = await make_key(member, Permission.TOPIC_READ)

    await add_member(admin, group_id, f"@{member.username.upper()}")
    await find_session_actor(token)  # a new connection asks Postgres for its types first
    with statements_run() as statements:
        found = await find_session_actor(token)
    assert len(statements) == 1
    assert found
    assert group.visibility in found.visibilities
    by_key = await find_key_actor(key)
    assert by_key
    assert group.visibility in by_key.visibilities
    assert [one.id for one in await list_group_members(admin, group_id)] == [member.person_id]

    await remove_member(admin, group_id, member.person_id)
    found = await find_session_actor(token)
    assert found
    assert found.visibilities == ["public", "members"]


async def test_a_group_keeps_its_name_to_itself_and_is_gone_once_deleted() -> None:
    admin = await make_person(Role.ADMIN)
    first, second = await create_group(admin, "  Release   crew "), await create_group(admin, "Beta")
    with pytest.raises(Conflict):
        await create_group(admin, "release CREW")
    with pytest.raises(Conflict):
        await change_group(admin, second, "Release crew", "")
    with pytest.raises(Invalid):
        await create_group(admin, " x ")
    with pytest.raises(Invalid):
        await add_member(admin, first, "nobody@example.com")
    await change_group(admin, second, "Beta customers", "They try it first.")
    assert [one.name for one in await list_groups(admin)] == ["Beta customers", "Release crew"]
    await delete_group(admin, second)
    with pytest.raises(NotFound):
        await get_group(admin, second)


async def test_a_group_that_a_space_depends_on_stays() -> None:
    admin = await make_person(Role.ADMIN)
    group_id = await make_group_space(admin)
    with pytest.raises(Conflict):
        await delete_group(admin, group_id)


@pytest.mark.parametrize("role", [Role.MEMBER, Role.AGENT, Role.MODERATOR])
async def test_only_admins_look_after_groups(role: Role) -> None:
    with pytest.raises(NotAllowed):
        await create_group(await make_person(role), "Mine")


def test_what_is_left_of_a_right_inside_another() -> None:
    ranked = ("public", "members", "staff")
    for outer in ranked:
        for inner in ranked:
            assert narrow_to(outer, inner) == max(outer, inner, key=ranked.index)
    assert narrow_to("members", "group:a") == narrow_to("group:a", "members") == "group:a"
    assert narrow_to("group:a", "group:b") is narrow_to("staff", "group:a") is None
    assert not reads_all_of("staff", "group:a")
    assert not reads_all_of("group:a", "staff")
