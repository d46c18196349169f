"""Outgoing webhooks and the log of what was sent to them."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from kb.core.database import connection

ID = "2026-11-27T01:00:00:000010"
VERSION = "1.38.0"
DESCRIPTION = "Outgoing webhooks, their deliveries and each attempt"

SQL = """
create table webhook (
    id uuid primary key,
    name text not null,
    url text not null,
    kinds text[] not null,
    audience text not null check (audience in ('public', 'staff')),
    secret text not null,                                -- signs; shown once
    former_secret text,                                  -- signs beside it until then
    former_until timestamptz,
    created_by uuid references person on delete set null,
    created_at timestamptz not null,                     -- what happened before is not told
    paused_at timestamptz,
    paused_because text not null default '' check (paused_because in ('', 'asked', 'failing', 'gone')),
    failing_since timestamptz,                           -- of the first failure after the last success
    deleted_at timestamptz
);

create table webhook_delivery (
    id uuid primary key,                                 -- the receiver sees it as webhook-id, the same at each attempt
    webhook_id uuid not null references webhook on delete cascade,
    thing text not null,                                 -- what is told once: kind, subject and which time
    kind text not null,
    subject_id uuid not null,
    happened_at timestamptz not null,
    created_at timestamptz not null,
    state text not null default 'waiting' check (state in ('waiting', 'sent', 'failed', 'withheld')),
    attempts integer not null default 0,
    next_attempt_at timestamptz not null,
    body text,                                           -- as last sent; null before
    settled_at timestamptz,
    unique (webhook_id, thing)
);
create index webhook_delivery_log on webhook_delivery (webhook_id, id);
create index webhook_delivery_waiting on webhook_delivery (webhook_id, next_attempt_at) where state = 'waiting';

create table webhook_attempt (
    id uuid primary key,
    delivery_id uuid not null references webhook_delivery on delete cascade,
    number integer not null,
    started_at timestamptz not null,
    milliseconds integer,                                -- null: under way, or its worker died
    status integer,                                      -- null: nobody answered
    error text not null default '',
    response text not null default ''
);
create index webhook_attempt_of on webhook_attempt (delivery_id, number);
"""


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="kb", description=DESCRIPTION)

    async def run() -> None:
        async with connection() as conn:
            await conn.execute(SQL)

    manager.add_raw(run)
    return manager
