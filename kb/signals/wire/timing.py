"""When an event happened by our clock, whatever the sender's clock says."""

import math
from datetime import UTC, datetime, timedelta
from typing import Any

_MILLISECONDS_FROM = 100_000_000_000
"""A number above this is milliseconds since 1970, below it seconds (the border is the year 5138 in seconds)."""

_EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)


def read_moment(value: Any) -> datetime | None:
    """A moment from ISO text, or seconds or milliseconds since 1970; naive text is UTC. None when it is no moment."""
    if isinstance(value, str):
        return _from_text(value.strip())
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return _from_number(value)
    return None


def _from_text(text: str) -> datetime | None:
    if text.isdecimal() and text.isascii() and len(text) <= 16:
        return _from_number(int(text))
    try:
        moment = datetime.fromisoformat(text)
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _from_number(number: float) -> datetime | None:
    try:
        seconds = number / 1000 if abs(number) >= _MILLISECONDS_FROM else float(number)
        return datetime.fromtimestamp(seconds, UTC) if math.isfinite(seconds) else None
    except (ValueError, OverflowError, OSError):
        return None


def occurred_at(*, timestamp: Any, offset: Any, sent_at: datetime | None, received_at: datetime) -> datetime:
    """The moment by our clock: how long before sending it happened, counted back from when we received it.

    A sender's clock may be hours off, but its own two times agree with each other. Nothing happens in the future, and
    nothing happened before the web was measured: both become the moment of receipt.
    """
    moment = _by_offset(offset, received_at) or _by_timestamp(read_moment(timestamp), sent_at, received_at)
    return moment if moment is not None and _EARLIEST <= moment <= received_at else received_at


def _by_offset(offset: Any, received_at: datetime) -> datetime | None:
    if isinstance(offset, bool) or not isinstance(offset, (int, float)) or not offset >= 0:
        return None
    try:
        return received_at - timedelta(milliseconds=offset)
    except OverflowError:
        return None


def _by_timestamp(moment: datetime | None, sent_at: datetime | None, received_at: datetime) -> datetime | None:
    if moment is None or sent_at is None:
        return moment
    try:
        return received_at - (sent_at - moment)
    except OverflowError:
        return None
