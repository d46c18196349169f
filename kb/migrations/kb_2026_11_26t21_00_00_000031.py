"""What trust is computed from, and what a person decided about it by hand."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from kb.core.database import connection

ID = "2026-11-26T21:00:00:000031"
VERSION = "1.38.0"
DESCRIPTION = "Days of reading and the state of trust"

SQL = """
create table reading_day (
    person_id uuid not null references person on delete cascade,
    day date not null,
    topics bigint[] not null,                            -- numbers, each once, at most 500
    primary key (person_id, day)
);
create index reading_day_day on reading_day (day);

create table trust_state (
    person_id uuid primary key references person on delete cascade,
    since timestamptz not null,                          -- of the present level
    below_since timestamptz,                             -- the level is no longer held, and will be lost
    locked_at timestamptz,                               -- the daily job leaves it alone
    locked_by uuid references person on delete set null
);
"""


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="kb", description=DESCRIPTION)

    async def run() -> None:
        async with connection() as conn:
            await conn.execute(SQL)

    manager.add_raw(run)
    return manager
