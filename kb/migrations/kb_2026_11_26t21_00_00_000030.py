"""What staff note and decide about a person, and how far a member is trusted."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from kb.core.database import connection

ID = "2026-11-26T21:00:00:000030"
VERSION = "1.38.0"
DESCRIPTION = "Staff notes, warnings, silences, suspensions; levels of trust"

# Whoever wrote here before levels came is no newcomer.
SQL = """
alter table person
    add column suspended_until timestamptz,              -- null while suspended: until somebody ends it
    add column silenced_until timestamptz,
    add column warned_at timestamptz,                    -- of the oldest warning not acknowledged
    add column trust smallint not null default 0 check (trust between 0 and 4);
update person set trust = 1;

create table sanction (
    id uuid primary key,
    person_id uuid not null references person on delete cascade,
    kind text not null check (kind in ('note', 'warning', 'silence', 'suspension')),
    reason text not null,
    made_by uuid references person on delete set null,   -- null: the product itself
    made_at timestamptz not null,
    ends_at timestamptz,
    acknowledged_at timestamptz,
    undone_by uuid references person on delete set null,
    undone_at timestamptz
);
create index sanction_person on sanction (person_id, made_at desc);
insert into sanction (id, person_id, kind, reason, made_at)
    select gen_random_uuid(), id, 'suspension', 'Suspended before reasons were kept.', suspended_at
    from person where suspended_at is not null;
create index person_suspended_until on person (suspended_until) where suspended_until is not null;
"""


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="kb", description=DESCRIPTION)

    async def run() -> None:
        async with connection() as conn:
            await conn.execute(SQL)

    manager.add_raw(run)
    return manager
