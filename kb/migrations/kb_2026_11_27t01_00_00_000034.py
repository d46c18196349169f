"""Warnings given with a decision."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from kb.core.database import connection

ID = "2026-11-27T01:00:00:000034"
VERSION = "1.38.0"
DESCRIPTION = "Warnings given with a decision"

SQL = """
alter table review_decision add column sanction_id uuid references sanction on delete set null;   -- the warning given with it
create index review_decision_sanction on review_decision (sanction_id) where sanction_id is not null;
"""


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="kb", description=DESCRIPTION)

    async def run() -> None:
        async with connection() as conn:
            await conn.execute(SQL)

    manager.add_raw(run)
    return manager
