"""An empty database after each test, in milliseconds."""

from collections.abc import Container

from kb.core.database import connection

FEW = 2_000
"""Rows of one table up to which deleting them beats truncating all tables, which writes several hundred new files."""


async def prepare_emptying(kept: Container[str]) -> None:
    """Once a database: a function that takes every row out of every table but those kept. Its statements are planned once a connection,
    which asking a hundred tables anew after each test would not be."""
    async with connection() as conn:
        tables = [
            row["tablename"]
            for row in await conn.fetch("select tablename from pg_tables where schemaname = 'public' order by 1")
            if row["tablename"] not in kept
        ]
        sequences = await conn.fetch("select sequencename, start_value from pg_sequences where schemaname = 'public'")
        many = " or ".join(f'exists (select from "{name}" offset {FEW})' for name in tables)
        deletes = "\n".join(f'if exists (select from "{name}") then delete from "{name}"; end if;' for name in tables)
        numbers = "\n".join(
            f"perform setval('\"{row['sequencename']}\"', {row['start_value']}, false);" for row in sequences
        )
        await conn.execute(
            "create or replace function empty_tables() returns void language plpgsql as $$ begin\n"
            f"if {many} then truncate {', '.join(tables)} restart identity cascade; return; end if;\n"
            "set local session_replication_role = replica;\n"  # no foreign key is asked: all of it goes
            f"{deletes}\n{numbers} end $$"
        )


async def empty_tables() -> None:
    """Take every row out; numbers begin anew."""
    async with connection() as conn:
        await conn.execute("select empty_tables()")
