"""Notices: what people watch, what they were told, and what they want to be told how."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from kb.core.database import connection

ID = "2026-11-26T09:00:00:000010"
VERSION = "1.38.0"
DESCRIPTION = "Watch levels, notices, preferences and the mail that carries them"

SQL = """
-- What somebody chose. Who asked, answered or has a topic's problem (topic_follower) watches it without a row here.
create table watch (
    person_id uuid not null references person on delete cascade,
    kind text not null check (kind in ('space', 'tag', 'topic')),
    target_id uuid not null,
    level text not null check (level in ('watching', 'tracking', 'normal', 'muted')),
    created_at timestamptz not null,
    primary key (person_id, kind, target_id)
);
create index watch_target on watch (kind, target_id);

create table notice_preference (
    person_id uuid not null references person on delete cascade,
    kind text not null,                                  -- a kind of notice, or digest
    channel text not null check (channel in ('in_app', 'email', 'push')),
    choice text not null check (choice in ('never', 'soon', 'at_once', 'daily', 'weekly')),
    primary key (person_id, kind, channel)
);
create index notice_preference_digest on notice_preference (choice, person_id) where kind = 'digest';

create table notice_mail (
    id uuid primary key,                                 -- stands in the Message-ID, so that a second copy is known as one
    person_id uuid not null references person on delete cascade,
    topic_id uuid,                                       -- null: a digest
    day date,                                            -- of a digest
    state text not null default 'waiting' check (state in ('waiting', 'sent', 'dropped', 'failed')),
    attempts integer not null default 0,
    next_attempt_at timestamptz not null,
    error text,
    created_at timestamptz not null,
    sent_at timestamptz,
    unique (person_id, day)
);
create index notice_mail_waiting on notice_mail (next_attempt_at) where state = 'waiting';
create index notice_mail_thread on notice_mail (person_id, topic_id, sent_at desc) where state = 'sent';

create table notice (
    id uuid primary key,
    person_id uuid not null references person on delete cascade,
    thing text not null,                                 -- post:<id>, accepted:<topic>, duplicate:<id>:<what happened>
    kind text not null check (kind in ('reply', 'mention', 'accepted', 'topic', 'duplicate', 'contest')),
    topic_id uuid,                                       -- of a duplicate: the alias where that is a topic
    post_id uuid,
    duplicate_id uuid,
    actor_id uuid references person on delete set null,
    in_app boolean not null,
    mail_due_at timestamptz,                             -- null: not by mail of its own
    push_due boolean not null default false,
    mail_id uuid references notice_mail on delete set null,
    created_at timestamptz not null,
    seen_at timestamptz,
    unique (person_id, thing)                            -- never twice about one thing
);
create index notice_list on notice (person_id, id desc) where in_app;
create index notice_unseen on notice (person_id, topic_id) where seen_at is null;
create index notice_mail_due on notice (mail_due_at) where mail_due_at is not null and mail_id is null and seen_at is null;
create index notice_of_mail on notice (mail_id) where mail_id is not null;

-- Everybody who was to be told of a thing has been: what the sweep for lost ones leaves out.
create table notice_round (
    thing text primary key,
    done_at timestamptz not null
);
"""


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="kb", description=DESCRIPTION)

    async def run() -> None:
        async with connection() as conn:
            await conn.execute(SQL)

    manager.add_raw(run)
    return manager
