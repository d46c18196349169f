"""Mail both ways: whatever comes in is kept whole before it is read; tickets are answered by mail."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from kb.core.database import connection

ID = "2026-11-27T06:00:00:000020"
VERSION = "1.38.0"
DESCRIPTION = "Tickets by mail"

SQL = """
create table received_mail (
    id uuid primary key,
    digest bytea not null unique,                   -- of what does not change on the way: one delivery, however often it is tried
    identity text unique,                           -- of what it says, once read: one message, however many deliveries
    came_by text not null,
    recipients text[] not null,                     -- of the envelope; the headers may name others
    content bytea,                                  -- as it came; null once forgotten
    size integer not null,
    state text not null check (state in
        ('waiting', 'posted', 'opened', 'added', 'noted', 'reported', 'repeated', 'passed_over', 'review', 'discarded')),
    reason text not null default '',
    message_id text not null default '',
    sender text not null default '',
    subject text not null default '',
    left_out jsonb not null default '[]',           -- attachments that were not taken over, with why
    person_id uuid references person on delete set null,
    post_id uuid,
    ticket_id uuid references ticket on delete set null,
    ticket_message_id uuid,
    attempts integer not null default 0,
    next_attempt_at timestamptz not null,
    received_at timestamptz not null,
    handled_at timestamptz
);
create index received_mail_waiting on received_mail (next_attempt_at) where state = 'waiting';
create index received_mail_review on received_mail (received_at desc, id desc) where state = 'review';
create index received_mail_message_id on received_mail (message_id) where ticket_id is not null;
create index received_mail_ticket on received_mail (ticket_id, received_at);
create index received_mail_kept on received_mail (received_at) where content is not null;

-- What the table of the release before holds stays readable; its own rows stay where they are.
insert into received_mail (id, digest, came_by, recipients, content, size, state, reason, message_id, sender, subject, person_id,
    post_id, next_attempt_at, received_at, handled_at)
select id, sha256(convert_to(message_id, 'UTF8')), 'api', string_to_array(recipient, ', '), content, coalesce(length(content), 0),
    case state when 'posted' then 'posted' else 'review' end, coalesce(reason, ''), message_id, sender, subject, person_id,
    post_id, received_at, received_at, received_at
from inbound_mail where state <> 'taken';

create table ticket_mail (
    id uuid primary key,                            -- stands in its Message-ID and in the address that takes the reply
    ticket_id uuid not null references ticket on delete cascade,
    ticket_message_id uuid not null references ticket_message on delete cascade,
    kind text not null check (kind in ('reply', 'acknowledgement')),
    address text not null,
    copies text[] not null default '{}',
    state text not null default 'waiting' check (state in
        ('waiting', 'sent', 'delivered', 'bounced', 'complained', 'failed', 'withheld')),
    reason text not null default '',
    attempts integer not null default 0,
    next_attempt_at timestamptz not null,
    created_at timestamptz not null,
    sent_at timestamptz,
    told_at timestamptz,                            -- when the other side last said what became of it
    unique (ticket_message_id, kind)
);
create index ticket_mail_waiting on ticket_mail (next_attempt_at) where state = 'waiting';
create index ticket_mail_ticket on ticket_mail (ticket_id, created_at);

create table ticket_participant (
    ticket_id uuid not null references ticket on delete cascade,
    address text not null,                          -- in small letters
    person_id uuid references person on delete set null,
    added_at timestamptz not null,
    primary key (ticket_id, address)
);

create table unreachable_address (
    address text primary key,                       -- in small letters
    why text not null check (why in ('bounced', 'complained')),
    reason text not null,
    since timestamptz not null
);
"""


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="kb", description=DESCRIPTION)

    async def run() -> None:
        async with connection() as conn:
            await conn.execute(SQL)

    manager.add_raw(run)
    return manager
