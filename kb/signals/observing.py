"""From an event to what detectors may look at."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from kb.signals.bursts import Observed, plain_name
from kb.signals.wire.events import IncomingEvent

_LOGIN_FIELDS = ("login", "email", "username", "user_name", "user")
_CLICKS = ("click", "touch", "touchend", None)


def observe_incoming(event: IncomingEvent) -> Observed:
    """An event as it came off the wire."""
    return observe(
        key=event.dedupe_key,
        name=event.name,
        occurred_at=event.occurred_at,
        session_id=event.session_id,
        place=(event.route, event.element, event.expects_bursts),
        properties=event.properties,
    )


def observe(
    *,
    key: str,
    name: str,
    occurred_at: datetime,
    session_id: str | None,
    place: tuple[str | None, str | None, bool],
    properties: Mapping[str, Any],
) -> Observed:
    """`place` is route, element and whether the element is meant for bursts."""
    route, element, expects_bursts = place
    return Observed(
        key=key,
        name=_precise_name(name, properties),
        occurred_at=occurred_at,
        session_id=session_id,
        route=route,
        element=element,
        expects_bursts=expects_bursts,
        login=_login(properties),
        x=_number(properties.get("$x")),
        y=_number(properties.get("$y")),
    )


def _precise_name(name: str, properties: Mapping[str, Any]) -> str:
    """posthog-js calls clicks, changes and submits alike `$autocapture`."""
    kind = properties.get("$event_type")
    return name if plain_name(name) != "autocapture" or kind in _CLICKS else f"autocapture_{kind}"


def _login(properties: Mapping[str, Any]) -> str | None:
    for field in _LOGIN_FIELDS:
        value = properties.get(field)
        if isinstance(value, str) and value.strip():
            return value.strip().lower()[:200]
    return None


def _number(value: Any) -> float | None:
    return float(value) if type(value) in (int, float) and abs(value) < 1e9 else None
