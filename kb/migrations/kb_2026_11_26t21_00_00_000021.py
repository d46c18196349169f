"""Topics are split and merged, and that is taken back exactly."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from kb.core.database import connection

ID = "2026-11-26T21:00:00:000021"
VERSION = "1.38.0"
DESCRIPTION = "Split and merged topics"

SQL = """
alter table topic add column merged_into uuid references topic;
create index topic_merged_into on topic (merged_into) where merged_into is not null;

create table topic_change (
    id uuid primary key,
    kind text not null check (kind in ('split', 'merge')),
    topic_id uuid not null references topic on delete cascade,   -- whose posts moved
    other_id uuid not null references topic on delete cascade,   -- where they went
    before jsonb not null,                                       -- all that is needed to take it back
    actor_id uuid references person on delete set null,
    created_at timestamptz not null
);
create index topic_change_topic on topic_change (topic_id);
create index topic_change_other on topic_change (other_id);

alter table topic_event add column change_id uuid references topic_change on delete cascade;
create index topic_event_change on topic_event (change_id) where change_id is not null;
"""


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="kb", description=DESCRIPTION)

    async def run() -> None:
        async with connection() as conn:
            await conn.execute(SQL)

    manager.add_raw(run)
    return manager
