"""What a macro does with the ticket when its reply is sent."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from kb.core.database import connection

ID = "2026-11-27T06:00:00:000103"
VERSION = "1.38.0"
DESCRIPTION = "Macros assign, give, prioritise, tag and solve"

SQL = """
alter table macro
    add takes boolean not null default false,              -- the sender has the ticket from then on
    add team_id uuid references team on delete set null,
    add priority text check (priority in ('low', 'normal', 'high', 'urgent')),
    add tags text[] not null default '{}',                 -- added to those the ticket has
    add solves boolean not null default false;
create index macro_team on macro (team_id) where team_id is not null;
"""


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="kb", description=DESCRIPTION)

    async def run() -> None:
        async with connection() as conn:
            await conn.execute(SQL)

    manager.add_raw(run)
    return manager
