"""Our own wire: strict about what it is told, and clear about what it refuses."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from kb.core.errors import Invalid
from kb.signals.wire.events import IncomingBatch
from kb.signals.wire.own import read_own

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


def read(value: Any, key: str | None = "wk") -> IncomingBatch:
    return read_own(json.dumps(value).encode(), write_key=key, received_at=NOW)


def test_an_event_is_read_whole() -> None:
    found = read(
        {
            "write_key": "wk",
            "sent_at": "2020-01-01T00:00:10Z",
            "events": [
                {
                    "id": "e1",
                    "name": "click",
                    "distinct_id": "anon",
                    "user_id": "u1",
                    "session": "s1",
                    "at": "2020-01-01T00:00:00Z",
                    "page": "/invoices/77?x=1",
                    "element": "button#send",
                    "text": "Send",
                    "release": "4.2.0",
                    "x": 10,
                    "y": 20.5,
                    "properties": {"plan": "Grove"},
                }
            ],
        },
        key=None,
    ).events[0]
    assert (found.name, found.dedupe_key, found.distinct_id, found.identifies) == ("click", "e1", "anon", "u1")
    assert found.aliases == ("anon",)
    assert (found.page_url, found.route, found.element, found.release) == (
        "/invoices/77",
        "/invoices/:id",
        "button#send",
        "4.2.0",
    )
    assert found.properties == {"plan": "Grove", "$x": 10, "$y": 20.5}
    assert found.occurred_at == NOW - timedelta(seconds=10)


def test_a_list_and_a_single_event_are_read_too() -> None:
    one = {"name": "login_failed", "user_id": "u1"}
    assert len(read([one, one]).events) == 2
    assert read(one).events[0].distinct_id == "u1"


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        ({"distinct_id": "a"}, "name is missing"),
        ({"name": "x"}, "distinct_id or user_id is needed"),
        ({"name": "x", "user_id": "u", "at": "soon"}, "at is not a time"),
    ],
)
def test_a_wrong_event_is_refused_by_its_field(raw: dict[str, Any], reason: str) -> None:
    with pytest.raises(Invalid) as refusal:
        read({"events": [raw]})
    assert refusal.value.fields == {"events.0": reason}


def test_the_header_key_and_the_body_key_must_agree() -> None:
    with pytest.raises(Invalid, match="more than one"):
        read({"write_key": "other", "events": []})
    with pytest.raises(Invalid, match="no write key"):
        read({"events": []}, key=None)
