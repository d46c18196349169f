"""Who types on is not kept waiting by what they typed before."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable

import asyncpg
import pytest

from kb.core.actor import ANONYMOUS
from kb.core.database import own_connection
from kb.search import gathering
from kb.search.suggesting import suggest
from kb.search.typing import NewestWins
from tests.support.client import Client
from tests.support.forum_factories import make_topic
from tests.support.search_factories import EMBEDDER

Deliver = Callable[[], Awaitable[int]]
TITLE = "Invoices are sent twice every Monday"


@pytest.fixture
async def locked(db: str, deliver_all: Deliver, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[asyncpg.Connection]:
    """A topic nobody can find until the lock on its question is let go, and readers with all the time in the world."""
    await make_topic(title=TITLE)
    await deliver_all()
    monkeypatch.setattr(gathering, "SEARCH_PATIENCE", 60)
    monkeypatch.setattr(gathering, "EMBED_PATIENCE", 60)
    async with own_connection() as holder:
        await holder.execute("begin; lock table question in access exclusive mode")
        yield holder


async def waiting(holder: asyncpg.Connection) -> int:
    """Statements of this database that wait for the lock."""
    sql = "select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'"
    await holder.execute("select pg_stat_clear_snapshot()")  # inside a transaction it is looked at once
    return int(await holder.fetchval(sql))


async def until(holder: asyncpg.Connection, count: int) -> None:
    async with asyncio.timeout(20):
        while await waiting(holder) != count:
            await asyncio.sleep(0)


async def test_newer_typing_ends_the_older_question_and_cancels_its_statements(locked: asyncpg.Connection) -> None:
    newest = NewestWins()
    older = asyncio.create_task(newest.run("someone", suggest(ANONYMOUS, "invoices sent", embedder=EMBEDDER)))
    await until(locked, 2)  # by words and by meaning

    async with asyncio.timeout(20):
        assert await newest.run("someone", asyncio.sleep(0, "newer")) == "newer"
        assert await older is None
    await until(locked, 0)  # while the lock is still held: they did not run to their end


async def test_others_and_nobody_are_not_dropped(locked: asyncpg.Connection) -> None:
    newest = NewestWins()
    asking = [
        asyncio.create_task(newest.run(key, suggest(ANONYMOUS, "invoices sent twice", embedder=EMBEDDER)))
        for key in ("someone", "")
    ]
    await until(locked, 4)

    assert await newest.run("other", asyncio.sleep(0, "newer")) == "newer"
    assert await newest.run("", asyncio.sleep(0, "newer")) == "newer"
    await locked.execute("rollback")

    found = await asyncio.gather(*asking)
    assert [[item.title for item in one.items] for one in found if one] == [[TITLE], [TITLE]]


async def test_a_reader_who_leaves_stops_the_work(locked: asyncpg.Connection) -> None:
    asking = asyncio.create_task(
        NewestWins().run("someone", suggest(ANONYMOUS, "invoices sent twice", embedder=EMBEDDER))
    )
    await until(locked, 2)

    asking.cancel()

    with pytest.raises(asyncio.CancelledError):
        await asking
    await until(locked, 0)


@pytest.mark.parametrize("place", ["/ask/suggestions?title=", "/api/v1/suggestions?typing=title&text="])
async def test_over_http_the_older_request_answers_with_nothing_and_the_newer_with_what_fits(
    locked: asyncpg.Connection, client: Client, place: str
) -> None:
    await client.get("/ask")  # a browser has a cookie by the time somebody types
    older = asyncio.create_task(client.get(f"{place}invoices+sent"))
    await until(locked, 2)
    newer = asyncio.create_task(client.get(f"{place}invoices+sent+twice"))

    async with asyncio.timeout(20):
        dropped = await older
    assert not newer.done()
    await locked.execute("rollback")

    assert (dropped.status_code, TITLE in dropped.text) == (200, False)
    assert TITLE in (await newer).text.replace("<mark>", "").replace("</mark>", "")
