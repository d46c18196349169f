"""The forum for programs."""

from kb.core.actor import Actor
from kb.core.clock import now
from kb.core.database import execute, fetch_value
from kb.core.ids import new_id
from kb.core.policy import Role
from kb.forum.accepting import accept_post
from kb.people.sessions import hash_token
from tests.support.client import Client
from tests.support.factories import make_person
from tests.support.forum_factories import make_reply, make_space, make_topic


async def key_of(actor: Actor, *scopes: str) -> dict[str, str]:
    """A bearer header; the key is stored as a hash, as kb/people does."""
    key = f"al_{new_id().hex}"
    await execute(
        "insert into api_key (id, person_id, name, prefix, key_hash, scopes, created_at) values ($1, $2, 'tests', $3, $4, $5, $6)",
        new_id(),
        actor.person_id,
        key[:10],
        hash_token(key),
        list(scopes),
        now(),
    )
    return {"authorization": f"Bearer {key}"}


async def test_a_program_asks_replies_and_reads(client: Client) -> None:
    await make_space()
    headers = await key_of(await make_person(), "topic:ask", "topic:read", "post:write")
    draft = {"space": "help", "title": "The export stops at 100 rows", "body": "Since *Monday*."}
    made = await client.post("/api/v1/topics", json=draft, headers=headers)
    assert made.status_code == 201
    number = made.json()["number"]
    reply = await client.post(f"/api/v1/topics/{number}/posts", json={"body": "Me again."}, headers=headers)
    assert reply.status_code == 201
    found = (await client.get(f"/api/v1/topics/{number}", headers=headers)).json()
    assert found["topic"]["title"] == draft["title"]
    assert (
        found["topic"]["url"] == made.json()["url"] == f"http://localhost:8000/t/{number}/the-export-stops-at-100-rows"
    )
    assert found["question"]["body"] == draft["body"]
    assert found["question"]["html"].strip() == "<p>Since <em>Monday</em>.</p>"
    assert [post["id"] for post in found["replies"]] == [reply.json()["id"]]
    assert found["accepted"] is None


async def test_the_accepted_answer_is_told_apart(client: Client) -> None:
    agent = await make_person(Role.AGENT)
    topic = await make_topic(agent)
    await make_reply(topic)
    answer = await make_reply(topic)
    await accept_post(agent, answer)
    found = (await client.get(f"/api/v1/topics/{topic.number}")).json()
    assert (found["topic"]["solved"], found["accepted"]["id"], len(found["replies"])) == (True, str(answer), 1)
    assert (await client.get("/api/v1/spaces")).json()["items"][0]["solved"] == 1


async def test_a_list_is_walked_by_its_cursor(client: Client) -> None:
    made = [(await make_topic()).number for _ in range(5)]
    seen: list[int] = []
    cursor: str | None = ""
    for _ in range(3):
        page = (await client.get("/api/v1/topics", params={"limit": 2, "cursor": cursor})).json()
        seen += [topic["number"] for topic in page["items"]]
        cursor = page["next"]
    assert (seen, cursor) == (made[::-1], None)


async def test_refusals_have_the_one_shape(client: Client) -> None:
    await make_space()
    headers = await key_of(await make_person(), "topic:ask", "topic:read")
    draft = {"space": "help", "title": "Help", "body": "x"}
    cases = [
        (await client.post("/api/v1/topics", json=draft), 401, "not_signed_in", set()),
        (await client.post("/api/v1/topics", json=draft, headers=headers), 422, "invalid", {"title"}),
        (await client.post("/api/v1/topics", json={"space": "help"}, headers=headers), 400, "invalid", None),
        (await client.post("/api/v1/topics", content=b"{", headers=headers), 400, "invalid", None),
        (await client.post("/api/v1/topics/1/posts", json={"body": "x"}, headers=headers), 403, "not_allowed", set()),
        (await client.get("/api/v1/topics/99"), 404, "not_found", set()),
        (await client.get("/api/v1/topics?space=nowhere"), 404, "not_found", set()),
        (await client.get("/api/v1/topics?cursor=x"), 422, "invalid", {"cursor"}),
        (await client.get("/api/v1/topics?limit=1000"), 422, "invalid", {"limit"}),
        (await client.get("/api/v1/topics?limit=many"), 400, "invalid", None),
    ]
    for response, status, code, fields in cases:
        error = response.json()["error"]
        assert (response.status_code, error["code"]) == (status, code), response.text
        assert set(error) == {"code", "message", "fields"}
        assert error["message"]
        assert fields is None or set(error["fields"]) == fields
    assert await fetch_value("select count(*) from topic") == 0


async def test_a_cookie_does_not_write_through_the_api(client: Client) -> None:
    await make_space()
    await client.sign_in(await make_person())
    draft = {"space": "help", "title": "The export stops at 100 rows", "body": "Since Monday."}
    assert (await client.post("/api/v1/topics", json=draft)).status_code == 401
