"""Segment's wire: analytics.js with one-letter paths and Basic auth, and the server libraries."""

import base64
import json
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.core.errors import Invalid, KbError
from kb.signals.wire.events import IncomingBatch
from kb.signals.wire.segment import KINDS, read_segment
from tests.support.shared_data import shared_data

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
AUTH = "Basic " + base64.b64encode(b"wk-1:").decode()


def read(kind: str, body: Any, authorization: str = AUTH) -> IncomingBatch:
    return read_segment(kind, json.dumps(body).encode(), authorization=authorization, received_at=NOW)


def call(**changes: Any) -> dict[str, Any]:
    return {"event": "Login Failed", "anonymousId": "anon", "messageId": "m-1", "context": {}} | changes


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("t", "Login Failed"),
        ("track", "Login Failed"),
        ("i", "$identify"),
        ("identify", "$identify"),
        ("p", "$pageview"),
        ("page", "$pageview"),
        ("s", "$screen"),
        ("screen", "$screen"),
        ("g", "$groupidentify"),
        ("group", "$groupidentify"),
        ("a", "$create_alias"),
        ("alias", "$create_alias"),
    ],
)
def test_each_call_becomes_an_event_of_the_common_name(path: str, name: str) -> None:
    batch = read(path, call())
    assert (batch.write_key, batch.events[0].name, batch.events[0].dedupe_key) == ("wk-1", name, "m-1")


@pytest.mark.parametrize("path", ["b", "batch", "import"])
def test_a_batch_reads_the_type_of_each_call(path: str) -> None:
    body = {"batch": [call(type="track"), call(type="identify", userId="u1"), call(type="nonsense")]}
    found = read(path, body)
    assert [e.name for e in found.events] == ["Login Failed", "$identify"]
    assert [(r.index, r.reason) for r in found.refused] == [(2, "type is missing or unknown")]


def test_the_captured_batch_is_read_by_our_clock() -> None:
    body = shared_data("events/segment/test-context-track.json").read_bytes()
    found = read_segment("batch", body, authorization=AUTH, received_at=NOW).events[0]
    assert (found.name, found.distinct_id, found.dedupe_key) == ("Download", "123456", "I'm unique")
    assert found.properties == {"application": "Segment Desktop", "platform": "osx", "version": "1.1.0"}
    assert found.occurred_at == NOW


def test_the_key_comes_from_basic_auth_or_the_body_and_nowhere_else() -> None:
    assert read("t", call(writeKey="in-body"), "").write_key == "in-body"
    assert read("t", call(writeKey="in-body")).write_key == "wk-1"
    with pytest.raises(Invalid, match="no write key"):
        read("t", call(), "Bearer abc")
    with pytest.raises(Invalid, match="more than one"):
        read("b", {"batch": [call(type="track", writeKey="a"), call(type="track", writeKey="b")]}, "")


def test_a_user_id_beside_an_anonymous_id_links_the_two() -> None:
    found = read("t", call(userId="u1")).events[0]
    assert (found.distinct_id, found.identifies, found.aliases) == ("u1", "u1", ("anon",))


def test_alias_links_the_previous_id() -> None:
    found = read("a", {"userId": "new", "previousId": "old", "messageId": "m"}).events[0]
    assert (found.identifies, found.aliases) == ("new", ("old",))


def test_identify_keeps_the_traits_for_the_person() -> None:
    found = read("i", call(userId="u1", traits={"email": "a@b.example"})).events[0]
    assert found.traits == {"email": "a@b.example"}


def test_the_page_release_and_time_come_from_the_context() -> None:
    context = {"page": {"url": "https://x.example/login?next=/a"}, "app": {"version": "4.2.0"}, "sessionId": "s-1"}
    sent = {"timestamp": "2020-01-01T00:00:00Z", "sentAt": "2020-01-01T00:00:30Z"}
    found = read("t", call(context=context, **sent)).events[0]
    assert (found.page_url, found.route, found.release) == ("https://x.example/login", "/login", "4.2.0")
    assert (found.session_id, found.occurred_at) == ("s-1", NOW - timedelta(seconds=30))


def test_a_call_without_anybody_or_without_a_name_is_refused() -> None:
    with pytest.raises(Invalid, match="userId and anonymousId"):
        read("t", call(anonymousId=None))
    with pytest.raises(Invalid, match="event is missing"):
        read("t", call(event=None))
    with pytest.raises(Invalid, match="no call named"):
        read("x", call())


@given(st.sampled_from(sorted(KINDS)), st.binary(max_size=200), st.text(max_size=40))
def test_random_bytes_are_never_more_than_refused(kind: str, body: bytes, authorization: str) -> None:
    with suppress(KbError):
        read_segment(kind, body, authorization=authorization, received_at=NOW)
