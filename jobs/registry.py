"""Which handlers hear which message: the whole list in one place, gathered from the rooms' handler files."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

from jobs.tools import Tools
from kb.core.messages import Message

Handler = Callable[[Tools, Any], Awaitable[None]]
Handlers = Mapping[type[Message], Sequence[Handler]]


def gather(*rooms: Handlers) -> dict[type[Message], tuple[Handler, ...]]:
    """Merge the rooms' lists; the order of rooms is the order of handling."""
    merged: dict[type[Message], tuple[Handler, ...]] = {}
    for room in rooms:
        for kind, handlers in room.items():
            merged[kind] = merged.get(kind, ()) + tuple(handlers)
    return merged
