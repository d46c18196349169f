"""Flags, the review queue, decisions with canned reasons, and notices of them."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from kb.core.database import connection

ID = "2026-11-26T21:00:00:000010"
VERSION = "1.38.0"
DESCRIPTION = "Flags, reviews and decisions"

SQL = """
alter table topic add column awaits_review_at timestamptz;   -- hidden until somebody has looked; hidden_at is set with it
alter table post add column awaits_review_at timestamptz;

create table review_item (
    id uuid primary key,
    post_id uuid not null references post on delete cascade, -- the first one stands for its topic
    sources text[] not null,                             -- why it waits: flag, first_post, word, spam, other
    because jsonb not null default '[]',                 -- what each source but flags says
    opened_at timestamptz not null,
    decided_at timestamptz
);
create unique index review_item_waiting on review_item (post_id) where decided_at is null;
create index review_item_queue on review_item (id) where decided_at is null;

create table flag (
    id uuid primary key,
    item_id uuid not null references review_item on delete cascade,
    post_id uuid not null references post on delete cascade,
    person_id uuid not null references person on delete cascade,
    reason text not null check (reason in ('spam', 'off_topic', 'rude', 'wrong', 'other')),
    note text not null default '',
    has_standing boolean not null,                       -- when it was raised
    outcome text check (outcome in ('agreed', 'kept', 'dismissed')),
    created_at timestamptz not null,
    unique (post_id, person_id)
);
create index flag_item on flag (item_id);
create index flag_person on flag (person_id, id);

create table review_decision (
    id uuid primary key,
    item_id uuid not null references review_item on delete cascade,
    post_id uuid not null references post on delete cascade,
    decision text not null check (decision in ('keep', 'hide', 'dismiss')),
    told text not null default '',                       -- what its author reads, filled in
    was_hidden boolean not null,
    was_waiting boolean not null,
    decided_by uuid not null references person,
    decided_at timestamptz not null,
    undone_by uuid references person,
    undone_at timestamptz
);
create index review_decision_item on review_decision (item_id);
create index review_decision_post on review_decision (post_id);

create table canned_reason (
    id uuid primary key,
    name text not null unique,
    text text not null,
    created_at timestamptz not null,
    archived_at timestamptz
);

create index audit_line_action on audit_line (action, id);

alter table notice add column decision_id uuid references review_decision on delete cascade;
alter table notice drop constraint notice_kind_check;
alter table notice add constraint notice_kind_check
    check (kind in ('reply', 'mention', 'accepted', 'topic', 'duplicate', 'contest', 'review', 'flag')) not valid;
"""

REASONS = (
    (
        "1",
        "Advertising",
        "Hello {name}, this reads as advertising. You are welcome to take part, but not to sell here.",
    ),
    (
        "2",
        "Off topic",
        "Hello {name}, this is not what the topic or the space is about. Please ask it where it belongs.",
    ),
    ("3", "Unfriendly", "Hello {name}, please write about the matter, not the person. Without that it is welcome."),
    ("4", "Too little to go on", "Hello {name}, nobody can help with so little: what did you do, expect, and see?"),
)


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="kb", description=DESCRIPTION)

    async def run() -> None:
        async with connection() as conn:
            await conn.execute(SQL)
            await conn.executemany(
                "insert into canned_reason (id, name, text, created_at)"
                " values (('0192f000-0000-7000-8000-00000000000' || $1)::uuid, $2, $3, now())",
                REASONS,
            )

    manager.add_raw(run)
    return manager
