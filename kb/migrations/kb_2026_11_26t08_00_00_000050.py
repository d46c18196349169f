"""Duplicates: who marked what as asked before, whether it is in force, and what undoing gives back."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from kb.core.database import connection

ID = "2026-11-26T08:00:00:000050"
VERSION = "1.38.0"
DESCRIPTION = "Duplicates, marked, confirmed, contested and undone"

SQL = """
create table duplicate (
    id uuid primary key,
    alias_kind text not null check (alias_kind in ('topic', 'ticket')),
    alias_id uuid not null,
    original_kind text not null check (original_kind in ('topic', 'ticket')),
    original_id uuid not null,                           -- as marked; the end of the chain is found by following
    state text not null check (state in ('marked', 'confirmed', 'contested', 'undone')),
    in_force boolean not null default false,             -- the alias leads to the original just now
    reason text not null default '',
    evidence text not null default '',
    clusters_before jsonb,                               -- where the alias's questions stood before
    created_at timestamptz not null,
    confirmed_at timestamptz,
    confirmed_by uuid references person on delete set null,   -- null: enough members marked it
    contested_at timestamptz,
    contested_by uuid references person on delete set null,
    contest_reason text not null default '',
    undone_at timestamptz,
    undone_by uuid references person on delete set null,
    undo_reason text not null default '',
    check ((alias_kind, alias_id) <> (original_kind, original_id)),
    check (not (in_force and state in ('marked', 'undone')))
);
create unique index duplicate_in_force on duplicate (alias_kind, alias_id) where in_force;
create unique index duplicate_alive on duplicate (alias_kind, alias_id, original_kind, original_id) where state <> 'undone';
create index duplicate_of_original on duplicate (original_kind, original_id) where in_force;

create table duplicate_mark (
    duplicate_id uuid not null references duplicate on delete cascade,
    person_id uuid not null references person on delete cascade,
    reason text not null default '',
    created_at timestamptz not null,
    primary key (duplicate_id, person_id)
);

alter table topic add column duplicate_of uuid references topic;   -- the topic at the end of the chain
create index topic_duplicate_of on topic (duplicate_of) where duplicate_of is not null;

create table brought_along (
    topic_id uuid not null references topic on delete cascade,
    ticket_id uuid not null,                             -- the duplicate ticket whose requester has the topic's problem
    person_id uuid not null references person on delete cascade,
    created_at timestamptz not null,
    primary key (topic_id, ticket_id)
);
"""


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="kb", description=DESCRIPTION)

    async def run() -> None:
        async with connection() as conn:
            await conn.execute(SQL)

    manager.add_raw(run)
    return manager
