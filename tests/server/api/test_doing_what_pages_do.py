"""Operations that do what pages do: each state is set and taken back, by those who may."""

from typing import Any

import pytest

from kb.core.actor import Actor
from kb.core.policy import Role
from kb.drafts.keeping import DraftText, keep_draft
from kb.outreach.triggers import ensure_default_triggers
from kb.product.weighing import weigh_pain_points
from tests.support.client import Client
from tests.support.factories import make_person
from tests.support.forum_factories import make_reply, make_topic
from tests.support.people_factories import make_key
from tests.support.product_factories import hurt, make_cluster
from tests.support.tickets_factories import make_ticket


async def bearer(actor: Actor) -> dict[str, str]:
    return {"authorization": f"Bearer {await make_key(actor)}"}


async def read(client: Client, path: str, headers: dict[str, str] | None = None) -> Any:
    answer = await client.get(path, headers=headers or {})
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_votes_and_me_toos_are_given_and_taken_back(client: Client) -> None:
    topic, headers = await make_topic(), await bearer(await make_person())
    post = await make_reply(topic)

    assert (await client.put(f"/api/v1/posts/{post}/vote", headers=headers)).json() == {"votes": 1, "voted": True}
    assert (await client.put(f"/api/v1/posts/{post}/vote", headers=headers)).json()["votes"] == 1
    assert (await client.delete(f"/api/v1/posts/{post}/vote", headers=headers)).json() == {"votes": 0, "voted": False}

    path = f"/api/v1/topics/{topic.number}/me-too"
    assert (await client.put(path, headers=headers)).json() == {"me_too": 1, "said": True}
    assert (await client.delete(path, headers=headers)).json() == {"me_too": 0, "said": False}


async def test_the_asker_accepts_an_answer_and_changes_their_mind(client: Client) -> None:
    asker = await make_person()
    topic = await make_topic(asker)
    post, headers = await make_reply(topic), await bearer(asker)
    path = f"/api/v1/posts/{post}"

    assert (await client.put(f"{path}/acceptance", headers=headers)).status_code == 204
    assert (await read(client, path))["post"]["accepted"] is True
    assert (await client.delete(f"{path}/acceptance", headers=headers)).status_code == 204
    assert (await read(client, path))["post"]["accepted"] is False
    stranger = await bearer(await make_person())
    assert (await client.put(f"{path}/acceptance", headers=stranger)).status_code == 403


async def test_moderators_hide_and_show_topics_and_posts(client: Client) -> None:
    topic, headers = await make_topic(), await bearer(await make_person(Role.MODERATOR))
    post = await make_reply(topic)
    for hidden in (f"/api/v1/posts/{post}", f"/api/v1/topics/{topic.number}"):
        assert (await client.get(hidden)).status_code == 200
        assert (await client.put(f"{hidden}/hiding", headers=headers)).status_code == 204
        assert (await client.get(hidden)).status_code in {404, 410}
        assert (await client.delete(f"{hidden}/hiding", headers=headers)).status_code == 204
        assert (await client.get(hidden)).status_code == 200


async def test_an_edit_of_a_post_that_changed_since_it_was_read_is_refused(client: Client) -> None:
    author = await make_person()
    topic = await make_topic()
    post, headers = await make_reply(topic, author), await bearer(author)
    path = f"/api/v1/posts/{post}"
    tag = (await client.get(path, headers=headers)).headers["etag"]
    changed = await client.put(path, json={"body": "Better."}, headers={**headers, "if-match": tag})
    assert changed.status_code == 204
    late = await client.put(path, json={"body": "Older."}, headers={**headers, "if-match": tag})
    assert late.status_code == 412
    found = await read(client, path)
    assert (found["topic"], found["post"]["body"]) == (topic.number, "Better.")


async def test_agents_take_hand_on_and_solve_tickets(client: Client) -> None:
    ticket, agent = await make_ticket(), await make_person(Role.AGENT, name="Ada")
    headers, path = await bearer(agent), f"/api/v1/tickets/{ticket.number}"
    assert {q["name"]: q["tickets"] for q in (await read(client, "/api/v1/ticket-queues", headers))["items"]}[
        "open"
    ] == 1
    assert [a["name"] for a in (await read(client, "/api/v1/agents", headers))["items"]] == ["Ada"]

    await client.put(f"{path}/assignee", json={"agent_id": str(agent.person_id)}, headers=headers)
    assert (await read(client, path, headers))["ticket"]["assignee"] == "Ada"
    await client.put(f"{path}/assignee", json={"agent_id": None}, headers=headers)
    assert (await read(client, path, headers))["ticket"]["assignee"] is None

    assert (await client.put(f"{path}/solution", headers=headers)).status_code == 204
    assert (await client.put(f"{path}/solution", headers=headers)).status_code == 409
    assert (await client.delete(f"{path}/solution", headers=headers)).status_code == 204
    assert (await read(client, f"{path}/answers", headers))["problems"] == []


async def test_an_article_is_reviewed_published_and_given_its_readers(client: Client) -> None:
    headers = await bearer(await make_person(Role.AGENT))
    written = await client.post(
        "/api/v1/articles", json={"title": "Reset a password", "body": "Press **Reset**."}, headers=headers
    )
    path = f"/api/v1/articles/{written.json()['number']}"
    assert [a["number"] for a in (await read(client, "/api/v1/article-drafts", headers))["items"]] == [
        written.json()["number"]
    ]

    assert (await client.post(f"{path}/submission", headers=headers)).status_code == 204
    review = await read(client, f"{path}/review", headers)
    assert (review["revision"], review["title"], review["state"]) == (1, "Reset a password", "review")
    assert "<strong>Reset</strong>" in (await read(client, f"{path}/revisions/1", headers))["html"]

    assert (await client.get(path)).status_code == 404
    shown = await client.put(f"{path}/publication", json={"revision": 1}, headers=headers)
    assert shown.status_code == 204
    assert (await client.get(path)).status_code == 200
    placed = await client.put(f"{path}/audience", json={"visibility": "staff"}, headers=headers)
    assert placed.json()["visibility"] == "staff"
    nowhere = await client.put(f"{path}/audience", json={"visibility": "staff", "section": "no"}, headers=headers)
    assert (nowhere.status_code, list(nowhere.json()["error"]["fields"])) == (422, ["section"])


async def test_admins_give_roles_but_not_to_themselves(client: Client) -> None:
    admin, member = await make_person(Role.ADMIN), await make_person(name="Cleo")
    headers = await bearer(admin)
    given = await client.put(f"/api/v1/people/{member.person_id}/role", json={"role": "agent"}, headers=headers)
    assert (given.status_code, given.json()["role"]) == (200, "agent")
    own = await client.put(f"/api/v1/people/{admin.person_id}/role", json={"role": "member"}, headers=headers)
    assert own.status_code == 409
    found = await read(client, "/api/v1/people?q=Cleo", headers)
    assert [one["id"] for one in found["items"]] == [str(member.person_id)]
    assert (await read(client, f"/api/v1/people/{member.person_id}/details", headers))["role"] == "agent"
    assert (await read(client, f"/api/v1/people/{member.person_id}/timeline", headers))["items"] == []


async def test_a_members_deeds_are_those_the_caller_may_read(client: Client) -> None:
    asker = await make_person()
    topic = await make_topic(asker)
    (deed,) = (await read(client, f"/api/v1/people/{asker.username}/deeds"))["items"]
    assert (deed["kind"], deed["url"].endswith(topic.path)) == ("asked", True)


async def test_a_key_is_made_shown_once_and_revoked(client: Client) -> None:
    headers = await bearer(await make_person(Role.ADMIN))
    made = await client.post("/api/v1/keys", json={"name": "robot", "scopes": ["topic:read"]}, headers=headers)
    assert made.status_code == 201
    theirs = {"authorization": f"Bearer {made.json()['key']}"}
    assert (await read(client, "/api/v1/people/me", theirs))["scopes"] == ["topic:read"]
    listed = await client.get("/api/v1/keys", headers=headers)
    assert "robot" in listed.text
    assert made.json()["key"] not in listed.text
    assert (await client.delete(f"/api/v1/keys/{made.json()['id']}", headers=headers)).status_code == 204
    assert (await client.get("/api/v1/people/me", headers=theirs)).status_code == 401


async def test_a_draft_is_read_by_its_place(client: Client) -> None:
    writer = await make_person()
    headers = await bearer(writer)
    assert (await read(client, "/api/v1/drafts/ask", headers))["draft"] is None
    await keep_draft(writer, "ask", DraftText("Half a", "question"))
    assert (await read(client, "/api/v1/drafts/ask", headers))["draft"]["body"] == "question"
    assert (await client.put("/api/v1/drafts/reply:1/other", headers=headers)).status_code == 404


async def test_what_waits_is_counted_and_watches_are_listed(client: Client) -> None:
    topic, headers = await make_topic(), await bearer(await make_person())
    await client.put(f"/api/v1/topics/{topic.number}/watch", json={"level": "watching"}, headers=headers)
    (chosen,) = (await read(client, "/api/v1/me/watches", headers))["items"]
    assert (chosen["kind"], chosen["level"]) == ("topic", "watching")
    waiting = await read(client, "/api/v1/me/waiting", headers)
    assert set(waiting) == {"notices", "messages", "unread", "new"}
    assert (await client.post("/api/v1/messages/seen", headers=headers)).status_code == 204
    assert (await read(client, "/api/v1/inbox", headers)) == {"items": [], "next": None}


@pytest.mark.parametrize("path", ["/api/v1/people", "/api/v1/triggers", "/api/v1/article-drafts"])
async def test_members_read_no_lists_of_staff(client: Client, path: str) -> None:
    assert (await client.get(path, headers=await bearer(await make_person()))).status_code == 403


async def test_a_product_manager_files_what_hurts_and_closes_it(client: Client) -> None:
    cluster = await make_cluster()
    await hurt(cluster, await make_person())
    await weigh_pain_points()
    headers = await bearer(await make_person(Role.PRODUCT_MANAGER))
    (point,) = (await read(client, "/api/v1/pain-points", headers))["items"]
    path = f"/api/v1/pain-points/{point['number']}"
    assert len((await read(client, path, headers))["people"]) == 1

    filed = await client.post(f"{path}/issue", json={"title": "Unstick it"}, headers=headers)
    assert (filed.status_code, filed.json()["issue"]["title"]) == (201, "Unstick it")
    number = filed.json()["issue"]["number"]
    assert [one["number"] for one in (await read(client, path, headers))["issues"]] == [number]
    wrong = await client.put(f"/api/v1/issues/{number}/closure", json={"reason": "bored"}, headers=headers)
    assert list(wrong.json()["error"]["fields"]) == ["reason"]
    closed = await client.put(f"/api/v1/issues/{number}/closure", json={"reason": "completed"}, headers=headers)
    assert closed.json()["issue"]["state"] == "shipped"
    assert (await read(client, f"/api/v1/issues/{number}", headers))["issue"]["state"] == "shipped"

    around = await read(client, f"/api/v1/clusters/{point['number']}/surroundings", headers)
    assert (around["pain_point"]["number"], len(around["weekly"])) == (point["number"], 26)


async def test_triggers_are_silenced_and_speak_again(client: Client) -> None:
    await ensure_default_triggers()
    headers = await bearer(await make_person(Role.PRODUCT_MANAGER))
    key = (await read(client, "/api/v1/triggers", headers))["items"][0]["key"]
    for act, expected in (("DELETE", False), ("PUT", True)):
        assert (await client.request(act, f"/api/v1/triggers/{key}/enablement", headers=headers)).status_code == 204
        found = {one["key"]: one["enabled"] for one in (await read(client, "/api/v1/triggers", headers))["items"]}
        assert found[key] is expected
    assert await read(client, "/api/v1/decisions", headers) == {"items": [], "next": None}
