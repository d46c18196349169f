"""Where people had read to before a merge, for taking it back."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from kb.core.database import connection

ID = "2026-11-27T01:00:00:000043"
VERSION = "1.38.0"
DESCRIPTION = "Read positions that a merge moved"

SQL = """
create table read_position_moved (
    change_id uuid not null references topic_change on delete cascade,
    person_id uuid not null references person on delete cascade,
    position integer not null,                           -- where the merge put it
    position_before integer,                             -- null: there was none
    posted_before timestamptz,
    primary key (change_id, person_id)
);
"""


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="kb", description=DESCRIPTION)

    async def run() -> None:
        async with connection() as conn:
            await conn.execute(SQL)

    manager.add_raw(run)
    return manager
