"""What is kept of an event's properties: enough to search and detect, no secrets, nothing that stands in a column already."""

from collections.abc import Mapping
from typing import Any

from kb.signals.wire.json_text import to_json
from kb.signals.wire.places import clean_page_url

MAX_PROPERTIES = 16 * 1024
"""Bytes of JSON. Captured events have 1 to 2 kB; more is an upload, not a fact."""

_IN_COLUMNS = frozenset(
    ["token", "api_key", "distinct_id", "$session_id", "$current_url", "$elements", "$elements_chain", "$el_text"]
)
_NOT_OURS = frozenset(
    ["$set", "$set_once", "$ip", "$active_feature_flags", "$feature_flag_payloads", "$sent_at", "$heatmap_data"]
)
_SECRETS = ("password", "passwd", "secret", "authorization", "api_key", "access_token", "card_number", "cvc", "cvv")


def keep_properties(properties: Mapping[str, Any]) -> str:
    """JSON text of what is kept. Addresses lose their query, secrets go, and what is too long is cut to its short values."""
    kept = {key: _without_query(value) for key, value in properties.items() if _is_kept(key)}
    text = to_json(kept)
    if len(text) > MAX_PROPERTIES:
        text = to_json(_short_values(kept))
    return text.decode()


def _is_kept(key: str) -> bool:
    lowered = key.lower()
    return not (
        key in _IN_COLUMNS
        or key in _NOT_OURS
        or key.startswith("$feature/")
        or any(secret in lowered for secret in _SECRETS)
    )


def _without_query(value: Any) -> Any:
    if isinstance(value, str) and value.startswith(("http://", "https://")):
        return clean_page_url(value)
    return value


def _short_values(kept: dict[str, Any]) -> dict[str, Any]:
    short = {key[:80]: value for key, value in kept.items() if _is_short(value)}
    return {**dict(list(short.items())[:50]), "$cut": True}


def _is_short(value: Any) -> bool:
    return value is None or isinstance(value, (bool, int, float)) or (isinstance(value, str) and len(value) <= 200)
