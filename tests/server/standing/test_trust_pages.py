"""Trust on pages and for programs."""

from litestar import Litestar

from kb.core.database import fetch_value
from kb.core.policy import Role
from kb.core.trust import Trust
from tests.support.client import Client
from tests.support.factories import make_person
from tests.support.forum_factories import make_topic
from tests.support.people_factories import make_key
from tests.support.statements import statements_run


async def test_one_sees_what_is_missing_to_the_next_level(client: Client) -> None:
    await client.sign_in(await make_person(trust=Trust.NEWCOMER))
    page = await client.get("/me/trust")
    assert page.status_code == 200
    assert "Newcomer" in page.text
    assert "0 / 5" in page.text


async def test_a_moderator_gives_a_level_and_holds_it(client: Client) -> None:
    moderator, ines = await make_person(Role.MODERATOR), await make_person()
    await client.sign_in(moderator)
    path = f"/people/{ines.person_id}/trust"
    assert (await client.post_form(path, {"level": "9"})).status_code == 422
    assert (await client.post_form(path, {"level": "4", "locked": "1"})).status_code == 303
    page = await client.get(path)
    assert "held by hand" in page.text
    assert await fetch_value("select trust from person where id = $1", ines.person_id) == 4


async def test_programs_do_the_same(client: Client) -> None:
    moderator, ines = await make_person(Role.MODERATOR), await make_person()
    headers = {"authorization": f"Bearer {await make_key(moderator)}"}
    path = f"/api/v1/people/{ines.person_id}/trust"
    given = await client.put(path, json={"level": 2, "locked": True}, headers=headers)
    assert (given.status_code, given.json()["level"], given.json()["is_locked"]) == (200, 2, True)
    own = {"authorization": f"Bearer {await make_key(ines)}"}
    assert (await client.get(path, headers=own)).json()["level"] == 2
    assert (await client.put(path, json={"level": 4}, headers=own)).status_code == 403


async def test_reading_a_topic_is_noted_without_a_statement_of_the_page(client: Client, app: Litestar) -> None:
    topic, ines = await make_topic(), await make_person()
    await client.sign_in(ines)
    with statements_run() as statements:
        await client.get(topic.path)
    assert len(statements) <= 5
    assert not any("reading_day" in statement for statement in statements)
    await app.state.reading.write_down()
    assert topic.number in await fetch_value("select topics from reading_day where person_id = $1", ines.person_id)
