"""Replies to topics that could not be posted are looked at by those who may read the topic."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from kb.core.database import connection

ID = "2026-11-27T06:00:00:000022"
VERSION = "1.38.0"
DESCRIPTION = "Who may look at a mail"

SQL = """
alter table received_mail
    add column is_reply boolean not null default false,     -- went to an address that takes replies, and is about no ticket
    add column topic_id uuid;                                -- what it answers; null where the address is not one that we made
update received_mail m set is_reply = true, topic_id = i.topic_id from inbound_mail i where i.id = m.id;
"""


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="kb", description=DESCRIPTION)

    async def run() -> None:
        async with connection() as conn:
            await conn.execute(SQL)

    manager.add_raw(run)
    return manager
