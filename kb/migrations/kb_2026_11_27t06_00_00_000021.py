"""Tickets know whether mail has to do with them, so that the others' pages do not ask."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from kb.core.database import connection

ID = "2026-11-27T06:00:00:000021"
VERSION = "1.38.0"
DESCRIPTION = "Whether a ticket has mail"

SQL = """
alter table ticket add column has_mail boolean not null default false;   -- came by mail, or a message of it went out by mail
update ticket set has_mail = true where channel = 'email' or id in (select ticket_id from ticket_mail);
"""


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="kb", description=DESCRIPTION)

    async def run() -> None:
        async with connection() as conn:
            await conn.execute(SQL)

    manager.add_raw(run)
    return manager
