"""Mail that came in, and browsers that want to be told."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from kb.core.database import connection

ID = "2026-11-26T09:00:00:000011"
VERSION = "1.38.0"
DESCRIPTION = "Replies by mail and web push"

SQL = """
create table inbound_mail (
    id uuid primary key,
    message_id text not null unique,                     -- a reply is posted once, however often its mail comes
    sender text not null,
    recipient text not null,
    subject text not null,
    state text not null check (state in ('taken', 'posted', 'refused')),
    reason text,
    person_id uuid references person on delete cascade,
    topic_id uuid,
    post_id uuid,
    content bytea,                                           -- of what was refused, so that it can be looked at
    received_at timestamptz not null
);
create index inbound_mail_recent on inbound_mail (received_at desc);

create table push_subscription (
    id uuid primary key,
    person_id uuid not null references person on delete cascade,
    endpoint text not null unique,
    p256dh text not null,
    auth text not null,
    created_at timestamptz not null
);
create index push_subscription_person on push_subscription (person_id);
"""


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="kb", description=DESCRIPTION)

    async def run() -> None:
        async with connection() as conn:
            await conn.execute(SQL)

    manager.add_raw(run)
    return manager
