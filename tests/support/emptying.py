"""An empty database after each test, in milliseconds."""

from collections.abc import Container

from kb.core.database import connection

FEW = 2_000
"""Rows of one table up to which deleting them beats truncating all tables, which writes several hundred new files."""


async def empty_tables(kept: Container[str]) -> None:
    """Take every row out of every table but those kept; numbers begin anew."""
    async with connection() as conn:
        names = [
            row["tablename"]
            for row in await conn.fetch("select tablename from pg_tables where schemaname = 'public' order by 1")
            if row["tablename"] not in kept
        ]
        counts = " union all ".join(
            f"select '{name}' as name, (select count(*) from (select from \"{name}\" limit {FEW + 1}) f) as rows"
            for name in names
        )
        filled = {row["name"]: row["rows"] for row in await conn.fetch(f"select * from ({counts}) c where rows > 0")}
        if max(filled.values(), default=0) > FEW:
            await conn.execute(f"truncate {', '.join(names)} restart identity cascade")
            return
        deletes = "".join(f'delete from "{name}";' for name in filled)
        await conn.execute(
            "begin; set local session_replication_role = replica;"  # no foreign key is asked: all of it goes
            f"{deletes} commit;"
            "select setval(format('%I.%I', schemaname, sequencename)::regclass, start_value, false)"
            " from pg_sequences where schemaname = 'public' and last_value is not null"
        )
