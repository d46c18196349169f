"""Imports of support desks: what waits to be read by the loop, files to be fetched, how satisfied customers said they were."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from kb.core.database import connection

ID = "2026-11-27T06:00:00:000030"
VERSION = "1.38.0"
DESCRIPTION = "Backlog, attachments and cursors of imports; satisfaction told with a ticket"

SQL = """
-- What an import brought and questions and answers are still to be made of. Rows go once all of them are done.
create table import_waiting (
    id bigint generated always as identity primary key,
    kind text not null check (kind in ('topic', 'accepted', 'customer', 'reply')),
    subject_id uuid not null,
    noted_at timestamptz not null,
    done_at timestamptz,
    unique (kind, subject_id)
);
create index import_waiting_open on import_waiting (kind, id) where done_at is null;
create index import_waiting_done on import_waiting (done_at) where done_at is not null;

-- Files of imported messages. They are fetched one by one after the messages stand.
create table import_attachment (
    id uuid primary key,
    source text not null,
    message_id uuid not null references ticket_message on delete cascade,
    name text not null,
    place text not null,                                 -- an address, or where in the source it lies
    state text not null default 'waiting' check (state in ('waiting', 'kept', 'failed')),
    reason text not null default '',                     -- why it failed, for people
    attempts integer not null default 0,
    next_attempt_at timestamptz not null,
    file_id uuid,
    unique (message_id, place)
);
create index import_attachment_waiting on import_attachment (next_attempt_at, id) where state = 'waiting';

-- Where a live source is read on from, once all before it stands here.
create table import_cursor (
    kind text not null,
    source text not null,
    stream text not null,
    address text not null,
    read_at timestamptz not null,
    primary key (kind, source, stream)
);

-- What a customer said of how a ticket was handled.
create table ticket_satisfaction (
    ticket_id uuid primary key references ticket on delete cascade,
    score text not null check (score in ('good', 'bad')),
    comment text not null default '',
    given_at timestamptz not null
);

-- Accounts are known by where they came from as people are.
alter table account add column source text, add column source_id text, add unique (source, source_id);
"""


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="kb", description=DESCRIPTION)

    async def run() -> None:
        async with connection() as conn:
            await conn.execute(SQL)

    manager.add_raw(run)
    return manager
