-- Pain points weighed, issues filed from them, trackers' webhooks, releases.
create table pain_point (
    cluster_id uuid primary key references cluster on delete cascade,
    person_count integer not null default 0,             -- distinct people hurt: asked, me-too, or signalled
    account_count integer not null default 0,
    silent_count integer not null default 0,             -- hurt and never asked
    question_count integer not null default 0,
    signal_count integer not null default 0,
    recent_count integer not null default 0,             -- people hurt in the last 7 days
    previous_count integer not null default 0,           -- people hurt in the 7 days before
    monthly_revenue numeric(14, 2) not null default 0,
    lane text not null check (lane in ('new_this_release', 'known_unanswered', 'answered_still_asked', 'answered_works')),
    weight real not null default 0,
    first_pain_at timestamptz,
    last_pain_at timestamptz,
    weighed_at timestamptz not null
);
create index pain_point_lane on pain_point (lane, weight desc);

create table issue (
    id uuid primary key,
    number bigint generated always as identity unique,   -- in addresses: /issues/<number>
    cluster_id uuid not null references cluster,
    title text not null,
    body_source text not null,                           -- evidence packet as filed, Markdown, masked
    packet jsonb not null,
    tracker text not null check (tracker in ('board', 'github')),
    external_id text,                                    -- owner/repo#number
    external_url text,
    state text not null default 'filing' check (state in ('filing', 'open', 'shipped', 'not_planned', 'duplicate')),
    filing_error text,
    filed_by uuid references person,
    created_at timestamptz not null,
    filed_at timestamptz,
    closed_at timestamptz,
    unique (tracker, external_id)
);
create unique index one_open_issue on issue (cluster_id) where state in ('filing', 'open');

create table issue_event (
    id uuid primary key,
    issue_id uuid not null references issue on delete cascade,
    kind text not null,
    reason text not null,
    actor_name text not null,
    created_at timestamptz not null
);
create index issue_event_of on issue_event (issue_id, id);

create table issue_person (
    issue_id uuid not null references issue on delete cascade,
    person_id uuid not null references person on delete cascade,
    told_at timestamptz,                                 -- the decision to tell was made; the claim keeps it to once
    created_at timestamptz not null,
    primary key (issue_id, person_id)
);

create table tracker_delivery (
    delivery_id text primary key,                        -- the tracker's own id: redelivery is answered and ignored
    tracker text not null,
    event text not null,
    payload jsonb not null,
    outcome text not null,
    received_at timestamptz not null
);

create table release (
    version text primary key,
    notes text not null default '',
    released_at timestamptz not null
);
