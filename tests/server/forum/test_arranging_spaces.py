"""Spaces and groups as an admin looks after them, on pages and through the API."""

from kb.core.database import fetch_one, fetch_value
from kb.core.permissions import Permission
from kb.core.policy import Role
from tests.support.client import Client
from tests.support.factories import make_person
from tests.support.forum_factories import make_group_space, make_space, make_topic
from tests.support.people_factories import make_key


async def test_an_admin_makes_a_group_and_a_space_that_it_alone_sees(client: Client) -> None:
    admin, member = await make_person(Role.ADMIN), await make_person()
    await client.sign_in(admin)
    refused = await client.post_form("/groups", {"name": "x", "description": "Who ships."})
    assert refused.status_code == 422
    assert 'value="Who ships."' in refused.text
    made = await client.post_form("/groups", {"name": "Release crew"})
    path = made.headers["location"]
    for who in (member.username, admin.username):
        await client.post_form(f"{path}/members", {"who": who})
    assert member.name in (await client.get(path)).text
    right = f"group:{path.rpartition('/')[2]}"
    form = {
        "name": "Release room",
        "visibility": right,
        "who_asks": right,
        "who_answers": "members",
        "colour": "violet",
    }
    made = await client.post_form("/spaces/new", form)
    assert made.headers["location"] == "/s/release-room"
    assert "a group only" in (await client.get("/s/release-room")).text

    await client.sign_in(member)
    assert (await client.get("/s/release-room")).status_code == 200
    await client.sign_in(await make_person(Role.ADMIN))
    assert (await client.get("/s/release-room")).status_code == 404
    assert "Release room" not in (await client.get("/")).text


async def test_the_form_of_a_space_shows_it_as_it_is_and_loses_nothing_when_refused(client: Client) -> None:
    await make_space("help")
    await make_space("inner")
    await client.sign_in(await make_person(Role.ADMIN))
    form = {
        "name": "Within",
        "parent": "help",
        "colour": "blue",
        "position": "3",
        "visibility": "members",
        "who_asks": "staff",
    }
    assert (await client.post_form("/spaces/inner/edit", form)).status_code == 303
    row = await fetch_one("select name, colour, position, visibility, who_asks from space where slug = 'inner'")
    assert row
    assert tuple(row) == ("Within", "blue", 3, "members", "staff")
    page = (await client.get("/spaces/inner/edit")).text
    assert '<option value="help" selected>' in page
    refused = await client.post_form("/spaces/inner/edit", form | {"name": "W", "description": "Kept."})
    assert refused.status_code == 422
    assert "Kept." in refused.text
    parent = (await client.get("/s/help?inner=1")).text
    assert 'href="/s/inner"' in parent


async def test_a_reply_where_one_may_not_answer_is_refused_with_what_was_typed(client: Client) -> None:
    admin, member = await make_person(Role.ADMIN), await make_person()
    topic = await make_topic(admin)
    await client.sign_in(admin)
    await client.post_form("/spaces/help/edit", {"name": "Help", "who_answers": "staff", "who_asks": "staff"})
    await client.sign_in(member)
    assert "Not everybody answers in" in (await client.get(topic.path)).text
    refused = await client.post_form(f"/t/{topic.number}/posts", {"body": "My own way around it."})
    assert refused.status_code == 422
    assert "Only staff answer here." in refused.text
    assert "My own way around it." in refused.text
    asked = await client.post_form("/ask", {"space": "help", "title": "Why is it closed to me?", "body": "I want in."})
    assert asked.status_code == 422
    assert "Only staff ask here." in asked.text


async def test_programs_arrange_spaces_and_groups_too(client: Client) -> None:
    admin = await make_person(Role.ADMIN)
    await make_group_space(admin)
    head = {"authorization": f"Bearer {await make_key(admin, Permission.SPACE_MANAGE, Permission.GROUP_MANAGE)}"}
    groups = (await client.get("/api/v1/groups", headers=head)).json()["items"]
    assert [one["member_count"] for one in groups] == [1]
    right = f"group:{groups[0]['id']}"
    made = await client.post(
        "/api/v1/spaces", json={"name": "Notes", "who_sees": right, "parent": "crew"}, headers=head
    )
    assert (made.status_code, made.json()["parent"], made.json()["who_sees"]) == (201, "crew", right)
    changed = await client.put("/api/v1/spaces/notes", json={"name": "Notes", "archived": True}, headers=head)
    assert changed.json()["archived"] is True
    assert await fetch_value("select visibility from space where slug = 'notes'") == "public"
    gone = await client.delete(f"/api/v1/groups/{groups[0]['id']}/members/{admin.person_id}", headers=head)
    assert gone.status_code == 204
    assert (await client.put("/api/v1/spaces/crew", json={"name": "Mine"}, headers=head)).status_code == 404
