"""How far each person has read, and several accepted answers of a topic."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from kb.core.database import connection

ID = "2026-11-26T21:00:00:000040"
VERSION = "1.38.0"
DESCRIPTION = "How far each person has read; several accepted answers"

SQL = """
create table read_position (
    person_id uuid not null references person on delete cascade,
    topic_id uuid not null references topic on delete cascade,
    position integer not null,                           -- of the last post seen
    posted_at timestamptz not null,                      -- when that post was written: with it lists need no look at posts
    read_at timestamptz not null,
    primary key (person_id, topic_id)
);
create index read_position_of_topic on read_position (topic_id);

-- Everything written until then counts as read. The one before, for taking it back.
create table all_read (
    person_id uuid primary key references person on delete cascade,
    until timestamptz not null,
    before timestamptz
);

create index topic_follower_of_person on topic_follower (person_id, topic_id);
create index post_accepted_of_topic on post (topic_id, accepted_at) where accepted_at is not null;
"""


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="kb", description=DESCRIPTION)

    async def run() -> None:
        async with connection() as conn:
            await conn.execute(SQL)

    manager.add_raw(run)
    return manager
