-- Answers, the articles they grow into, and the ledger of their reuse.
create table article (
    id uuid primary key,
    number bigint generated always as identity unique,   -- in addresses: /kb/<number>/<slug>
    title text not null,
    slug text not null,
    state text not null default 'draft' check (state in ('draft', 'review', 'published', 'archived')),
    visibility text not null default 'public' check (visibility in ('public', 'members', 'staff')),
    revision integer not null default 0,                 -- number of the newest revision
    published_revision integer,
    body_html text not null default '',                  -- of the published revision; of the newest before the first publication
    cluster_id uuid references cluster,
    space_id uuid references space,                      -- the section it stands in on the knowledge base's home
    from_answer_id uuid,
    author_id uuid not null references person,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    published_at timestamptz,                            -- first publication
    verified_at timestamptz,                             -- last time somebody vouched for it: by publishing, or by reading it through
    source text,
    source_id text,
    words tsvector generated always as (                 -- tags are no words to the parser
        setweight(to_tsvector('english', title), 'A') || setweight(to_tsvector('english', body_html), 'B')) stored,
    unique (source, source_id)
);
create index article_published on article (published_at desc) where state = 'published';
create unique index article_from_answer on article (from_answer_id) where state <> 'archived';
create index article_cluster on article (cluster_id);
create index article_words on article using gin (words);
create index article_title_trigrams on article using gin (title gin_trgm_ops);

create table article_revision (
    article_id uuid not null references article on delete cascade,
    number integer not null,
    title text not null,
    body_source text not null,
    body_html text not null,
    renderer text not null,
    author_id uuid not null references person,
    note text not null default '',
    masked jsonb not null default '{}',                  -- what was masked on the way here: {"e-mail": 2}
    created_at timestamptz not null,
    primary key (article_id, number)
);

create table answer (
    id uuid primary key,
    kind text not null check (kind in ('post', 'reply', 'article')),
    source_id uuid not null unique,                      -- post, ticket message or article
    parent_id uuid not null,                             -- topic, ticket or article: where a reader is sent
    cluster_id uuid references cluster,
    author_id uuid references person,
    visibility text not null check (visibility in ('public', 'members', 'staff', 'private')),
    title text not null,
    excerpt text not null,                               -- plain text, about 280 characters
    text_hash bytea not null default '',                 -- of the whole text: a changed text is a new revision
    revision integer not null default 1,
    accepted boolean not null default false,
    retired_at timestamptz,                              -- un-accepted, hidden, archived
    created_at timestamptz not null
);
create index answer_cluster on answer (cluster_id) where retired_at is null;
create index answer_parent on answer (kind, parent_id);
alter table article add foreign key (from_answer_id) references answer;

-- The reuse ledger: append only.
create table answer_use (
    id uuid primary key,
    answer_id uuid not null references answer,
    revision integer not null,
    cluster_id uuid references cluster,
    kind text not null check (kind in ('shown', 'opened', 'inserted', 'said_solved', 'reopened', 're_asked')),
    surface text not null check (surface in ('ask', 'search', 'topic', 'article', 'desk', 'widget', 'api', 'email')),
    person_id uuid references person,                    -- who met the answer; for insertions, who received it
    visitor text,                                        -- hashed visitor for people not signed in
    page_url text,
    created_at timestamptz not null,
    check (person_id is not null or visitor is not null)
);
create index answer_use_answer on answer_use (answer_id, kind, created_at);
create index answer_use_person on answer_use (person_id, cluster_id, created_at);
