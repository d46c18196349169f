"""The desk: how urgent a ticket is, whose turn it is since when, teams, tags, linked and merged tickets, views kept by name."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from kb.core.database import connection

ID = "2026-11-27T06:00:00:000040"
VERSION = "1.38.0"
DESCRIPTION = "Priority, team, snooze, due time and merging of tickets; teams, tags, links, saved views"

SQL = """
create table team (
    id uuid primary key,
    name text not null,
    routing text not null default 'hand' check (routing in ('hand', 'round_robin', 'least_open')),
    created_at timestamptz not null
);
create unique index team_name on team (lower(name));

create table team_member (
    team_id uuid not null references team on delete cascade,
    person_id uuid not null references person on delete cascade,
    turn bigint not null default 0,                      -- the higher, the later the rule gave them a ticket last
    primary key (team_id, person_id)
);
create index team_member_person on team_member (person_id);

-- Which team new tickets of a channel come to; at most one.
create table team_channel (
    channel text primary key,
    team_id uuid not null references team on delete cascade
);

-- What an agent says about themselves; no row: present, no limit.
create table desk_agent (
    person_id uuid primary key references person on delete cascade,
    away_since timestamptz,                              -- null: present
    capacity integer check (capacity between 0 and 1000),  -- open tickets up to which the rules give them more; null: no limit
    view_order uuid[] not null default '{}'              -- their own order of saved views; those not named stand last
);

alter table ticket
    add column priority text not null default 'normal' check (priority in ('low', 'normal', 'high', 'urgent')),
    add column priority_rank smallint not null generated always as
        (case priority when 'low' then 0 when 'normal' then 1 when 'high' then 2 else 3 end) stored,
    add column team_id uuid references team on delete set null,
    add column snoozed_at timestamptz,                   -- out of sight since then; null: in sight
    add column snoozed_until timestamptz,                -- null while snoozed: until the customer writes
    add column due_at timestamptz,                       -- the next moment something was promised for; null: nothing was
    add column waiting_since timestamptz not null default now(),  -- since when it is the present side's turn
    add column to_route boolean not null default false,  -- waits for the rules of a team
    add column merged_into uuid references ticket;       -- the ticket this one's messages are read in
update ticket set waiting_since = last_message_at;

create index ticket_at_desk on ticket (priority_rank desc, waiting_since, id)
    include (state, assignee_id, team_id, due_at, snoozed_at) where state <> 'solved' and merged_into is null;
create index ticket_due on ticket (due_at) where due_at is not null and state <> 'solved' and merged_into is null;
create index ticket_snoozed on ticket (snoozed_until) where snoozed_at is not null;
create index ticket_team on ticket (team_id) where state <> 'solved' and merged_into is null;
create index ticket_to_route on ticket (priority_rank desc, waiting_since) where to_route;
create index ticket_merged on ticket (merged_into) where merged_into is not null;

-- Found by its words as they stand, in every language; what is behind the first 20,000 characters of a message is a log.
create index ticket_subject_words on ticket using gin (to_tsvector('simple', subject));
create index ticket_message_words on ticket_message using gin (to_tsvector('simple', left(body_source, 20000)));

-- The desk's own words, not the forum's tags.
create table ticket_tag (
    ticket_id uuid not null references ticket on delete cascade,
    name text not null,
    primary key (ticket_id, name)
);
create index ticket_tag_name on ticket_tag (name, ticket_id);

-- Many people, one problem: an incident belongs to one problem, and a problem is no incident itself.
create table ticket_link (
    incident_id uuid primary key references ticket on delete cascade,
    problem_id uuid not null references ticket on delete cascade,
    created_at timestamptz not null,
    check (incident_id <> problem_id)
);
create index ticket_link_problem on ticket_link (problem_id, created_at);

-- Merges and splits that can be taken back; taking one back takes its row away.
create table ticket_change (
    id uuid primary key,
    kind text not null check (kind in ('merge', 'split')),
    ticket_id uuid not null references ticket on delete cascade,   -- the ticket that stays
    other_id uuid not null references ticket on delete cascade,    -- the one merged into it or split off
    before jsonb not null,                               -- how both were
    actor_id uuid references person on delete set null,
    created_at timestamptz not null
);
create index ticket_change_ticket on ticket_change (ticket_id, created_at desc);
create index ticket_change_other on ticket_change (other_id);

create table saved_view (
    id uuid primary key,
    owner_id uuid not null references person on delete cascade,
    name text not null,
    filter text not null,                                -- as kb/desk/grammar.py writes it
    is_shared boolean not null default false,
    created_at timestamptz not null
);
create unique index saved_view_name on saved_view (owner_id, lower(name));
create index saved_view_shared on saved_view (name) where is_shared;

-- One thing done with several tickets, and taken back as one.
create table ticket_batch (
    id uuid primary key,
    action text not null,
    detail text not null,
    before jsonb not null,                               -- by ticket: how it was
    actor_id uuid references person on delete set null,
    created_at timestamptz not null,
    undone_at timestamptz
);
"""


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="kb", description=DESCRIPTION)

    async def run() -> None:
        async with connection() as conn:
            await conn.execute(SQL)

    manager.add_raw(run)
    return manager
