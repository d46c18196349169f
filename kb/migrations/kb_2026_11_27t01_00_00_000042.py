"""Solved topics of one space are found by their activity."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from kb.core.database import connection

ID = "2026-11-27T01:00:00:000042"
VERSION = "1.38.0"
DESCRIPTION = "An index on the solved topics of each space"

SQL = """
create index topic_solved_in_space on topic (space_id, last_posted_at desc, id desc) where accepted_post_id is not null;
"""


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="kb", description=DESCRIPTION)

    async def run() -> None:
        async with connection() as conn:
            await conn.execute(SQL)

    manager.add_raw(run)
    return manager
