"""Moments as people say them."""

from datetime import datetime

from kb.core.clock import now

_STEPS = (
    (60, "second", 1),
    (3600, "minute", 60),
    (86_400, "hour", 3600),
    (2_592_000, "day", 86_400),
    (31_536_000, "month", 2_592_000),
)


def ago(moment: datetime) -> str:
    """How long ago, roughly: `3 hours ago`; `just now` under 45 seconds; the future says `soon`."""
    seconds = (now() - moment).total_seconds()
    if seconds < 0:
        return "soon"
    if seconds < 45:
        return "just now"
    for limit, name, size in _STEPS:
        if seconds < limit:
            return _plural(max(1, round(seconds / size)), name)
    return _plural(round(seconds / 31_536_000), "year")


def iso(moment: datetime) -> str:
    """For `<time datetime>`."""
    return moment.isoformat(timespec="seconds")


def _plural(count: int, name: str) -> str:
    return f"{count} {name}{'' if count == 1 else 's'} ago"
