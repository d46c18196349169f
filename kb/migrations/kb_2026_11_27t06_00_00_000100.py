"""Notices about tickets, for those who answer them."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from kb.core.database import connection

ID = "2026-11-27T06:00:00:000100"
VERSION = "1.38.0"
DESCRIPTION = (
    "A notice may be about a ticket: somebody was called by name in a note, or a promise is about to be broken"
)

SQL = """
alter table notice add column ticket_id uuid references ticket on delete cascade;
create index notice_ticket on notice (ticket_id) where ticket_id is not null;
"""


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="kb", description=DESCRIPTION)

    async def run() -> None:
        async with connection() as conn:
            await conn.execute(SQL)

    manager.add_raw(run)
    return manager
