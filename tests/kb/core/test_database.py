"""Statements as Postgres gets them."""

from kb.core.database import connection, fetch_all, planned_once

ANSWERS = "select a.id from answer a join post p on p.id = a.source_id where a.id = any($1::uuid[])"
NAMES = "select n from unnest(array['a', 'b', 'c']) n where n = any($1) and n <> all($2::text[])"
TIMES = 7
"""Postgres plans five times before it compares."""


async def plans_kept(sql: str) -> int:
    async with connection() as conn:
        statement = await conn.prepare(sql)
        for _ in range(TIMES):
            await statement.fetch([])
        kept: int = await conn.fetchval(
            "select generic_plans from pg_prepared_statements where name = $1", statement.get_name()
        )
    return kept


async def test_a_statement_planned_once_keeps_its_plan_whatever_the_ids(db: str) -> None:
    assert await plans_kept(ANSWERS) == 0
    assert await plans_kept(planned_once(ANSWERS)) == TIMES - 5


async def test_a_statement_planned_once_finds_the_same(db: str) -> None:
    for sql in (NAMES, planned_once(NAMES)):
        assert [row["n"] for row in await fetch_all(sql, ["a", "b"], ["b"])] == ["a"]
    assert planned_once(NAMES) != NAMES
