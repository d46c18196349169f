"""Segment's wire: analytics.js (`/v1/t`, text/plain, Basic auth) and server libraries (`/v1/track`)."""

import base64
import binascii
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from kb.core.errors import Invalid
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

KINDS = {
    **dict.fromkeys(("t", "track"), "track"),
    **dict.fromkeys(("i", "identify"), "identify"),
    **dict.fromkeys(("p", "page"), "page"),
    **dict.fromkeys(("s", "screen"), "screen"),
    **dict.fromkeys(("g", "group"), "group"),
    **dict.fromkeys(("a", "alias"), "alias"),
    **dict.fromkeys(("b", "batch", "import"), "batch"),
}
"""Path ending -> kind of call."""

_NAMES = {
    "identify": "$identify",
    "page": "$pageview",
    "screen": "$screen",
    "group": "$groupidentify",
    "alias": "$create_alias",
}
"""The same thing has the same name whichever library sent it, so detectors and searches need not ask."""


@dataclass(frozen=True, slots=True)
class _Request:
    write_key: str
    head: Json
    sent_at: datetime | None
    received_at: datetime


def read_segment(path_kind: str, body: bytes, *, authorization: str = "", received_at: datetime) -> IncomingBatch:
    """All calls of one request. `path_kind` is the last part of the path (`t`, `track`, `batch`, …)."""
    kind = KINDS.get(path_kind)
    if kind is None:
        raise Invalid(f"There is no call named {path_kind[:40]!r}.", {"path": "unknown call"})
    head = parse_json(inflate_body(body))
    if not isinstance(head, dict):
        raise Invalid("The body is not a JSON object.", {"body": "not an object"})
    raws = head.get("batch") if kind == "batch" else [head]
    if not isinstance(raws, list):
        raise Invalid("The batch is not a list.", {"batch": "not a list"})
    key = one_write_key(_keys(head, raws, authorization))
    request = _Request(key, head, read_moment(head.get("sentAt")), received_at)
    return read_each(
        raws,
        write_key=key,
        refusal=lambda call: _refusal(call, _kind_of(call, kind)),
        read=lambda call, index: _read_call(call, _kind_of(call, kind), index, request),
    )


def _keys(head: Json, raws: list[Any], authorization: str) -> set[str]:
    """Basic auth names the key when it is there; libraries that cannot set headers put it in the body."""
    named = read_write_key(_basic_user(authorization))
    if named:
        return {named}
    found = [head.get("writeKey")] + [as_object(raw).get("writeKey") for raw in raws]
    return {key for value in found if (key := read_write_key(value))}


def _basic_user(authorization: str) -> str | None:
    scheme, _, value = authorization.partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        text = base64.b64decode(value.strip() + "==").decode("utf-8", "replace")
    except (binascii.Error, ValueError):
        return None
    return text.split(":", 1)[0] or None


def _kind_of(call: Json, request_kind: str) -> str:
    return (as_text(call.get("type"), 20) or "") if request_kind == "batch" else request_kind


def _refusal(call: Json, kind: str) -> str | None:
    if kind != "track" and kind not in _NAMES:
        return "type is missing or unknown"
    if kind == "track" and not as_text(call.get("event"), MAX_NAME):
        return "event is missing"
    if not (_user(call) or _anonymous(call) or (kind == "alias" and as_text(call.get("previousId"), MAX_ID))):
        return "userId and anonymousId are missing"
    return None


def _user(call: Json) -> str | None:
    return as_text(call.get("userId"), MAX_ID)


def _anonymous(call: Json) -> str | None:
    return as_text(call.get("anonymousId"), MAX_ID)


def _read_call(call: Json, kind: str, index: int, request: _Request) -> IncomingEvent:
    context = {**as_object(request.head.get("context")), **as_object(call.get("context"))}
    properties = dict(as_object(call.get("properties")))
    token = as_text(properties.pop("identity_token", None) or context.get("identity_token"), 4000)
    page = as_object(context.get("page"))
    url = as_text(properties.get("url") or page.get("url") or page.get("path"), MAX_URL * 2)
    time = call.get("originalTimestamp") or call.get("timestamp")
    distinct_id = _user(call) or _anonymous(call) or as_text(call.get("previousId"), MAX_ID) or ""
    key = as_text(call.get("messageId"), MAX_ID)
    return IncomingEvent(
        name=_NAMES.get(kind) or as_text(call.get("event"), MAX_NAME) or "",
        dedupe_key=dedupe_key(key, call, has_time=time is not None, index=index, received_at=request.received_at),
        write_key=request.write_key,
        distinct_id=distinct_id,
        occurred_at=occurred_at(
            timestamp=time,
            offset=None,
            sent_at=read_moment(call.get("sentAt")) or request.sent_at,
            received_at=request.received_at,
        ),
        session_id=as_text(context.get("sessionId") or properties.get("$session_id"), MAX_ID),
        page_url=clean_page_url(url),
        route=route_of(url),
        element=as_text(properties.get("$element"), 160),
        release=read_release(as_object(context.get("app")).get("version"), properties.get("release")),
        properties=_with_name(properties, call, kind),
        identifies=_identifies(call),
        aliases=_aliases(call, kind, distinct_id),
        traits={**as_object(context.get("traits")), **(as_object(call.get("traits")) if kind == "identify" else {})},
        identity_token=token,
    )


def _with_name(properties: Json, call: Json, kind: str) -> Json:
    """Pages and groups carry their name beside the properties."""
    extra = {"name": call.get("name"), "category": call.get("category")} if kind in ("page", "screen") else {}
    if kind == "group":
        extra = {"$group_key": call.get("groupId"), "$group_set": call.get("traits")}
    return {**{key: value for key, value in extra.items() if value is not None}, **properties}


def _identifies(call: Json) -> str | None:
    """Every call with a user id says who the visitor is; that is how Segment's libraries work after `identify`."""
    user = _user(call)
    return user if user and is_meaningful_id(user) else None


def _aliases(call: Json, kind: str, distinct_id: str) -> tuple[str, ...]:
    if not is_meaningful_id(distinct_id):
        return ()
    previous = as_text(call.get("previousId"), MAX_ID) if kind == "alias" else None
    return linkable(_anonymous(call), previous, besides=distinct_id)
