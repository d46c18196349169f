-- Extensions, the outbox and the audit log.
create extension if not exists vector;
create extension if not exists pg_trgm;

create table outbox_message (
    id uuid primary key,
    name text not null,
    payload jsonb not null,
    created_at timestamptz not null,
    offered_at timestamptz,
    leased_by text,
    leased_until timestamptz,
    attempts integer not null default 0,
    next_attempt_at timestamptz not null,
    done_at timestamptz,
    failed_at timestamptz,
    error text
);
create index outbox_waiting on outbox_message (id) where done_at is null and failed_at is null;

create table outbox_delivery (
    message_id uuid not null references outbox_message on delete cascade,
    handler text not null,
    delivered_at timestamptz not null,
    primary key (message_id, handler)
);

create table audit_line (
    id uuid primary key,
    actor_id uuid,
    actor_name text not null,
    action text not null,
    subject_kind text not null,
    subject_id uuid,
    detail jsonb not null default '{}',
    created_at timestamptz not null
);
create index audit_subject on audit_line (subject_kind, subject_id, id);

-- Fixed-window counters behind rate limits. Unlogged: a crash forgets them, which costs nobody anything.
create unlogged table rate_count (
    key_hash bytea primary key,       -- of the limit's name and whom it counts: no address is kept in the clear
    spent integer not null,
    started_at timestamptz not null
);
create index rate_count_started on rate_count (started_at);
