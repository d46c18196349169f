-- Events from products and operations; what detectors found in them.
create table event (
    id uuid primary key,
    app_id uuid not null references product_app,
    dedupe_key text not null,
    name text not null,
    distinct_id text not null,
    person_id uuid references person,
    session_id text,
    page_url text,
    route text,
    element text,
    element_text text,
    expects_bursts boolean not null default false,       -- a stepper, a pager: bursts there are no distress
    heard boolean not null default false,                -- some detector wants it
    verified boolean not null default false,             -- a signed token or a secret key vouched for the person
    release text,
    properties jsonb not null default '{}',
    occurred_at timestamptz not null,
    received_at timestamptz not null,
    examined_at timestamptz,                             -- detectors have looked at it, or have no use for it
    unique (app_id, dedupe_key)
);
create index event_person on event (person_id, occurred_at desc, id desc) where person_id is not null;
create index event_distinct on event (distinct_id, occurred_at desc, id desc);
create index event_name on event (name, occurred_at desc, id desc);
create index event_route on event (route, occurred_at desc, id desc) where route is not null;
create index event_element on event (element, occurred_at desc, id desc) where element is not null;
create index event_recent on event (occurred_at desc, id desc);
create index event_unexamined on event (id) where examined_at is null;

create table identity (
    app_id uuid not null references product_app,
    distinct_id text not null,
    person_id uuid not null references person,
    verified boolean not null default false,             -- a signed token said so; only then may a message follow
    created_at timestamptz not null,
    primary key (app_id, distinct_id)
);
create index identity_person on identity (person_id);

create table friction_point (
    id uuid primary key,
    number bigint generated always as identity unique,
    app_id uuid not null references product_app,
    kind text not null,
    route text not null,
    element text not null,
    label text not null,
    signal_count integer not null default 0,
    first_at timestamptz not null,
    last_at timestamptz not null,
    unique (app_id, kind, route, element)
);

create table friction_cluster (
    friction_point_id uuid not null references friction_point on delete cascade,
    cluster_id uuid not null references cluster on delete cascade,
    weight real not null,
    reason text not null,
    created_at timestamptz not null,
    primary key (friction_point_id, cluster_id)
);
create index friction_cluster_cluster on friction_cluster (cluster_id);

create table episode (
    id uuid primary key,
    person_id uuid references person,
    distinct_id text,                                    -- while the person is unknown
    cluster_id uuid references cluster,
    friction_point_id uuid references friction_point,
    state text not null default 'seen'
        check (state in ('seen', 'clustered', 'filed', 'shipped', 'told', 'recovered', 'dropped')),
    state_reason text not null default '',
    started_at timestamptz not null,
    last_pain_at timestamptz not null,
    reported_at timestamptz,                             -- first time they asked; null: silent sufferer
    created_at timestamptz not null,
    check (person_id is not null or distinct_id is not null),
    check (cluster_id is not null or friction_point_id is not null)
);
create index episode_person on episode (person_id, last_pain_at desc);
create index episode_cluster on episode (cluster_id, last_pain_at desc);
create index episode_friction on episode (friction_point_id, last_pain_at desc);
create index episode_distinct on episode (distinct_id) where person_id is null;

create table signal (
    id uuid primary key,
    detector text not null,
    friction_point_id uuid not null references friction_point,
    episode_id uuid not null references episode,
    person_id uuid references person,
    distinct_id text not null,
    session_id text,
    verified boolean not null,
    evidence uuid[] not null,                            -- events, oldest first
    first_event_id uuid not null,
    release text,
    occurred_at timestamptz not null,
    found_at timestamptz not null,
    unique (detector, first_event_id)
);
create index signal_friction on signal (friction_point_id, occurred_at desc);
create index signal_distinct on signal (distinct_id, occurred_at desc);
create index signal_person on signal (person_id, occurred_at desc);
create index signal_episode on signal (episode_id);
