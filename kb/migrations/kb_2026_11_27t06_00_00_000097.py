"""Sessions of typing where something could be suggested, and who was shown it."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from kb.core.database import connection

ID = "2026-11-27T06:00:00:000097"
VERSION = "1.38.0"
DESCRIPTION = "Sessions of the experiment that tells what suggestions are worth"

SQL = """
create table deflection_session (
    id uuid primary key,
    person_id uuid not null references person (id) on delete cascade,
    surface text not null check (surface in ('ask', 'ticket', 'widget')),
    arm text not null check (arm in ('shown', 'held')),
    share real not null,                             -- of all people held out at that moment
    exempt boolean not null default false,           -- about security: shown everything, counted nowhere
    answers uuid[] not null default '{}',            -- what could be suggested at its first moment
    clusters uuid[] not null default '{}',
    began_at timestamptz not null,
    last_at timestamptz not null
);
create index deflection_session_person on deflection_session (person_id, surface, last_at desc);
create index deflection_session_began on deflection_session (began_at desc, id desc);
"""


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="kb", description=DESCRIPTION)

    async def run() -> None:
        async with connection() as conn:
            await conn.execute(SQL)

    manager.add_raw(run)
    return manager
