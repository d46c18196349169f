"""What a program has read already is not sent again, and what has changed since is not overwritten."""

from kb.core.policy import Role
from tests.support.client import Client
from tests.support.factories import make_person
from tests.support.forum_factories import make_reply, make_space, make_topic
from tests.support.people_factories import make_key


async def bearer(role: Role = Role.MEMBER) -> dict[str, str]:
    return {"authorization": f"Bearer {await make_key(await make_person(role))}"}


async def test_a_read_has_a_tag_and_what_is_known_is_not_sent_again(client: Client) -> None:
    asked = await make_topic(await make_person())
    path = f"/api/v1/topics/{asked.number}"
    first = await client.get(path)
    tag = first.headers["etag"]
    assert tag.startswith('"')
    assert first.headers["cache-control"] == "private, no-cache"
    for known in (tag, f'"other", {tag}', f"W/{tag}", "*"):
        again = await client.get(path, headers={"if-none-match": known})
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
    assert "content-length" not in again.headers

    await make_reply(asked)
    changed = await client.get(path, headers={"if-none-match": tag})
    assert changed.status_code == 200
    assert changed.headers["etag"] != tag


async def test_a_change_of_what_was_read_is_made(client: Client) -> None:
    group = (
        await client.post("/api/v1/groups", json={"name": "Crew"}, headers=(admin := await bearer(Role.ADMIN)))
    ).json()
    path = f"/api/v1/groups/{group['id']}"
    tag = (await client.get(path, headers=admin)).headers["etag"]
    made = await client.put(path, json={"name": "Release crew"}, headers={**admin, "if-match": tag})
    assert made.status_code == 200

    late = await client.put(path, json={"name": "Old crew"}, headers={**admin, "if-match": tag})
    assert (late.status_code, late.json()["error"]["code"]) == (412, "precondition_failed")
    assert (await client.delete(path, headers={**admin, "if-match": tag})).status_code == 412
    assert (await client.get(path, headers=admin)).json()["group"]["name"] == "Release crew"


async def test_any_tag_stands_for_whatever_is_there_but_not_for_nothing(client: Client) -> None:
    admin = await bearer(Role.ADMIN)
    missing = await client.put(
        "/api/v1/groups/00000000-0000-7000-8000-000000000000", json={"name": "None"}, headers={**admin, "if-match": "*"}
    )
    assert missing.status_code == 412


async def test_a_tag_is_asked_for_as_the_caller(client: Client) -> None:
    space = await make_space("corner", visibility="staff")
    asked = await make_topic(await make_person(Role.ADMIN), space=space)
    answer = await client.get(f"/api/v1/topics/{asked.number}", headers={"if-none-match": "*"})
    assert answer.status_code == 404
