"""What waits to be sent, one after the other, leaving a channel alone that is down: for every room that sends."""

from collections.abc import Awaitable, Callable, Sequence
from uuid import UUID

import structlog

from kb.core.errors import Unavailable
from kb.outreach.rules import SPARE_THE_CHANNEL_AFTER

log = structlog.get_logger()


async def send_in_turn(ids: Sequence[UUID], send: Callable[[UUID], Awaitable[bool]], *, room: str) -> int:
    """Returns how many went. `send` raises `Unavailable` where the channel is down: after so many in a row the rest waits for the
    next sweep, which the log says under the room's name."""
    sent = failures = 0
    for id_ in ids:
        try:
            sent += await send(id_)
            failures = 0
        except Unavailable as down:
            failures += 1
            if failures >= SPARE_THE_CHANNEL_AFTER:
                log.warning(f"{room}.channel_down", reason=down.message, waiting=len(ids) - sent)
                break
    return sent
