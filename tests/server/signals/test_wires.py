"""The wires as browsers and servers use them: exactly 200, readable across origins, clear when they refuse."""

import base64
import gzip
import json
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from kb.core.database import fetch_all, fetch_value
from kb.core.policy import Role
from kb.people.api_keys import make_api_key
from tests.support.client import Client
from tests.support.factories import make_person, make_product_app
from tests.support.shared_data import shared_data

EVENT = {"uuid": "e-1", "event": "$pageview", "distinct_id": "d", "properties": {"token": "wk_test"}}
BASIC = "Basic " + base64.b64encode(b"wk_test:").decode()


@pytest.fixture(autouse=True)
async def product(db: str) -> None:
    await make_product_app()


def error_of(response: Any) -> dict[str, Any]:
    error: dict[str, Any] = response.json()["error"]
    assert set(error) == {"code", "message", "fields"}
    return error


@pytest.mark.parametrize(
    "path", ["/e/", "/e", "/batch/", "/batch", "/capture/", "/track/", "/engage/", "/i/v0/e/", "/i/v0/e"]
)
async def test_every_posthog_address_takes_events_and_answers_200(client: Client, path: str) -> None:
    response = await client.post(f"{path}?ip=1&_=1694769302325&ver=1.78.5", json=[EVENT])
    assert (response.status_code, response.json()["status"]) == (200, 1)
    assert await fetch_value("select name from event") == "$pageview"


async def test_gzip_called_text_is_read(client: Client) -> None:
    body = gzip.compress(json.dumps({"api_key": "wk_test", "batch": [EVENT]}).encode())
    response = await client.post("/e/", content=body, headers={"content-type": "text/plain"})
    assert response.json() == {"status": 1, "accepted": 1, "repeated": 0, "refused": []}


async def test_the_beacon_form_and_the_pixel_are_read(client: Client) -> None:
    data = base64.b64encode(json.dumps(EVENT).encode()).decode()
    form = await client.post("/e/?compression=base64", data={"data": data})
    pixel = await client.get("/e/", params={"data": data})
    assert (form.json()["accepted"], pixel.json()["repeated"]) == (1, 1)


async def test_the_captured_requests_are_all_stored(client: Client) -> None:
    lines = shared_data("events/posthog/requests.jsonl").read_text().splitlines()
    expected = 0
    for line in lines:
        request = json.loads(line)
        key = request["output"][0]["token"]
        if not await fetch_value("select 1 from product_app where write_key = $1", key):
            await make_product_app(write_key=key)
        response = await client.post(
            f"{urlsplit(request['path']).path}?{urlsplit(request['path']).query}",
            content=base64.b64decode(request["body"]),
            headers={"content-type": request["content_type"]},
        )
        assert response.json()["accepted"] == len(request["output"]), dict(parse_qsl(urlsplit(request["path"]).query))
        expected += len(request["output"])
    assert await fetch_value("select count(*) from event") == expected


@pytest.mark.parametrize(
    "path", ["/v1/t", "/v1/i", "/v1/p", "/v1/s", "/v1/g", "/v1/a", "/v1/track", "/v1/identify", "/v1/page", "/v1/alias"]
)
async def test_every_segment_address_takes_its_call(client: Client, path: str) -> None:
    call = {"event": "Download", "userId": "u1", "messageId": "m"}
    headers = {"authorization": BASIC, "content-type": "text/plain"}
    response = await client.post(path, content=json.dumps(call).encode(), headers=headers)
    assert response.status_code == 200
    assert await fetch_value("select count(*) from event") == 1


async def test_a_segment_batch_is_taken_with_the_key_in_its_body(client: Client) -> None:
    body = {
        "writeKey": "wk_test",
        "batch": [{"type": "track", "event": "A", "userId": "u", "messageId": str(i)} for i in range(3)],
    }
    for path in ("/v1/batch", "/v1/b"):
        assert (await client.post(path, json=body)).status_code == 200
    assert await fetch_value("select count(*) from event") == 3


async def test_our_own_address_tells_what_it_took_and_what_it_refused(client: Client) -> None:
    events = [{"name": "login_failed", "user_id": "u1"}, {"user_id": "u1"}]
    response = await client.post("/api/v1/events", json={"events": events}, headers={"x-write-key": "wk_test"})
    assert response.json() == {
        "status": 1,
        "accepted": 1,
        "repeated": 0,
        "refused": [{"index": 1, "reason": "name is missing"}],
    }


async def test_only_a_key_with_the_scope_is_believed(client: Client) -> None:
    admin = await make_person(Role.ADMIN)
    body = {"write_key": "wk_test", "events": [{"name": "x", "user_id": "u1"}]}
    believed = []
    for scopes in (["event:write"], ["event:read"]):
        key = await make_api_key(admin, name="server", scopes=scopes)
        await client.post("/api/v1/events", json=body, headers={"authorization": f"Bearer {key.key}"})
    await client.sign_in(admin)
    await client.post("/api/v1/events", json=body)
    believed = [row["verified"] for row in await fetch_all("select verified from event order by id")]
    assert believed == [True, False, False]


@pytest.mark.parametrize(
    ("path", "body", "status", "code", "field"),
    [
        ("/e/", json.dumps({**EVENT, "properties": {"token": "nobody"}}).encode(), 401, "not_signed_in", "write_key"),
        (
            "/v1/t",
            json.dumps({"writeKey": "nobody", "event": "x", "userId": "u"}).encode(),
            401,
            "not_signed_in",
            "write_key",
        ),
        ("/e/", b"nonsense", 422, "invalid", "body"),
        ("/e/", json.dumps({**EVENT, "properties": {}}).encode(), 422, "invalid", "write_key"),
        ("/e/", gzip.compress(b"0" * 30_000_000, mtime=0), 413, "too_large", "body"),
        ("/v1/t", gzip.compress(b"[" * 30_000_000, mtime=0), 413, "too_large", "body"),
        ("/api/v1/events", b'{"write_key":"wk_test","events":[{}]}', 422, "invalid", "events.0"),
        ("/api/v1/events", b"\x1f\x8b\x08", 422, "invalid", "body"),
    ],
)
async def test_a_refusal_has_the_one_shape_and_can_be_read_across_origins(
    client: Client, path: str, body: bytes, status: int, code: str, field: str
) -> None:
    headers = {"origin": "https://app.fernbook.example", "accept": "*/*"}
    response = await client.post(path, content=body, headers=headers)
    error = error_of(response)
    assert (response.status_code, error["code"]) == (status, code)
    assert field in error["fields"]
    assert response.headers["access-control-allow-origin"] == "https://app.fernbook.example"
    assert await fetch_value("select count(*) from event") == 0


async def test_a_body_over_the_limit_is_refused_before_it_is_read(client: Client) -> None:
    response = await client.post("/e/", content=b"x" * (21 * 1024 * 1024))
    assert (response.status_code, error_of(response)["code"]) == (413, "too_large")


@pytest.mark.parametrize(
    "path", ["/e/", "/batch/", "/v1/t", "/v1/p", "/flags/", "/api/v1/events", "/array/wk_test/config"]
)
async def test_any_page_may_ask_before_it_sends(client: Client, path: str) -> None:
    headers = {
        "origin": "https://app.fernbook.example",
        "access-control-request-method": "POST",
        "access-control-request-headers": "authorization,content-type,x-retry-count",
    }
    response = await client.options(path, headers=headers)
    assert response.status_code == 204
    assert response.headers["access-control-allow-origin"] == "https://app.fernbook.example"
    assert response.headers["access-control-allow-headers"] == "authorization,content-type,x-retry-count"
    assert response.headers["access-control-allow-credentials"] == "true"


async def test_the_sdks_find_their_configuration(client: Client) -> None:
    config = (await client.get("/array/wk_test/config")).json()
    script = await client.get("/array/wk_test/config.js")
    flags = (await client.post("/flags/?v=2", json={"token": "wk_test"})).json()
    decide = (await client.post("/decide/?v=3", json={"token": "wk_test"})).json()
    segment = (await client.get("/v1/projects/wk_test/settings")).json()
    assert (config["sessionRecording"], config["hasFeatureFlags"]) == (False, False)
    assert 'c["wk_test"]=' in script.text
    assert (flags["flags"], flags["featureFlags"]) == ({}, {})
    assert "gzip-js" in decide["supportedCompression"]
    assert segment["integrations"]["Segment.io"] == {
        "apiKey": "wk_test",
        "apiHost": "testserver/v1",
        "protocol": "http",
    }


async def test_a_token_that_would_break_out_of_the_script_is_refused(client: Client) -> None:
    assert (await client.get('/array/");alert(1)("/config.js')).status_code == 404


async def test_recordings_and_metrics_are_taken_and_dropped(client: Client) -> None:
    for path in ("/s/", "/i/v1/logs", "/v1/m"):
        assert (await client.post(path, content=b"anything")).status_code == 200
    assert (await client.get("/api/surveys/?token=wk_test")).json() == {"surveys": []}
    assert await fetch_value("select count(*) from event") == 0
