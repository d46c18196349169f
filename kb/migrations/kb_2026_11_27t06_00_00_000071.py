"""How far the person who asked has read their ticket."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from kb.core.database import connection

ID = "2026-11-27T06:00:00:000071"
VERSION = "1.38.0"
DESCRIPTION = "What requesters have seen of their tickets"

SQL = """
create table ticket_seen (
    ticket_id uuid primary key references ticket on delete cascade,
    position integer not null,                           -- messages up to this one were before the requester's eyes
    seen_at timestamptz not null
);
-- What was answered before this was kept counts as seen: nobody finds old tickets new one morning.
insert into ticket_seen (ticket_id, position, seen_at)
select ticket_id, max(position), now() from ticket_message group by ticket_id;
"""


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="kb", description=DESCRIPTION)

    async def run() -> None:
        async with connection() as conn:
            await conn.execute(SQL)

    manager.add_raw(run)
    return manager
