"""The live stream, over a real HTTP server on a free port."""

import asyncio
import json
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import Any

import httpx
import pytest
import uvicorn
from litestar import Litestar

from kb.core.actor import Actor
from kb.core.database import execute, fetch_value
from kb.outreach import deciding
from kb.outreach.sending import deliver_message
from kb.outreach.triggers import ensure_default_triggers
from kb.people.sessions import open_session
from server.app import create_app
from server.commands.serving import WebServer
from server.outreach import live
from server.outreach.live import LiveFeed, stream_messages
from server.security.identifying import SESSION_COOKIE
from server.wiring import Services
from tests.server.outreach.test_inbox import tell
from tests.support.factories import make_person
from tests.support.mail_server import free_port
from tests.support.outreach_factories import make_signal


@dataclass
class Running:
    """A web server in this process."""

    server: WebServer
    url: str
    feed: LiveFeed


@pytest.fixture(scope="module")
def own_app(app_services: Services) -> Litestar:
    """An app whose services these tests exchange."""
    return create_app(app_services, opens_database=False)


@pytest.fixture
async def running(own_app: Litestar, app_services: Services, db: str) -> AsyncIterator[Running]:
    """The app on a real port, with a feed of this test's own: the end of a server ends its feed."""
    services = own_app.state.services = replace(app_services, live=LiveFeed())
    port = free_port()
    config = uvicorn.Config(
        own_app,
        port=port,
        log_level="error",
        lifespan="off",
        timeout_graceful_shutdown=3,
    )
    server = WebServer(config, services.live)
    serving = asyncio.create_task(server._serve())
    while not server.started:
        await asyncio.sleep(0.01)
    yield Running(server, f"http://127.0.0.1:{port}", services.live)
    server.should_exit = True
    await serving
    await services.live.close()


@asynccontextmanager
async def listening(running: Running, person: Actor) -> AsyncIterator[AsyncIterator[str]]:
    """The lines of this person's stream, once it has begun."""
    assert person.person_id is not None
    cookies = {SESSION_COOKIE: await open_session(person.person_id, user_agent="tests")}
    async with (
        httpx.AsyncClient(base_url=running.url, cookies=cookies, timeout=10) as client,
        client.stream("GET", "/live") as answer,
    ):
        assert answer.status_code == 200
        assert answer.headers["content-type"].startswith("text/event-stream")
        lines = answer.aiter_lines()
        async for line in lines:
            if line.startswith(":"):
                break
        yield lines


async def next_card(lines: AsyncIterator[str], *, within: float = 5.0) -> dict[str, Any]:
    async def read() -> dict[str, Any]:
        async for line in lines:
            if line.startswith("data:") and "count" not in line:  # the bell's number is no card
                card: dict[str, Any] = json.loads(line.removeprefix("data:"))
                return card
        raise AssertionError("the stream ended")

    return await asyncio.wait_for(read(), within)


async def listeners() -> int:
    return int(
        await fetch_value(
            "select count(*) from pg_stat_activity where query ilike 'listen%' and datname = current_database()"
        )
    )


async def wait_until_listening() -> None:
    for _ in range(300):
        if await listeners():
            return
        await asyncio.sleep(0.01)
    raise AssertionError("nobody listens")


async def test_a_rage_click_brings_help_to_the_open_page_within_a_second(running: Running) -> None:
    await ensure_default_triggers()
    ines, bo = await make_person(), await make_person()
    async with listening(running, ines) as hers, listening(running, bo) as his:
        await wait_until_listening()
        [decided] = await deciding.decide_on_signal(await make_signal(ines))
        began = time.monotonic()
        await deliver_message(decided.message_ids[0], {}, base_url="https://help.example")

        card = await next_card(hers)

        assert time.monotonic() - began < 1
        assert card["id"] == str(decided.message_ids[0])
        assert card["title"] == "Not responding? We noticed"
        assert "Send invoice" in card["text"]
        assert card["href"] == f"/messages/{card['id']}/open"
        assert card["link"] == "Ask about it"
        with pytest.raises(TimeoutError):
            await next_card(his, within=0.3)


async def test_what_waited_comes_with_the_connection_and_comes_once(running: Running) -> None:
    ines = await make_person()
    waiting = await tell(ines, "Waited")
    async with listening(running, ines) as lines:
        assert (await next_card(lines))["id"] == str(waiting)
        later = await tell(ines, "Came later")
        assert (await next_card(lines))["id"] == str(later)


async def test_what_was_seen_does_not_come_again(running: Running) -> None:
    ines = await make_person()
    await tell(ines, "Seen")
    await execute("update message set state = 'seen', seen_at = now()")
    unseen = await tell(ines, "Unseen")

    async with listening(running, ines) as lines:
        assert (await next_card(lines))["id"] == str(unseen)


async def test_a_listening_connection_that_is_cut_off_is_made_again_and_nothing_is_missed(
    running: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "LISTEN_AGAIN_AFTER", 0.5)
    ines = await make_person()
    async with listening(running, ines) as lines:
        await wait_until_listening()
        await execute(
            "select pg_terminate_backend(pid) from pg_stat_activity where query ilike 'listen%' and datname = current_database()"
        )
        while await listeners():
            await asyncio.sleep(0.01)
        missed = await tell(ines, "Said while nobody listened")

        assert (await next_card(lines))["id"] == str(missed)


async def test_streams_end_when_the_server_is_told_to_stop(running: Running) -> None:
    ines = await make_person()
    async with listening(running, ines) as lines:
        began = time.monotonic()
        running.server.should_exit = True
        rest = await asyncio.wait_for(_drain(lines), 5)

        assert time.monotonic() - began < 2, "ended by itself, not cut off after the grace"
        assert not any(line.startswith("data:") and "count" not in line for line in rest)


async def test_a_page_that_leaves_is_forgotten(running: Running) -> None:
    ines = await make_person()
    async with listening(running, ines):
        assert running.feed._waiting
    for _ in range(300):
        if not running.feed._waiting:
            return
        await asyncio.sleep(0.01)
    raise AssertionError("the stream is still held")


async def test_a_silent_stream_says_that_it_is_still_there(db: str) -> None:
    feed = LiveFeed()
    stream = stream_messages(await make_person(), feed, heartbeat=0.05)

    said = [(await anext(stream)).comment for _ in range(3)]

    assert said == ["listening", "still here", "still here"]
    await stream.aclose()  # type: ignore[attr-defined]
    await feed.close()


async def test_one_person_cannot_hold_any_number_of_streams(running: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "STREAMS_PER_PERSON", 1)
    ines = await make_person()
    assert ines.person_id is not None
    async with listening(running, ines):
        cookies = {SESSION_COOKIE: await open_session(ines.person_id, user_agent="tests")}
        async with httpx.AsyncClient(base_url=running.url, cookies=cookies) as client:
            assert (await client.get("/live")).status_code == 429


async def _drain(lines: AsyncIterator[str]) -> list[str]:
    return [line async for line in lines]
