"""PostHog's wire, as posthog-js and its server libraries speak it. Facts and measured oddities: loop.md 2b."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from kb.core.errors import Invalid
from kb.signals.wire.elements import read_clicked
from kb.signals.wire.events import (
    MAX_ID,
    MAX_NAME,
    MAX_URL,
    IncomingBatch,
    IncomingEvent,
    dedupe_key,
    is_meaningful_id,
    linkable,
    one_write_key,
    read_each,
    read_release,
    read_write_key,
)
from kb.signals.wire.inflating import inflate_body
from kb.signals.wire.json_text import Json, as_object, as_text, parse_json
from kb.signals.wire.places import clean_page_url, route_of
from kb.signals.wire.timing import occurred_at, read_moment

_REPLAY = ("$snapshot", "$snapshot_items", "$performance_event")
"""Session replay is not ours to keep: it is content. Taken and dropped."""

_KEY_FIELDS = ("token", "$token", "api_key")
_IDENTITY_TOKEN = ("$identity_token", "identity_token")


@dataclass(frozen=True, slots=True)
class _Request:
    write_key: str
    sent_at: datetime | None
    received_at: datetime


def read_posthog(
    body: bytes, *, query: Mapping[str, str] | None = None, content_type: str = "", received_at: datetime
) -> IncomingBatch:
    """All events of one request to /e/, /batch, /capture, /track, /engage or /i/v0/e.

    An event that cannot be read is named in `refused`; the request fails only when nothing of it can be kept.
    `content_type` is not believed: posthog-js calls gzip text/plain.
    """
    query = query or {}
    envelope = parse_json(inflate_body(body or query.get("data", "").encode()))
    raws, head = _unwrap(envelope)
    keys = {key for field in _KEY_FIELDS if (key := read_write_key(head.get(field) or query.get(field)))}
    keys |= {key for raw in raws for key in _keys_of(raw)}
    sent_at = read_moment(head.get("sent_at")) or read_moment(query.get("_"))
    request = _Request(one_write_key(keys), sent_at, received_at)
    kept = [raw for raw in raws if as_object(raw).get("event") not in _REPLAY]
    return read_each(
        kept,
        write_key=request.write_key,
        refusal=_refusal,
        read=lambda event, index: _read_event(event, index, request),
    )


def _unwrap(envelope: Any) -> tuple[list[Any], Json]:
    """The events and the object around them: a batch, a bare list or a single event."""
    if isinstance(envelope, list):
        return envelope, {}
    if not isinstance(envelope, dict):
        raise Invalid("The body is neither an event nor a list of events.", {"body": "not an event"})
    for field in ("batch", "data"):
        if isinstance(envelope.get(field), list):
            return envelope[field], envelope
    return [envelope], envelope


def _keys_of(raw: Any) -> set[str]:
    event = as_object(raw)
    properties = as_object(event.get("properties"))
    found = [event.get(field) for field in _KEY_FIELDS] + [properties.get("token")]
    return {key for value in found if value is not None and (key := read_write_key(value))}


def _refusal(event: Json) -> str | None:
    if not _name_of(event):
        return "event is missing"
    if not _distinct_id(event):
        return "distinct_id is missing"
    return None


def _name_of(event: Json) -> str | None:
    """The name; /engage sends only `$set`, which is a name of its own elsewhere."""
    return as_text(event.get("event"), MAX_NAME) or ("$set" if "$set" in event else None)


def _distinct_id(event: Json) -> str | None:
    properties = as_object(event.get("properties"))
    places = (event.get("distinct_id"), event.get("$distinct_id"), properties.get("distinct_id"))
    return next((text for value in places if (text := as_text(value, MAX_ID))), None)


def _read_event(event: Json, index: int, request: _Request) -> IncomingEvent:
    properties = dict(as_object(event.get("properties")))
    token = next((t for field in _IDENTITY_TOKEN if (t := as_text(properties.pop(field, None), 4000))), None)
    timestamp, offset = event.get("timestamp"), event.get("offset")
    given = as_text(event.get("uuid"), MAX_ID) or as_text(properties.get("$insert_id"), MAX_ID)
    url = as_text(properties.get("$current_url"), MAX_URL * 2)
    distinct_id = _distinct_id(event) or ""
    clicked = read_clicked(properties)
    name = _name_of(event) or ""
    sent_at = None if properties.get("$ignore_sent_at") else request.sent_at or read_moment(event.get("sent_at"))
    return IncomingEvent(
        name=name,
        dedupe_key=dedupe_key(
            given, event, has_time=timestamp is not None, index=index, received_at=request.received_at
        ),
        write_key=request.write_key,
        distinct_id=distinct_id,
        occurred_at=occurred_at(timestamp=timestamp, offset=offset, sent_at=sent_at, received_at=request.received_at),
        session_id=as_text(properties.get("$session_id"), MAX_ID),
        page_url=clean_page_url(url),
        route=route_of(url) or route_of(as_text(properties.get("$pathname"), MAX_URL)),
        element=clicked.fingerprint,
        element_text=clicked.text,
        expects_bursts=clicked.expects_bursts,
        release=read_release(*(properties.get(f) for f in ("$release", "release", "$app_version", "app_version"))),
        properties=properties,
        identifies=distinct_id if name == "$identify" and is_meaningful_id(distinct_id) else None,
        aliases=_aliases(name, distinct_id, properties),
        traits=_traits(event, properties),
        identity_token=token,
    )


def _aliases(name: str, distinct_id: str, properties: Json) -> tuple[str, ...]:
    if name == "$identify":
        found = as_text(properties.get("$anon_distinct_id"), MAX_ID)
    elif name in ("$create_alias", "$merge_dangerously"):
        found = as_text(properties.get("alias"), MAX_ID)
    else:
        return ()
    return linkable(found, besides=distinct_id) if is_meaningful_id(distinct_id) else ()


def _traits(event: Json, properties: Json) -> Json:
    """What the product says about the person; `$set_once` yields to `$set`."""
    places = (event.get("$set_once"), properties.get("$set_once"), event.get("$set"), properties.get("$set"))
    return {key: value for place in places for key, value in as_object(place).items()}
