"""Badges on pages and for programs."""

from kb.core.policy import Role
from kb.forum.accepting import accept_post
from kb.standing.giving import give_badges
from tests.support.client import Client
from tests.support.factories import make_person
from tests.support.forum_factories import make_reply, make_topic
from tests.support.people_factories import make_key
from tests.support.statements import statements_run


async def test_anybody_sees_the_badges_and_who_holds_them(client: Client) -> None:
    ines, asker = await make_person(name="Ines Duarte"), await make_person()
    await accept_post(asker, await make_reply(await make_topic(asker), ines))
    await give_badges()
    with statements_run() as statements:
        page = await client.get("/badges")
    assert page.status_code == 200
    assert "1 person holds it" in page.text
    assert "Nobody holds it yet" in page.text
    assert len(statements) <= 5
    one = await client.get("/badges/first-solution")
    assert "Ines Duarte" in one.text
    assert "Take back" not in one.text
    assert (await client.get("/badges/nothing")).status_code == 404


async def test_a_moderator_takes_a_badge_back_and_gives_it_again(client: Client) -> None:
    ines, asker, moderator = await make_person(), await make_person(), await make_person(Role.MODERATOR)
    await accept_post(asker, await make_reply(await make_topic(asker), ines))
    await give_badges()
    await client.sign_in(moderator)
    assert "Take back" in (await client.get("/badges/first-solution")).text
    path = f"/badges/first-solution/holders/{ines.person_id}"
    assert (await client.post_form(f"{path}/removal")).status_code == 303
    headers = {"authorization": f"Bearer {await make_key(moderator)}"}
    listed = "/api/v1/badges/first-solution/holders"
    assert (await client.get(listed, headers=headers)).json()["items"] == []
    assert (await client.put(f"/api/v1{path}", headers=headers)).status_code == 204
    assert [h["username"] for h in (await client.get(listed, headers=headers)).json()["items"]] == [ines.username]
    assert (await client.delete(f"/api/v1{path}", headers=headers)).status_code == 204
    badges = (await client.get("/api/v1/badges")).json()["items"]
    assert next(badge["holders"] for badge in badges if badge["key"] == "first-solution") == 0
