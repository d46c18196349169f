"""In-app messages as they come: one listening database connection for the process, one waiting page for each stream."""

import asyncio
import json
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from uuid import UUID

import structlog
from litestar.response.sse import ServerSentEventMessage

from kb.core.actor import Actor
from kb.core.errors import TooMany
from kb.core.saying import say
from kb.outreach.listening import hear_live
from kb.outreach.queries import InboxMessage, list_unread
from kb.text.plain import plain_from_html

log = structlog.get_logger()

HEARTBEAT = 15.0
"""Seconds between comments on a silent stream: proxies cut what is silent for longer."""

STREAM_LIFETIME = 15 * 60.0
"""Seconds after which a stream ends and the page opens a new one, so that a closed session stops hearing."""

STREAMS_PER_PERSON = 20
"""Open pages of one person in one process; more are no pages."""

LISTEN_AGAIN_AFTER = 1.0


class LiveFeed:
    """Wakes the streams of a person when they have something new. Listens from the first stream on, again when cut off."""

    def __init__(self) -> None:
        self._waiting: dict[UUID, set[asyncio.Event]] = defaultdict(set)
        self._listener: asyncio.Task[None] | None = None
        self.is_closing = False

    def check_room(self, person_id: UUID | None) -> None:
        """Raises `TooMany` when the person holds as many streams as one person may."""
        if person_id is not None and len(self._waiting.get(person_id, ())) >= STREAMS_PER_PERSON:
            raise TooMany(say("Too many pages are listening."), retry_after=60)

    @contextmanager
    def waiting(self, person_id: UUID) -> Iterator[asyncio.Event]:
        """An event that is set when the person should look again."""
        if self._listener is None:
            self._listener = asyncio.create_task(self._listen())
        wake = asyncio.Event()
        self._waiting[person_id].add(wake)
        try:
            yield wake
        finally:
            self._waiting[person_id].discard(wake)
            if not self._waiting[person_id]:
                del self._waiting[person_id]

    def end_streams(self) -> None:
        """Let every stream end by itself, and no new one begin: the process is about to stop."""
        self.is_closing = True
        self._wake_all()

    async def close(self) -> None:
        """End the streams and stop listening."""
        self.end_streams()
        if self._listener is not None:
            self._listener.cancel()
            await asyncio.gather(self._listener, return_exceptions=True)
            self._listener = None

    async def _listen(self) -> None:
        while True:
            try:
                await hear_live(self._wake, ready=self._wake_all)
            except Exception as error:  # whatever ended it: what was missed is read again once it listens
                log.warning("live.cut_off", error=str(error))
            await asyncio.sleep(LISTEN_AGAIN_AFTER)

    def _wake(self, person_id: UUID) -> None:
        for wake in self._waiting.get(person_id, ()):
            wake.set()

    def _wake_all(self) -> None:
        for person_id in list(self._waiting):
            self._wake(person_id)


async def stream_messages(
    actor: Actor,
    feed: LiveFeed,
    *,
    heartbeat: float = HEARTBEAT,
    present: Callable[[InboxMessage], Awaitable[Mapping[str, Any]]] | None = None,
    also: Callable[[], AsyncIterator[ServerSentEventMessage]] | None = None,
) -> AsyncIterator[ServerSentEventMessage]:
    """What waits now and what comes later, each message once a stream, until the page leaves or the process stops.

    `present` says what of a message is sent; by default what our own pages show. `also` is looked at first and whenever the person was
    told to look, not at each heartbeat.
    """
    if actor.person_id is None:
        return
    shown: set[UUID] = set()
    is_woken = True
    ends_at = asyncio.get_running_loop().time() + STREAM_LIFETIME
    with feed.waiting(actor.person_id) as wake:
        yield ServerSentEventMessage(data=None, comment="listening")
        while not feed.is_closing and asyncio.get_running_loop().time() < ends_at:
            wake.clear()
            for message in await list_unread(actor):
                if message.id not in shown:
                    shown.add(message.id)
                    told = await present(message) if present else card(message)
                    yield ServerSentEventMessage(data=json.dumps(told), id=str(message.id))
            if also and is_woken:
                async for event in also():
                    yield event
            is_woken = await _woken(wake, heartbeat)
            if not is_woken:
                yield ServerSentEventMessage(data=None, comment="still here")


def card(message: InboxMessage) -> dict[str, str]:
    """What frontend/scripts/live.ts shows. Following the link is seeing it."""
    return {
        "id": str(message.id),
        "title": message.subject,
        "text": plain_from_html(message.html),
        "href": f"/messages/{message.id}/open" if message.link else "",
        "link": message.link_text,
    }


async def _woken(wake: asyncio.Event, heartbeat: float) -> bool:
    try:
        await asyncio.wait_for(wake.wait(), heartbeat)
    except TimeoutError:
        return False
    return True
