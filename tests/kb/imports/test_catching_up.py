"""What imports brought is read by the loop in the background: in small turns, behind fresh questions, with its progress told."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from jobs.delivering import deliver
from jobs.handlers.clusters import sweep_questions
from jobs.handlers.imports import sweep_imports
from jobs.tools import Tools
from kb.clusters.refreshing import refresh_clusters
from kb.core import outbox
from kb.core.actor import SYSTEM
from kb.core.database import execute, fetch_all, fetch_value
from kb.core.errors import NotAllowed
from kb.core.policy import Role
from kb.imports import catching_up
from kb.imports.catching_up import catch_up, read_catching_up
from kb.imports.tickets import Columns, import_tickets, rows_of
from kb.tickets.asking import NewTicket, open_ticket
from tests.support.factories import make_person

Deliver = Callable[[], Awaitable[int]]


async def bring_in(folder: Path, count: int, source: str = "old desk") -> None:
    """So many tickets about two problems, each with its reply."""
    told = ("My invoice {n} was not sent to the customer", "The bank shows payment {n} twice")
    rows = "".join(f"{n},{told[n % 2].format(n=n)},Try it again.\n" for n in range(count))
    path = folder / f"{source}.csv"
    path.write_text(f"id,text,reply\n{rows}")
    await import_tickets(SYSTEM, rows_of(path), source=source, columns=Columns(body="text", id="id", reply="reply"))


async def count(sql: str, *args: Any) -> int:
    return int(await fetch_value(f"select count(*) from {sql}", *args))


async def name_of(message_id: UUID) -> str:
    return str(await fetch_value("select name from outbox_message where id = $1", message_id))


async def test_imported_texts_become_clustered_questions_and_answers(
    db: str, tmp_path: Path, deliver_all: Deliver
) -> None:
    await bring_in(tmp_path, 70)
    assert await count("question") == 0, "an import does none of it itself"

    await deliver_all()

    assert await count("question where considered_at is not null and cluster_id is not null") == 70
    assert await count("answer") == 70
    assert await count("import_waiting") == 0, "nothing is kept of what is done"
    assert await count("notice") == 0


async def test_a_fresh_question_waits_for_one_step_and_not_for_the_rest(db: str, tmp_path: Path, tools: Tools) -> None:
    await bring_in(tmp_path, 100)
    assert await catch_up(tools.embedder, seconds=0) == catching_up.STEP

    asker = await make_person(Role.MEMBER)
    await open_ticket(asker, NewTicket("Invoice", "My invoice 7 was not sent to anybody", "form"))
    for _ in range(2):  # its message, and the one that leads to
        for message_id in await outbox.list_unoffered(older_than=timedelta(0)):
            if await name_of(message_id) != "ImportsWait":
                await deliver(message_id, tools, worker="tests")

    assert await count("question where person_id = $1 and considered_at is not null", asker.person_id) == 1
    assert (await read_catching_up(SYSTEM)).left == 100 - catching_up.STEP


async def test_between_two_steps_it_lets_whoever_asks_now_go_first(
    db: str, tmp_path: Path, tools: Tools, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(catching_up, "MOST_LOOKS", 1_000)
    await bring_in(tmp_path, 100)
    asker = await make_person(Role.MEMBER)
    await open_ticket(asker, NewTicket("Invoice", "My invoice 7 was not sent to anybody", "form"))
    reading = asyncio.create_task(catch_up(tools.embedder))
    async with asyncio.timeout(30):
        while await count("import_waiting where done_at is not null") < catching_up.STEP:
            await asyncio.sleep(0.01)

    assert await count("import_waiting where done_at is not null") == catching_up.STEP, "it stands still"
    while waiting := [
        one for one in await outbox.list_unoffered(older_than=timedelta(0)) if await name_of(one) in catching_up.FRESH
    ]:
        await deliver(waiting[0], tools, worker="tests")
    await reading

    assert await count("question where considered_at is not null") == 101


async def test_of_many_only_vectors_are_made_and_a_refresh_places_them(
    db: str, tmp_path: Path, deliver_all: Deliver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(catching_up, "PLACED_ONE_BY_ONE", 40)
    await bring_in(tmp_path, 80)

    await deliver_all()
    assert (await count("question_vector"), await count("question where considered_at is not null")) == (80, 0)
    await refresh_clusters()

    assert await count("question where considered_at is not null") == 80


async def test_one_works_at_a_time_and_a_sweep_goes_on_where_a_message_was_lost(
    db: str, tmp_path: Path, tools: Tools
) -> None:
    await bring_in(tmp_path, 20)
    await execute("delete from outbox_message")

    read = await asyncio.gather(catch_up(tools.embedder), catch_up(tools.embedder))
    await bring_in(tmp_path, 5, source="another")
    await execute("delete from outbox_message")
    await sweep_imports(tools)

    assert sorted(read) == [0, 40], "questions and replies, by one of the two"
    assert await count("question") == 25


async def test_the_sweep_for_what_was_lost_leaves_it_to_its_turn(db: str, tmp_path: Path, tools: Tools) -> None:
    await bring_in(tmp_path, 5)
    asker = await make_person(Role.MEMBER)
    lost = await open_ticket(asker, NewTicket("Invoice", "My invoice 7 was not sent to anybody", "form"))
    await execute("update ticket_message set created_at = now() - interval '1 hour' where ticket_id = $1", lost.id)

    await sweep_questions(tools)

    assert [row["person_id"] for row in await fetch_all("select person_id from question")] == [asker.person_id]


async def test_a_text_that_breaks_us_keeps_no_other_waiting(
    db: str, tmp_path: Path, deliver_all: Deliver, monkeypatch: pytest.MonkeyPatch
) -> None:
    await bring_in(tmp_path, 10)
    poison = await fetch_value("select id from ticket_message where kind = 'customer' order by id offset 4 limit 1")
    extract = catching_up.extract_from_ticket_messages

    async def break_down(ids: Any, *, announces: bool) -> Any:
        if poison in ids:
            raise ValueError("poison")
        return await extract(ids, announces=announces)

    monkeypatch.setattr(catching_up, "extract_from_ticket_messages", break_down)
    await deliver_all()

    assert await count("question") == 9
    assert await count("import_waiting") == 0


async def test_progress_is_told_to_those_who_read_the_loop(db: str, tmp_path: Path, tools: Tools) -> None:
    idle = await read_catching_up(SYSTEM)
    await bring_in(tmp_path, 64)
    before = await read_catching_up(SYSTEM)
    await catch_up(tools.embedder, seconds=0)
    await execute("update import_waiting set done_at = done_at - interval '30 seconds' where done_at is not null")
    half = await read_catching_up(SYSTEM)

    assert (idle.all, before.done, before.all, before.minutes_left) == (0, 0, 64, None)
    assert (half.done, half.all, half.left) == (32, 64, 32)
    assert half.per_minute == pytest.approx(64, rel=0.1)
    assert half.minutes_left == 1
    with pytest.raises(NotAllowed):
        await read_catching_up(await make_person(Role.MEMBER))


async def test_imported_twice_a_text_is_one_question(db: str, tmp_path: Path, deliver_all: Deliver) -> None:
    await bring_in(tmp_path, 5)
    await bring_in(tmp_path, 5)
    await deliver_all()

    assert [row["n"] for row in await fetch_all("select count(*) as n from question group by source_id")] == [1] * 5
