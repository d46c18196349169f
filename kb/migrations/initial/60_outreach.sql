-- Rules that speak to people, why they did or did not, and the right to speak at all.
create table trigger (
    id uuid primary key,
    key text not null unique,
    name text not null,
    detector text,                                       -- fires on signals of this detector; null: fired by a room
    channels text[] not null check (cardinality(channels) > 0 and channels <@ array['in_app', 'email']),
    template text not null,                              -- key of a template of kb/outreach/composing.py
    max_age_seconds integer,                             -- older signals are too late to speak about; null: no signal, no age
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
-- An episode is one brush with one problem, whichever name the problem bears by then.
create unique index claim_episode on claim (person_id, episode) where episode <> '';

create table message (
    id uuid primary key,
    claim_id uuid not null references claim on delete cascade,
    person_id uuid not null references person on delete cascade,
    channel text not null check (channel in ('in_app', 'email')),
    address text,                                        -- e-mail address at the time of the decision
    subject text not null,
    body_source text not null,
    body_html text not null,
    link text,                                           -- a path below the base address, or a whole address
    link_text text not null default '',
    state text not null default 'waiting' check (state in ('waiting', 'sent', 'seen', 'failed')),
    attempts integer not null default 0,
    next_attempt_at timestamptz not null,                -- while an attempt runs: when its worker is presumed dead
    error text,
    created_at timestamptz not null,
    sent_at timestamptz,
    seen_at timestamptz,
    unique (claim_id, channel)
);
create index message_person on message (person_id, created_at desc, id desc);
create index message_unseen on message (person_id) where state = 'sent' and channel = 'in_app';
create index message_waiting on message (next_attempt_at) where state = 'waiting';

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
create index decision_recent on decision (created_at desc, id desc);
create index decision_trigger on decision (trigger_id, created_at desc);
create index decision_claim on decision (claim_id);
