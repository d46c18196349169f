"""One write, one transaction, and messages that leave only with it."""

import asyncio
from collections.abc import Callable
from datetime import timedelta

import asyncpg
import pytest

from kb.core import database, messages, outbox
from kb.core.actor import SYSTEM
from kb.core.database import DB, close_database, execute, fetch_all, fetch_value, listen_to_statements, open_database
from kb.core.unit_of_work import unit_of_work


@messages.message
class Rang(messages.Message):
    """Only for these tests."""

    bell: str


async def test_rows_audit_and_messages_commit_together(db: str) -> None:
    async with unit_of_work(SYSTEM) as unit:
        unit.emit(Rang(bell="front door"))
        unit.audit("bell.ring", "bell", None, loud=True)

    assert await fetch_value("select payload->>'bell' from outbox_message") == "front door"
    assert await fetch_value("select detail->>'loud' from audit_line where action = 'bell.ring'") == "true"


async def test_a_failure_leaves_nothing(db: str) -> None:
    with pytest.raises(ZeroDivisionError):  # noqa: PT012
        async with unit_of_work(SYSTEM) as unit:
            unit.emit(Rang(bell="never"))
            unit.audit("bell.ring", "bell", None)
            raise ZeroDivisionError

    assert await fetch_value("select count(*) from outbox_message") == 0
    assert await fetch_value("select count(*) from audit_line") == 0


async def test_a_unit_inside_a_unit_is_refused(db: str) -> None:
    with pytest.raises(Exception, match="nested"):
        async with unit_of_work(SYSTEM), unit_of_work(SYSTEM):
            pass


async def test_a_queue_that_is_down_does_not_fail_the_write(db: str) -> None:
    async def broken(_: object) -> None:
        raise ConnectionError("no queue")

    outbox.set_publisher(broken)
    async with unit_of_work(SYSTEM) as unit:
        unit.emit(Rang(bell="back door"))

    assert len(await outbox.list_unoffered(older_than=timedelta(0))) == 1


async def test_a_leased_message_is_not_given_twice(db: str) -> None:
    async with unit_of_work(SYSTEM) as unit:
        unit.emit(Rang(bell="once"))
    (message_id,) = await outbox.list_unoffered(older_than=timedelta(0))

    first = await outbox.lease(message_id, worker="one")
    second = await outbox.lease(message_id, worker="two")

    assert first is not None
    assert first.message == Rang(bell="once")
    assert second is None
    assert await outbox.release_leases_of("one") == 1
    assert await outbox.lease(message_id, worker="two") is not None


async def test_a_message_that_keeps_failing_is_kept_aside_with_its_reason(db: str) -> None:
    async with unit_of_work(SYSTEM) as unit:
        unit.emit(Rang(bell="cracked"))
    (message_id,) = await outbox.list_unoffered(older_than=timedelta(0))
    leased = outbox.LeasedMessage(message_id, Rang(bell="cracked"), outbox.MAX_ATTEMPTS, frozenset())

    await outbox.give_back(leased, reason="it does not ring")

    rows = await fetch_all("select failed_at, error from outbox_message")
    assert rows[0]["failed_at"] is not None
    assert rows[0]["error"] == "it does not ring"
    assert await outbox.list_unoffered(older_than=timedelta(0)) == []


async def test_a_write_that_is_cancelled_anywhere_keeps_no_connection(db: str) -> None:
    """A pool of six would be empty after six."""
    for statement in range(1, 5):  # begin, insert of the message, insert of the audit line, commit
        for _ in range(7):
            writing = asyncio.create_task(ring())
            stop = listen_to_statements(_cancel_after(statement, writing))
            await asyncio.wait([writing], timeout=10)
            stop()
            assert writing.done(), f"it waits for a connection after being cancelled in statement {statement}"
    assert DB.current_transaction.get() is None
    assert await fetch_value("select 1") == 1


async def test_a_write_refused_when_it_is_committed_keeps_no_connection_and_no_transaction(db: str) -> None:
    await execute("create table told_late (id int, constraint once unique (id) deferrable initially deferred)")
    try:
        for _ in range(7):
            with pytest.raises(asyncpg.UniqueViolationError):
                async with asyncio.timeout(10), unit_of_work(SYSTEM):
                    await execute("insert into told_late values (1), (1)")
            assert DB.current_transaction.get() is None
    finally:
        await execute("drop table told_late")


async def test_closing_waits_for_no_statement_that_never_ends(db: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "CLOSING", 0.2)
    hanging = asyncio.create_task(execute("select pg_sleep(60)"))
    await asyncio.sleep(0.1)
    async with asyncio.timeout(5):
        await close_database()
    assert isinstance((await asyncio.gather(hanging, return_exceptions=True))[0], Exception)
    await open_database(db, pool_size=6)


async def ring() -> None:
    async with unit_of_work(SYSTEM) as unit:
        unit.emit(Rang(bell="front door"))
        unit.audit("bell.ring", "bell", None)


def _cancel_after(left: int, task: "asyncio.Task[None]") -> Callable[[str], None]:
    def count_down(_: str) -> None:
        nonlocal left
        left -= 1
        if left == 0:
            task.cancel()

    return count_down
