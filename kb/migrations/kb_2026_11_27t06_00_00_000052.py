"""Replies written again and again: recognised as one answer, and proposed as a macro."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from kb.core.database import connection

ID = "2026-11-27T06:00:00:000052"
VERSION = "1.38.0"
DESCRIPTION = "Copies of one reply are one answer, which may become a macro"

SQL = """
alter table answer
    add column same_as uuid references answer,           -- the first reply that says this; a pointer, so that taking it back is exact
    add column compared_in uuid,                         -- the cluster in which it was last compared with other replies
    drop constraint answer_kind_check,
    add constraint answer_kind_check check (kind in ('post', 'reply', 'article', 'macro'));
create index answer_same_as on answer (same_as) where same_as is not null;
create index answer_uncompared on answer (cluster_id) where kind = 'reply' and retired_at is null
    and cluster_id is not null and compared_in is distinct from cluster_id;

create table macro_proposal (
    id uuid primary key,
    answer_id uuid not null unique references answer,    -- the first of the copies: what was dismissed never comes again
    cluster_id uuid references cluster,
    name text not null,
    body text not null,                                  -- with placeholders where the copies differ
    copies integer not null,                             -- the replies it was drafted from
    agents integer not null,
    state text not null default 'waiting' check (state in ('waiting', 'accepted', 'dismissed')),
    macro_id uuid references macro,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    decided_by uuid references person,
    decided_at timestamptz
);
create index macro_proposal_waiting on macro_proposal (copies desc, created_at) where state = 'waiting';
create unique index macro_proposal_macro on macro_proposal (macro_id) where macro_id is not null;
"""


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="kb", description=DESCRIPTION)

    async def run() -> None:
        async with connection() as conn:
            await conn.execute(SQL)

    manager.add_raw(run)
    return manager
