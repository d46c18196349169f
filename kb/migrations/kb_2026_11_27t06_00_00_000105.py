"""Answers go into replies to topics, too."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from kb.core.database import connection

ID = "2026-11-27T06:00:00:000105"
VERSION = "1.38.0"
DESCRIPTION = "What agents insert into a topic's reply is in the ledger"

SQL = """
alter table answer_use
    add topic_id uuid,                                   -- in which it was inserted or posted; the ledger outlives it
    add post_id uuid;                                    -- the reply that held it
create unique index answer_use_once_a_post on answer_use (post_id, answer_id) where post_id is not null;
alter table answer_insertion
    alter ticket_id drop not null,
    add topic_id uuid references topic on delete cascade,
    add constraint answer_insertion_in_one_place check (num_nonnulls(ticket_id, topic_id) = 1);
create index answer_insertion_topic on answer_insertion (topic_id, agent_id) where topic_id is not null;
"""


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="kb", description=DESCRIPTION)

    async def run() -> None:
        async with connection() as conn:
            await conn.execute(SQL)

    manager.add_raw(run)
    return manager
