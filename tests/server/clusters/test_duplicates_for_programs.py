"""Duplicates for programs: marked, contested, confirmed and undone over HTTP."""

from kb.core.permissions import Permission
from kb.core.policy import Role
from tests.support.client import Client
from tests.support.factories import make_person
from tests.support.forum_factories import make_topic
from tests.support.people_factories import make_key
from tests.support.tickets_factories import make_ticket


async def test_a_duplicate_is_marked_contested_confirmed_and_undone(client: Client) -> None:
    asker, agent = await make_person(), await make_person(Role.AGENT)
    alias, original = await make_topic(asker), await make_topic()
    asking = {"authorization": f"Bearer {await make_key(asker, Permission.DUPLICATE_MARK)}"}
    staff = {"authorization": f"Bearer {await make_key(agent)}"}
    sides = {
        "duplicate": {"kind": "topic", "number": alias.number},
        "original": {"kind": "topic", "number": original.number},
    }
    made = await client.post("/api/v1/duplicates", json={**sides, "reason": "same rows"}, headers=staff)
    assert made.status_code == 201
    path = f"/api/v1/duplicates/{made.json()['id']}"
    contested = await client.post(f"{path}/contest", json={"reason": "Another screen"}, headers=asking)
    assert contested.json()["state"] == "contested"
    assert (await client.post(f"{path}/confirmation", headers=asking)).status_code == 403
    assert (await client.post(f"{path}/confirmation", headers=staff)).json()["in_force"] is True

    page = await client.get(alias.path)
    assert f'href="{original.path}"' in page.text
    assert f'rel="canonical" href="http://localhost:8000{original.path}"' in page.text

    assert (await client.post(f"{path}/undoing", json={"reason": "not it"}, headers=staff)).json()["in_force"] is False
    listed = (await client.get("/api/v1/duplicates?only=undone", headers=asking)).json()["items"]
    assert [one["undo_reason"] for one in listed] == ["not it"]
    assert f'href="{original.path}"' not in (await client.get(alias.path)).text


async def test_a_side_that_is_not_there_or_not_ones_own_is_named_as_missing(client: Client) -> None:
    topic, ticket = await make_topic(), await make_ticket()
    headers = {"authorization": f"Bearer {await make_key(await make_person())}"}
    for original in ({"kind": "topic", "number": 99_999}, {"kind": "ticket", "number": ticket.number}):
        sides = {"duplicate": {"kind": "topic", "number": topic.number}, "original": original}
        refused = await client.post("/api/v1/duplicates", json=sides, headers=headers)
        assert refused.status_code == 422
        assert list(refused.json()["error"]["fields"]) == ["original"]
    assert (await client.get("/api/v1/duplicates?only=nonsense", headers=headers)).status_code == 422
