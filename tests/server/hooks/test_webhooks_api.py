"""Webhooks as programs manage them."""

from typing import Any

import pytest

from kb.core.permissions import Permission
from kb.core.policy import Role
from tests.support.client import Client
from tests.support.factories import make_person
from tests.support.people_factories import make_key

WEBHOOK = {"name": "The wiki", "url": "https://wiki.example.com/hooks", "kinds": ["topic.asked"]}


@pytest.fixture
async def api(client: Client) -> Client:
    """A client with an admin's key for webhooks alone."""
    key = await make_key(await make_person(Role.ADMIN), Permission.WEBHOOK_MANAGE)
    client.headers["authorization"] = f"Bearer {key}"
    return client


async def register(api: Client, **changed: Any) -> dict[str, Any]:
    answer = await api.post("/api/v1/webhooks", json={**WEBHOOK, **changed})
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


async def test_a_secret_is_in_the_answer_to_its_making_and_nowhere_else(api: Client) -> None:
    made = await register(api)
    assert made["secret"].startswith("whsec_")
    listed = await api.get("/api/v1/webhooks")
    one = await api.get(f"/api/v1/webhooks/{made['id']}")

    assert [hook["id"] for hook in listed.json()["items"]] == [made["id"]]
    assert made["secret"] not in listed.text + one.text
    assert one.json()["audience"] == "public"


async def test_what_is_wrong_is_named_by_field(api: Client) -> None:
    answer = await api.post(
        "/api/v1/webhooks", json={"name": "", "url": "http://10.0.0.1/", "kinds": ["ticket.opened"]}
    )

    assert answer.status_code == 422
    assert set(answer.json()["error"]["fields"]) == {"name", "url", "kinds"}


async def test_a_webhook_is_changed_paused_rotated_deleted_and_restored(api: Client) -> None:
    made = await register(api)
    path = f"/api/v1/webhooks/{made['id']}"

    changed = await api.put(path, json={**WEBHOOK, "kinds": ["ticket.opened"], "audience": "staff"})
    assert (changed.json()["kinds"], changed.json()["audience"]) == (["ticket.opened"], "staff")
    assert (await api.put(f"{path}/pause")).json()["paused_because"] == "asked"
    assert (await api.delete(f"{path}/pause")).status_code == 204
    assert (await api.get(path)).json()["paused_at"] is None
    rotated = await api.post(f"{path}/secret")
    assert rotated.json()["secret"] != made["secret"]
    assert (await api.get(path)).json()["two_secrets_until"] is not None
    assert (await api.delete(path)).status_code == 204
    assert (await api.get(path)).status_code == 404
    assert (await api.post(f"{path}/restoration")).json()["id"] == made["id"]


async def test_a_test_stands_in_the_log_and_can_be_sent_again(api: Client) -> None:
    made = await register(api)
    path = f"/api/v1/webhooks/{made['id']}"
    sent = (await api.post(f"{path}/test")).json()
    deliveries = (await api.get(f"{path}/deliveries", params={"kind": "webhook.test"})).json()["items"]

    assert [row["message_id"] for row in deliveries] == [sent["delivery"]["message_id"]]
    again = await api.post(f"{path}/deliveries/{sent['delivery']['id']}/attempts")
    assert again.json()["delivery"]["message_id"] == sent["delivery"]["message_id"]
    assert (await api.get(f"{path}/deliveries", params={"state": "eaten"})).status_code == 422


async def test_a_delivery_of_another_webhook_is_not_found_under_this_one(api: Client) -> None:
    one, other = await register(api), await register(api)
    sent = (await api.post(f"/api/v1/webhooks/{one['id']}/test")).json()["delivery"]["id"]
    path = f"/api/v1/webhooks/{other['id']}/deliveries/{sent}"

    assert (await api.get(path)).status_code == 404
    assert (await api.post(f"{path}/attempts")).status_code == 404


async def test_the_kinds_are_listed_with_whose_eyes_they_need(api: Client) -> None:
    kinds = {kind["kind"]: kind["audience"] for kind in (await api.get("/api/v1/webhook-kinds")).json()["items"]}

    assert kinds["topic.asked"] == "public"
    assert kinds["ticket.opened"] == "staff"
