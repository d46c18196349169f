"""PostHog's wire: the captured requests, each shape a library sends, and whatever strangers send instead."""

import base64
import gzip
import json
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kb.core.errors import Invalid, KbError, TooLarge
from kb.signals.wire.events import IncomingBatch
from kb.signals.wire.json_text import parse_json
from kb.signals.wire.posthog import read_posthog
from tests.support.shared_data import shared_data

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


def read(value: Any, **query: str) -> IncomingBatch:
    return read_posthog(json.dumps(value).encode(), query=query, received_at=NOW)


def event(**changes: Any) -> dict[str, Any]:
    return {"event": "paid", "distinct_id": "u1", "uuid": "e-1", "token": "k", "properties": {}} | changes


def captured() -> list[dict[str, Any]]:
    return [json.loads(line) for line in shared_data("events/posthog/requests.jsonl").read_text().splitlines()]


def test_the_captured_requests_decode_to_the_events_expected_of_them() -> None:
    requests = captured()
    assert len(requests) == 14
    for request in requests:
        received = datetime.fromisoformat(request["now"])
        query = dict(parse_qsl(urlsplit(request["path"]).query))
        batch = read_posthog(
            base64.b64decode(request["body"]), query=query, content_type=request["content_type"], received_at=received
        )
        assert not batch.refused
        assert len(batch.events) == len(request["output"])
        for ours, expected in zip(batch.events, request["output"], strict=True):
            data = json.loads(expected["data"])
            assert ours.dedupe_key == expected["uuid"]
            assert ours.distinct_id == expected["distinct_id"]
            assert ours.write_key == expected["token"]
            assert ours.name == data["event"]
            assert dict(ours.properties) == data["properties"]
            assert ours.occurred_at == _expected_moment(data, expected, received)


def _expected_moment(data: dict[str, Any], expected: dict[str, Any], received: datetime) -> datetime:
    if "offset" in data:
        return received - timedelta(milliseconds=data["offset"])
    happened = datetime.fromisoformat(data["timestamp"])
    return received - (datetime.fromisoformat(expected["sent_at"]) - happened) if expected["sent_at"] else happened


def test_captured_clicks_are_named_by_the_control_that_was_meant() -> None:
    named = {
        event.element: event.element_text
        for request in captured()
        for event in read_posthog(
            base64.b64decode(request["body"]), received_at=datetime.fromisoformat(request["now"])
        ).events
        if event.name == "$autocapture"
    }
    assert named['button "mobile"'] == "mobile"
    assert "a[data-attr=menu-item-cohorts]" in named
    assert "button#lemon-switch-0" in named


@pytest.mark.parametrize(
    "body",
    [
        {"api_key": "k", "batch": [event(token=None)]},
        {"token": "k", "data": [event(token=None)]},
        [event()],
        event(),
        event(token=None, api_key="k"),
        event(token=None, **{"$token": "k"}),
        event(token=None, properties={"token": "k"}),
    ],
    ids=["batch", "data", "list", "single", "api_key", "$token", "properties.token"],
)
def test_every_envelope_and_place_of_the_key_is_read(body: Any) -> None:
    batch = read(body)
    assert (batch.write_key, [e.name for e in batch.events]) == ("k", ["paid"])


def test_the_key_may_stand_in_the_query() -> None:
    assert read(event(token=None), token="k").write_key == "k"


def test_two_keys_in_one_body_are_refused() -> None:
    with pytest.raises(Invalid) as refusal:
        read([event(), event(token="other")])
    assert refusal.value.fields == {"write_key": "more than one"}


def test_a_body_without_a_key_and_a_secret_key_are_refused() -> None:
    with pytest.raises(Invalid, match="no write key"):
        read(event(token=None))
    with pytest.raises(Invalid, match="secret"):
        read(event(token="phx_abcdef"))


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ({"distinct_id": 42}, "42"),
        ({"distinct_id": 42.0}, "42"),
        ({"distinct_id": None, "$distinct_id": "d"}, "d"),
        ({"distinct_id": None, "properties": {"distinct_id": "p"}}, "p"),
        ({"distinct_id": "x" * 300}, "x" * 200),
        ({"distinct_id": "  spaced "}, "spaced"),
    ],
)
def test_the_distinct_id_is_found_wherever_it_stands(raw: dict[str, Any], expected: str) -> None:
    assert read(event(**raw)).events[0].distinct_id == expected


@pytest.mark.parametrize(
    ("raw", "sent_at", "ago"),
    [
        ({"timestamp": "2026-03-01T11:59:00Z"}, None, 60),
        ({"timestamp": "2026-03-01T11:59:00Z"}, "2026-03-01T12:00:00Z", 60),
        ({"timestamp": "2031-01-01T00:00:00Z"}, "2031-01-01T00:00:05Z", 5),
        ({"timestamp": "2020-01-01T00:00:00+02:00"}, "2019-12-31T22:00:05Z", 5),
        ({"timestamp": "2020-01-01T00:00:00"}, "2020-01-01T00:00:05Z", 5),
        ({"timestamp": 1772366340}, None, 60),
        ({"timestamp": 1772366340000}, None, 60),
        ({"offset": 2500}, "2019-12-31T22:00:05Z", 2.5),
        ({"timestamp": "2031-01-01T00:00:00Z"}, None, 0),
        ({"timestamp": "1200-01-01T00:00:00Z"}, None, 0),
        ({"timestamp": "yesterday"}, "2026-03-01T12:00:00Z", 0),
        ({"offset": -5}, None, 0),
        ({"offset": 1e300}, None, 0),
        ({}, None, 0),
        ({"timestamp": "2020-01-01T00:00:00Z", "properties": {"$ignore_sent_at": True}}, "2020-01-01T00:00:05Z", None),
    ],
)
def test_time_is_counted_back_from_receipt_by_the_sender_own_clock(
    raw: dict[str, Any], sent_at: str | None, ago: float | None
) -> None:
    found = read({"api_key": "k", "batch": [event(**raw)], "sent_at": sent_at}).events[0].occurred_at
    assert found == (datetime(2020, 1, 1, tzinfo=UTC) if ago is None else NOW - timedelta(seconds=ago))


def test_identify_names_the_user_and_links_the_anonymous_id() -> None:
    found = read(
        event(event="$identify", properties={"$anon_distinct_id": "anon"}, **{"$set": {"email": "a@b.example"}})
    )
    assert (found.events[0].identifies, found.events[0].aliases) == ("u1", ("anon",))
    assert found.events[0].traits == {"email": "a@b.example"}


def test_create_alias_links_without_naming_a_user() -> None:
    found = read(event(event="$create_alias", properties={"alias": "old"})).events[0]
    assert (found.identifies, found.aliases) == (None, ("old",))


@pytest.mark.parametrize("shared", ["undefined", "null", "anonymous", "0", "[object Object]", '"guest"'])
def test_an_id_everybody_shares_never_links_people(shared: str) -> None:
    as_user = read(event(event="$identify", distinct_id=shared, properties={"$anon_distinct_id": "anon"})).events[0]
    as_anonymous = read(event(event="$identify", properties={"$anon_distinct_id": shared})).events[0]
    assert (as_user.identifies, as_user.aliases) == (None, ())
    assert as_anonymous.aliases == ()


def test_a_signed_identity_is_taken_out_of_the_properties() -> None:
    found = read(event(properties={"$identity_token": "a.b.c", "plan": "Grove"})).events[0]
    assert found.identity_token == "a.b.c"
    assert found.properties == {"plan": "Grove"}


def test_one_unreadable_event_does_not_cost_the_others() -> None:
    found = read([event(), {"distinct_id": "u", "token": "k"}, 7, event(distinct_id=None, uuid="e-2")])
    assert len(found.events) == 1
    assert [(one.index, one.reason) for one in found.refused] == [
        (1, "event is missing"),
        (2, "not an object"),
        (3, "distinct_id is missing"),
    ]


def test_a_request_with_nothing_readable_names_the_fields() -> None:
    with pytest.raises(Invalid) as refusal:
        read([event(event=""), event(distinct_id=True)])
    assert refusal.value.fields == {"events.0": "event is missing", "events.1": "distinct_id is missing"}


def test_session_replay_is_taken_and_dropped() -> None:
    assert read([event(event="$snapshot"), event()]).events[0].name == "paid"
    assert read([event(event="$snapshot")]).events == ()


def test_the_page_keeps_its_path_and_loses_its_secrets() -> None:
    url = "https://joe:pw@app.fernbook.example/invoices/8812/edit?token=s3cret#top"
    found = read(event(properties={"$current_url": url})).events[0]
    assert (found.page_url, found.route) == ("https://app.fernbook.example/invoices/8812/edit", "/invoices/:id/edit")


def test_a_retry_without_an_id_repeats_its_key_and_a_second_event_does_not() -> None:
    timed = event(uuid=None, timestamp="2026-03-01T11:00:00Z")
    assert read(timed).events[0].dedupe_key == read(timed).events[0].dedupe_key
    untimed = event(uuid=None)
    keys = {e.dedupe_key for e in read([untimed, untimed]).events}
    assert len(keys) == 2


def test_half_an_emoji_and_a_nul_are_mended() -> None:
    properties = rb'{"a":"\ud83d","b":"x\u0000y","c":1e999,"d":NaN}'
    body = b'{"event":"paid","distinct_id":"u1","token":"k","properties":' + properties + b"}"
    found = read_posthog(body, received_at=NOW).events[0]
    assert found.properties == {"a": "?", "b": "xy", "c": None, "d": None}


def test_the_pixel_form_carries_its_event_in_the_query() -> None:
    data = base64.b64encode(json.dumps(event()).encode()).decode()
    assert read_posthog(b"", query={"data": data}, received_at=NOW).events[0].name == "paid"


@pytest.mark.parametrize(
    ("body", "error"),
    [
        (b"", Invalid),
        (b"nonsense", Invalid),
        (b"[" * 5000 + b"]" * 5000, Invalid),
        (b'{"a":' * 60 + b"1" + b"}" * 60, Invalid),
        (b"[" + b"[]," * 1_500_000 + b"[]]", TooLarge),
        (b"[" + b'{"event":"e"},' * 10_001 + b"{}]", Invalid),
        (b"7", Invalid),
        (b'"text"', Invalid),
        (b"null", Invalid),
        (gzip.compress(b"{", mtime=0), Invalid),
    ],
)
def test_a_body_that_is_no_batch_is_refused(body: bytes, error: type[KbError]) -> None:
    with pytest.raises(error):
        read_posthog(body, received_at=NOW)


def test_too_many_events_at_once_are_refused() -> None:
    with pytest.raises(TooLarge):
        read([event()] * 10_001)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)
FIELDS = ["event", "distinct_id", "uuid", "token", "timestamp", "offset", "properties", "$set", "sent_at", "batch"]
INNER = [
    "$elements_chain",
    "$elements",
    "$current_url",
    "$session_id",
    "alias",
    "$anon_distinct_id",
    "$el_text",
    "token",
]
EVENTS = st.dictionaries(
    st.sampled_from(FIELDS), JSON | st.dictionaries(st.sampled_from(INNER), JSON, max_size=6), max_size=8
)


@given(st.binary(max_size=300) | st.text(max_size=200).map(lambda t: t.encode("utf-8", "surrogatepass")))
def test_random_bytes_are_never_more_than_refused(body: bytes) -> None:
    with suppress(KbError):
        read_posthog(body, received_at=NOW)


@settings(max_examples=300)
@given(EVENTS | st.lists(EVENTS, max_size=3))
def test_random_fields_are_read_or_refused_and_what_is_read_can_be_stored(value: Any) -> None:
    body = json.dumps(value).encode()
    try:
        batch = read_posthog(body, query={"token": "k"}, received_at=NOW)
    except KbError:
        return
    for one in batch.events:
        assert one.name
        assert one.distinct_id
        assert one.dedupe_key
        assert one.occurred_at <= NOW
        texts = [one.name, one.distinct_id, one.dedupe_key, one.session_id, one.page_url, one.route, one.element]
        stored = json.dumps(dict(one.properties), allow_nan=False, ensure_ascii=False)
        for text in [*texts, one.element_text, stored]:
            assert "\x00" not in (text or "")
            (text or "").encode("utf-8")


@given(JSON)
def test_parsing_keeps_every_value_a_database_can_hold(value: Any) -> None:
    text = json.dumps(value)
    parsed = parse_json(text.encode())
    assert json.loads(json.dumps(parsed, allow_nan=False)) == parsed
