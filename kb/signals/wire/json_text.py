"""JSON from strangers: what a parser accepts and a database would choke on is mended or refused here, once."""

import json
import math
from typing import Any

import msgspec

from kb.core.errors import Invalid, TooLarge

Json = dict[str, Any]

MAX_DEPTH = 32
"""Real events nest four levels or so; a deeper one is an attack on whoever walks it."""

MAX_VALUES = 2_000_000
"""Commas and brackets in one body: 20 MB of `[[],[],…` would become 400 MB of objects; real ones need half."""


def parse_json(body: bytes) -> Any:
    """The value of a JSON text. Lone surrogates (an emoji cut in half by a length limit) are replaced, not refused."""
    text = body.removeprefix(b"\xef\xbb\xbf")
    if text.count(b",") + text.count(b"[") + text.count(b"{") > MAX_VALUES:
        raise TooLarge("The body holds too many values. Send fewer events at a time.", {"body": "too many values"})
    try:
        value = msgspec.json.decode(text)
        mend = b"\\u0000" in text
    except RecursionError as error:
        raise _too_deep() from error
    except msgspec.MsgspecError:
        value, mend = _parse_leniently(text), True
    _refuse_depth(value, MAX_DEPTH)
    return _storable(value) if mend else value


def _parse_leniently(text: bytes) -> Any:
    try:
        return json.loads(text.decode("utf-8", "replace"), parse_constant=lambda _: None)
    except RecursionError as error:
        raise _too_deep() from error
    except ValueError as error:
        raise Invalid("The body is not JSON.", {"body": "not JSON"}) from error


def _too_deep() -> Invalid:
    return Invalid("The JSON is nested too deeply.", {"body": "nested too deeply"})


def _refuse_depth(value: Any, depth: int) -> None:
    if isinstance(value, dict):
        value = value.values()
    elif not isinstance(value, list):
        return
    if depth <= 0:
        raise _too_deep()
    for item in value:
        if isinstance(item, (dict, list)):
            _refuse_depth(item, depth - 1)


def _storable(value: Any) -> Any:
    """The value without what Postgres refuses in text and jsonb: NUL, lone surrogates, infinities."""
    if isinstance(value, str):
        return clean_text(value)
    if isinstance(value, dict):
        return {clean_text(key): _storable(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_storable(item) for item in value]
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value


def clean_text(text: str) -> str:
    """The text without NUL and with lone surrogates replaced, so that UTF-8 and Postgres take it."""
    return text.replace("\x00", "").encode("utf-8", "replace").decode("utf-8")


def as_object(value: Any) -> Json:
    """The value if it is a JSON object, else an empty one: libraries send null and [] where nothing is meant."""
    return value if isinstance(value, dict) else {}


def as_text(value: Any, limit: int) -> str | None:
    """A short text from a string or a number, trimmed and cut; None for anything else and for emptiness."""
    if isinstance(value, str):
        return value.strip()[:limit] or None
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    return _digits(value)[:limit] or None


def to_json(value: Any) -> bytes:
    """JSON with sorted keys, for storing and for hashing; integers beyond 64 bits too."""
    try:
        return msgspec.json.encode(value, order="sorted")
    except OverflowError:
        return json.dumps(value, sort_keys=True, ensure_ascii=False).encode()


def _digits(number: float) -> str:
    if isinstance(number, float) and number.is_integer():
        return f"{number:.0f}"
    try:
        return str(number)
    except ValueError:  # Python refuses to print integers of more than 4300 digits
        return ""
