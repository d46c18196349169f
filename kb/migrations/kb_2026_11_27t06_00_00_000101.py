"""How it was: customers are asked once by mail, and may change what they said."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from kb.core.database import connection

ID = "2026-11-27T06:00:00:000101"
VERSION = "1.38.0"
DESCRIPTION = "Mail that asks how a ticket was handled; ratings by the time they were given"

SQL = """
alter table ticket_mail drop constraint ticket_mail_kind_check;
alter table ticket_mail add constraint ticket_mail_kind_check check (kind in ('reply', 'acknowledgement', 'rating'));
create index ticket_satisfaction_given on ticket_satisfaction (given_at desc, ticket_id desc);
create index ticket_solved_at on ticket (solved_at) where state = 'solved';
"""


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="kb", description=DESCRIPTION)

    async def run() -> None:
        async with connection() as conn:
            await conn.execute(SQL)

    manager.add_raw(run)
    return manager
