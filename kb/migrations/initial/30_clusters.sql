-- Questions, their vectors, and the clusters of questions that want the same answer.
create table cluster (
    id uuid primary key,
    number bigint generated always as identity unique,   -- in addresses: /clusters/<number>
    label text not null default '',
    label_by text not null default 'words' check (label_by in ('words', 'model', 'person')),
    representative_id uuid,
    question_count integer not null default 0,
    person_count integer not null default 0,
    first_asked_at timestamptz,
    last_asked_at timestamptz,
    merged_into uuid references cluster,                 -- redirects for ever
    created_at timestamptz not null,
    refreshed_at timestamptz
);
create index cluster_alive on cluster (question_count desc) where merged_into is null;

create table question (
    id uuid primary key,
    source_kind text not null check (source_kind in ('topic', 'ticket', 'search', 'help', 'chat')),
    source_id uuid not null,                             -- topic, ticket message, or the row that recorded the search or query
    segment smallint not null default 0,                 -- a long ticket holds several problems
    parent_id uuid not null,                             -- topic or ticket the source belongs to; the source itself otherwise
    person_id uuid references person,
    account_id uuid references account,
    title text not null,                                 -- what a reader sees of it
    text text not null,                                  -- what is embedded: cleaned
    text_hash bytea not null,
    visibility text not null check (visibility in ('public', 'members', 'staff', 'private')),
    page_url text,
    asked_at timestamptz not null,
    cluster_id uuid references cluster,
    joined_by text check (joined_by in ('online', 'refresh', 'person')),
    joined_reason text,
    similarity real,
    considered_at timestamptz,                           -- last time the online job looked at it, clustered or left alone
    created_at timestamptz not null,
    words tsvector generated always as (to_tsvector('english', title || ' ' || text)) stored,
    unique (source_kind, source_id, segment)
);
create index question_cluster on question (cluster_id, asked_at desc);
create index question_parent on question (source_kind, parent_id);
create index question_person on question (person_id, asked_at desc);
create index question_unconsidered on question (id) where considered_at is null;
create index question_words on question using gin (words);
create index question_title_trigrams on question using gin (title gin_trgm_ops);
alter table cluster add foreign key (representative_id) references question on delete set null;

create table embedding_model (
    id smallint generated always as identity primary key,
    fingerprint text not null unique,
    dimensions integer not null,
    active boolean not null default false,
    created_at timestamptz not null
);
create unique index one_active_model on embedding_model (active) where active;

-- A vector belongs to one model, and its length is checked against that model's, so vectors of different models never meet.
create table question_vector (
    question_id uuid not null references question on delete cascade,
    model_id smallint not null references embedding_model,
    text_hash bytea not null,
    dimensions integer not null,
    vector vector not null,
    primary key (question_id, model_id),
    check (vector_dims(vector) = dimensions)
);
alter table embedding_model add unique (id, dimensions);
alter table question_vector add foreign key (model_id, dimensions) references embedding_model (id, dimensions);

create table cluster_event (
    id uuid primary key,
    cluster_id uuid not null references cluster,
    kind text not null check (kind in ('founded', 'joined', 'merged', 'split', 'dissolved', 'renamed', 'moved')),
    actor_name text not null,
    reason text not null,
    detail jsonb not null default '{}',
    created_at timestamptz not null
);
create index cluster_event_of on cluster_event (cluster_id, id);

-- What people decided; every refresh obeys. A pinned question stays where somebody put it; null: alone.
create table cluster_pin (
    question_id uuid primary key references question on delete cascade,
    cluster_id uuid references cluster,
    actor_id uuid references person,
    created_at timestamptz not null
);

create table cluster_refresh (
    id uuid primary key,
    questions integer not null,
    clusters integer not null,
    changed integer not null,                            -- questions whose cluster changed
    novelty real not null,                               -- floors measured on this corpus, used online until the next refresh
    founding real not null,
    seconds real not null,
    created_at timestamptz not null
);
