"""Statements as Postgres gets them."""

from typing import Any

from kb.core.database import connection, fetch_all, planned_once

MANY = (
    "create temp table many as select n as id from generate_series(1, 20000) n",
    "create index on many (id)",
    "analyze many",
)
SOME = "select m.id from many m join many o on o.id = m.id where m.id = any($1::int[])"
NAMES = "select n from unnest(array['a', 'b', 'c']) n where n = any($1) and n <> all($2::text[])"
TIMES = 7
"""Postgres plans five times before it compares."""


async def plans_kept(conn: Any, sql: str) -> int:
    statement = await conn.prepare(sql)
    for _ in range(TIMES):
        await statement.fetch([])
    kept: int = await conn.fetchval(
        "select generic_plans from pg_prepared_statements where name = $1", statement.get_name()
    )
    return kept


async def test_a_statement_planned_once_keeps_its_plan_whatever_the_ids(db: str) -> None:
    """For no ids at all Postgres would plan anew each time: it knows that nothing is found."""
    async with connection() as conn:
        for line in MANY:
            await conn.execute(line)
        assert await plans_kept(conn, SOME) == 0
        assert await plans_kept(conn, planned_once(SOME)) == TIMES - 5
        await conn.execute("drop table many")


async def test_a_statement_planned_once_finds_the_same(db: str) -> None:
    for sql in (NAMES, planned_once(NAMES)):
        assert [row["n"] for row in await fetch_all(sql, ["a", "b"], ["b"])] == ["a"]
    assert planned_once(NAMES) != NAMES
