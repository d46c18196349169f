-- Rules that speak to people, why they did or did not, and the right to speak at all.
create table trigger (
    id uuid primary key,
    key text not null unique,
    name text not null,
    detector text,                                       -- fires on signals of this detector; null: fired by a room
    channel text not null check (channel in ('in_app', 'email')),
    template text not null,
    enabled boolean not null default true,
    created_at timestamptz not null
);

create table claim (
    id uuid primary key,
    person_id uuid not null references person on delete cascade,
    problem text not null,                               -- cluster:<id>, friction:<id> or issue:<id>:shipped
    episode text not null default '',                    -- episode id; '' where once in a lifetime is meant
    trigger_id uuid references trigger,
    created_at timestamptz not null,
    unique (person_id, problem, episode)
);

create table message (
    id uuid primary key,
    claim_id uuid not null references claim on delete cascade,
    person_id uuid not null references person on delete cascade,
    channel text not null check (channel in ('in_app', 'email')),
    address text,                                        -- e-mail address at the time of the decision
    subject text not null,
    body_source text not null,
    body_html text not null,
    link text,
    state text not null default 'waiting' check (state in ('waiting', 'sent', 'seen', 'failed')),
    attempts integer not null default 0,
    error text,
    created_at timestamptz not null,
    sent_at timestamptz,
    seen_at timestamptz,
    unique (claim_id, channel)
);
create index message_person on message (person_id, created_at desc);
create index message_waiting on message (id) where state = 'waiting';

create table decision (
    id uuid primary key,
    trigger_id uuid not null references trigger,
    person_id uuid references person on delete cascade,
    signal_id uuid,
    problem text not null,
    outcome text not null check (outcome in ('send', 'refuse')),
    reason text not null,
    claim_id uuid references claim on delete set null,
    created_at timestamptz not null,
    unique (trigger_id, signal_id)
);
create index decision_person on decision (person_id, created_at desc);
