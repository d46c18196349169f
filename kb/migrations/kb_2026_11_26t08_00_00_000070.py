"""What a cluster is called depends on who reads: one label for each audience, with the questions it rests on."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from kb.core.database import connection

ID = "2026-11-26T08:00:00:000070"
VERSION = "1.38.0"
DESCRIPTION = "A cluster's label for each audience"

SQL = """
create table cluster_label (
    cluster_id uuid not null references cluster on delete cascade,
    visibility text not null check (visibility in ('public', 'members', 'staff', 'private')),  -- made of this and what is wider
    label text not null,                                 -- '' where too few people asked
    label_by text not null check (label_by in ('words', 'model', 'person')),
    representative_id uuid references question on delete set null,
    rests_on uuid[] not null,                            -- questions that vouch for its words; it is not shown without any of them
    question_count integer not null,                     -- of the cluster when it was named
    read_at timestamptz not null,                        -- when those questions were read; what changed since does not vouch
    model_asked_at timestamptz,
    primary key (cluster_id, visibility)
);
"""


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="kb", description=DESCRIPTION)

    async def run() -> None:
        async with connection() as conn:
            await conn.execute(SQL)

    manager.add_raw(run)
    return manager
