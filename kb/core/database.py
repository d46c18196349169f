"""The one database engine, its pool, and plain SQL that joins whatever unit of work is open."""

import asyncio
import os
import re
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from types import TracebackType
from typing import Any

import asyncpg
from piccolo.engine.postgres import PostgresEngine, PostgresTransaction

os.environ.setdefault("PICCOLO_CONF", "kb.piccolo_conf")


CLOSED = "open_database() has not been called"


class Transaction(PostgresTransaction):
    """Piccolo's transaction, which gives its connection back however it ends.

    Piccolo keeps it for good where beginning, committing or rolling back is refused or cancelled: each such end left the pool one
    smaller, and a pool that lacks one never closes.
    """

    async def __aenter__(self) -> PostgresTransaction:
        if self._parent is not None:
            return await super().__aenter__()
        if self.engine.pool is None:
            raise RuntimeError(CLOSED)
        self._home = self.engine.pool
        self.connection = await self._home.acquire()
        try:
            self.transaction = self.connection.transaction()
            await self.transaction.start()
        except BaseException:
            await self._give_back()
            raise
        self.context = self.engine.current_transaction.set(self)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool:
        if self._parent is not None:
            return await super().__aexit__(kind, error, trace)
        try:
            await (self.transaction.commit() if error is None else self.transaction.rollback())
        finally:
            self.engine.current_transaction.reset(self.context)
            await self._give_back()
        return error is None

    async def _give_back(self) -> None:
        """What is still open on it is rolled back there."""
        await self._home.release(self.connection)


class Engine(PostgresEngine):
    """Piccolo's engine, minus its connection at import time just to read a version; `answerloop doctor` checks that."""

    async def check_version(self) -> None:
        """Nothing: `open_database` is where a server that does not fit is noticed."""

    def transaction(self, allow_nested: bool = True) -> PostgresTransaction:
        """One that loses no connection."""
        return Transaction(self, allow_nested)


DB = Engine(config={"dsn": ""}, extensions=())

StatementListener = Callable[[str], None]
_listeners: list[StatementListener] = []


async def open_database(url: str, *, pool_size: int = 10) -> None:
    """Point the engine at `url` and open its pool. Closing first makes it safe to call again."""
    await close_database()
    DB.config = {"dsn": url}
    await DB.start_connection_pool(min_size=1, max_size=pool_size, init=_prepare_connection, reset=_leave_as_it_is)


CLOSING = 10.0
"""Seconds a statement under way is given to end when its process does; then its connection is cut, which rolls it back."""


async def close_database() -> None:
    """Close the pool if one is open."""
    if DB.pool:
        with suppress(TimeoutError):
            async with asyncio.timeout(CLOSING):
                await DB.close_connection_pool()
        DB.pool = None


async def _prepare_connection(connection: Any) -> None:
    connection.add_query_logger(_tell_listeners)


async def _leave_as_it_is(connection: Any) -> None:
    """Nothing: we leave no state on a connection of the pool, and asking the server to clear it costs each statement a second trip.

    Settings are made inside transactions (`set local`), advisory locks are taken for a transaction or given back by hand, and
    whoever listens has a connection of their own.
    """


def _tell_listeners(record: Any) -> None:
    for listener in _listeners:
        listener(record.query)


def listen_to_statements(listener: StatementListener) -> Callable[[], None]:
    """Call `listener` with each SQL text run through the pool; returns the function that stops it. For tests and tracing."""
    _listeners.append(listener)
    return lambda: _listeners.remove(listener)


@asynccontextmanager
async def connection() -> AsyncIterator[Any]:
    """The connection of the open unit of work, else one from the pool for the length of the block."""
    current = DB.current_transaction.get()
    if current is not None:
        yield current.connection
        return
    if DB.pool is None:
        raise RuntimeError(CLOSED)
    async with DB.pool.acquire() as fresh:
        yield fresh


@asynccontextmanager
async def own_connection() -> AsyncIterator[Any]:
    """A connection outside the pool, for what listens for hours; closed with the block."""
    fresh = await asyncpg.connect(DB.config["dsn"], timeout=10)
    try:
        yield fresh
    finally:
        await fresh.close(timeout=5)


_ARRAY = re.compile(r"(any|all)\((\$\d+)(?:::(\w+)\[\])?\)")


def planned_once(sql: str) -> str:
    """The same statement, planned once a connection and not anew for each set of ids: for one that takes as long to plan as to run.

    Postgres plans anew where it hopes to do better for these very values. Behind a `select` it sees of `any($1)` or `all($1)` no more than
    that it is an array, of text where no type is written.
    """
    return _ARRAY.sub(_hidden, sql)


def _hidden(array: re.Match[str]) -> str:
    kind = f"{array[3] or 'text'}[]"
    return f"{array[1]}((select {array[2]}::{kind})::{kind})"


async def fetch_all(sql: str, *args: Any) -> list[asyncpg.Record]:
    """All rows of a query written with $1, $2, …"""
    async with connection() as conn:
        rows: list[asyncpg.Record] = await conn.fetch(sql, *args)
        return rows


async def fetch_one(sql: str, *args: Any) -> asyncpg.Record | None:
    """The first row, or None."""
    async with connection() as conn:
        row: asyncpg.Record | None = await conn.fetchrow(sql, *args)
        return row


async def fetch_value(sql: str, *args: Any) -> Any:
    """The first column of the first row, or None."""
    async with connection() as conn:
        return await conn.fetchval(sql, *args)


async def execute(sql: str, *args: Any) -> int:
    """Run one statement and return how many rows it touched (0 where the statement does not say)."""
    async with connection() as conn:
        status: str = await conn.execute(sql, *args)
    count = status.rsplit(" ", 1)[-1]
    return int(count) if count.isdigit() else 0


async def execute_many(sql: str, rows: Sequence[Sequence[Any]]) -> None:
    """Run one statement for each row of arguments."""
    async with connection() as conn:
        await conn.executemany(sql, rows)
