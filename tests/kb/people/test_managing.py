"""What an admin does with people, their products and their keys."""

from typing import Any

import pytest

from kb.core.actor import ANONYMOUS
from kb.core.database import fetch_value
from kb.core.errors import Conflict, Invalid, KbError, NotAllowed, NotFound
from kb.core.permissions import Permission
from kb.core.policy import Role
from kb.people.api_keys import find_key_actor, make_api_key, revoke_api_key
from kb.people.managing import change_role, create_person
from kb.people.products import find_app_by_write_key, list_apps, make_app
from kb.people.profiles import get_profile
from kb.people.queries import find_person_by_email, get_me, get_person, list_api_keys, list_people
from kb.people.signing_in import sign_in
from tests.support.factories import make_account, make_person
from tests.support.people_factories import PASSWORD

MARCUS: dict[str, Any] = {
    "name": "Marcus Adeyemi",
    "email": "marcus@example.com",
    "password": PASSWORD,
    "role": Role.AGENT,
}


async def test_an_admin_makes_an_agent_who_can_sign_in(db: str) -> None:
    admin = await make_person(Role.ADMIN)
    marcus = await create_person(admin, **MARCUS)
    assert await sign_in("marcus@example.com", PASSWORD) == marcus.person_id
    assert (await get_person(admin, marcus.person_id)).role == Role.AGENT  # type: ignore[arg-type]
    agent = await make_person(Role.AGENT)
    with pytest.raises(NotAllowed):
        await create_person(agent, **MARCUS)


async def test_a_handle_is_made_from_the_name_and_belongs_to_one_person(db: str) -> None:
    admin = await make_person(Role.ADMIN)
    made = [
        (await create_person(admin, name=name, email=f"e{n}@example.com", password=PASSWORD)).username
        for n, name in enumerate(["Inès Duarte", "Ines Duarte", "王伟", "Ines Duarte"])
    ]
    assert made == ["ines-duarte", "ines-duarte2", "member", "ines-duarte3"]


async def test_nobody_is_made_the_system(db: str) -> None:
    admin, ines = await make_person(Role.ADMIN), await make_person()
    with pytest.raises(Invalid):
        await change_role(admin, ines.person_id, Role.SYSTEM)  # type: ignore[arg-type]


async def test_a_role_is_changed_by_an_admin_and_noted(db: str) -> None:
    admin, ines = await make_person(Role.ADMIN), await make_person()
    assert ines.person_id is not None
    await change_role(admin, ines.person_id, Role.MODERATOR)
    assert await fetch_value("select role from person where id = $1", ines.person_id) == "moderator"
    detail = "select detail->>'before' || '>' || (detail->>'after') from audit_line where action = 'person.change_role'"
    assert await fetch_value(detail) == "member>moderator"
    with pytest.raises(NotAllowed):
        await change_role(ines, ines.person_id, Role.ADMIN)


async def test_an_admin_does_not_change_their_own_role(db: str) -> None:
    admin = await make_person(Role.ADMIN)
    assert admin.person_id is not None
    with pytest.raises(Conflict):
        await change_role(admin, admin.person_id, Role.MEMBER)


async def test_people_are_found_by_words_role_and_page(db: str) -> None:
    agent = await make_person(Role.AGENT, name="Marcus")
    acme = await make_account("Acme 100% Tiles")
    ines = await make_person(name="Ines Duarte", account_id=acme)
    assert [p.name for p in await list_people(agent, words="duarte")] == ["Ines Duarte"]
    assert [p.account_name for p in await list_people(agent, words="100%")] == ["Acme 100% Tiles"]
    assert [p.id for p in await list_people(agent, role=Role.AGENT)] == [agent.person_id]
    assert [p.id for p in await list_people(agent, after=ines.person_id)] == [agent.person_id]
    found = await find_person_by_email(agent, f"{ines.username.upper()}@example.com")
    assert found is not None
    assert found.id == ines.person_id


async def test_details_are_for_staff_who_may_read_people_and_for_oneself(db: str) -> None:
    ines, moderator = await make_person(), await make_person(Role.MODERATOR)
    assert ines.person_id is not None
    assert (await get_me(ines)).id == ines.person_id
    for actor in (ines, moderator):
        with pytest.raises(KbError):
            await list_people(actor)
        with pytest.raises(KbError):
            await get_person(actor, ines.person_id)


async def test_a_profile_is_found_in_any_case(db: str) -> None:
    ines = await make_person()
    assert (await get_profile(ANONYMOUS, ines.username.upper())).id == ines.person_id


async def test_keys_are_listed_without_the_key_and_stop_when_revoked(db: str) -> None:
    admin = await make_person(Role.ADMIN)
    made = await make_api_key(admin, name="CI", scopes=[Permission.TOPIC_READ.value])
    (line,) = await list_api_keys(admin)
    assert (line.name, line.prefix, line.scopes) == ("CI", made.key[:8], ("topic:read",))
    assert made.key not in repr(line)
    await revoke_api_key(admin, made.id)
    assert await find_key_actor(made.key) is None
    with pytest.raises(NotFound):
        await revoke_api_key(admin, made.id)


async def test_a_product_gets_keys_of_its_own_and_only_key_managers_read_its_secret(db: str) -> None:
    admin, agent = await make_person(Role.ADMIN), await make_person(Role.AGENT)
    app = await make_app(admin, " Fernbook ")
    assert (await find_app_by_write_key(app.write_key)) == app
    assert await find_app_by_write_key("wk_unknown") is None
    assert app.signing_secret not in repr(app)
    assert await list_apps(admin) == [app]
    with pytest.raises(NotAllowed):
        await list_apps(agent)
    with pytest.raises(Invalid):
        await make_app(admin, " ")
