"""Answerloop's own wire, /api/v1/events: what our small SDK, servers and log shippers send.

`{"write_key": "…", "sent_at": "…", "events": [{"name": "login_failed", "id": "…", "distinct_id": "u1", "at": "…", …}]}`
"""

from dataclasses import dataclass
from datetime import datetime

from kb.core.errors import Invalid
from kb.signals.wire.elements import MAX_FINGERPRINT, MAX_TEXT, expects_bursts
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


@dataclass(frozen=True, slots=True)
class _Request:
    write_key: str
    sent_at: datetime | None
    received_at: datetime


def read_own(body: bytes, *, write_key: str | None = None, received_at: datetime) -> IncomingBatch:
    """All events of one request: an object with `events`, a list of events, or one event.

    `write_key` is the key of the request's header, if it had one; the body may name it instead.
    """
    envelope = parse_json(inflate_body(body))
    head = as_object(envelope)
    raws = envelope if isinstance(envelope, list) else head.get("events", [head] if head else None)
    if not isinstance(raws, list):
        raise Invalid("The body holds no events.", {"events": "not a list"})
    keys = {key for value in (write_key, head.get("write_key")) if (key := read_write_key(value))}
    request = _Request(one_write_key(keys), read_moment(head.get("sent_at")), received_at)
    return read_each(
        raws,
        write_key=request.write_key,
        refusal=_refusal,
        read=lambda event, index: _read_event(event, index, request),
    )


def _refusal(event: Json) -> str | None:
    if not as_text(event.get("name"), MAX_NAME):
        return "name is missing"
    if not (as_text(event.get("distinct_id"), MAX_ID) or as_text(event.get("user_id"), MAX_ID)):
        return "distinct_id or user_id is needed"
    if event.get("at") is not None and read_moment(event["at"]) is None:
        return "at is not a time"
    return None


def _read_event(event: Json, index: int, request: _Request) -> IncomingEvent:
    user = as_text(event.get("user_id"), MAX_ID)
    distinct_id = as_text(event.get("distinct_id"), MAX_ID) or user or ""
    page, text = as_text(event.get("page"), MAX_URL * 2), as_text(event.get("text"), MAX_TEXT)
    key = as_text(event.get("id"), MAX_ID)
    at = event.get("at")
    return IncomingEvent(
        name=as_text(event.get("name"), MAX_NAME) or "",
        dedupe_key=dedupe_key(key, event, has_time=at is not None, index=index, received_at=request.received_at),
        write_key=request.write_key,
        distinct_id=distinct_id,
        occurred_at=occurred_at(
            timestamp=at, offset=event.get("offset"), sent_at=request.sent_at, received_at=request.received_at
        ),
        session_id=as_text(event.get("session"), MAX_ID),
        page_url=clean_page_url(page),
        route=route_of(page),
        element=as_text(event.get("element"), MAX_FINGERPRINT),
        element_text=text,
        expects_bursts=event.get("expects_bursts") is True or expects_bursts(text),
        release=read_release(event.get("release")),
        properties={**as_object(event.get("properties")), **_position(event)},
        identifies=user if user and is_meaningful_id(user) else None,
        aliases=linkable(distinct_id, besides=user) if user and is_meaningful_id(user) else (),
        traits=as_object(event.get("traits")),
        identity_token=as_text(event.get("identity_token"), 4000),
    )


def _position(event: Json) -> Json:
    """Where on the page a click landed, in CSS pixels; PostHog's own clicks do not say."""
    return {f"${axis}": event[axis] for axis in ("x", "y") if type(event.get(axis)) in (int, float)}
