-- Spaces, topics and posts.
create table space (
    id uuid primary key,
    slug text not null unique,
    name text not null,
    description text not null default '',
    visibility text not null default 'public' check (visibility in ('public', 'members', 'staff')),
    position integer not null default 0,
    topic_count integer not null default 0,              -- topics not hidden
    solved_count integer not null default 0,             -- of these, those with an accepted answer
    created_at timestamptz not null
);

create table topic (
    id uuid primary key,
    number bigint generated always as identity unique,   -- in addresses: /t/<number>/<slug>
    space_id uuid not null references space,
    author_id uuid not null references person,
    title text not null,
    slug text not null,
    excerpt text not null default '',                    -- opening of the first post, for lists
    accepted_post_id uuid,
    post_count integer not null default 1,               -- posts not hidden, the first included
    vote_count integer not null default 0,               -- votes of the first post
    me_too_count integer not null default 0,             -- people besides the asker
    last_posted_at timestamptz not null,
    last_poster_id uuid references person,
    hidden_at timestamptz,
    page_url text,                                       -- product page it was asked from, if any
    source text,
    source_id text,
    created_at timestamptz not null,
    words tsvector generated always as (to_tsvector('english', title)) stored,
    unique (source, source_id)
);
-- Not partial: moderators list hidden topics too, and one plan serves both.
create index topic_by_activity on topic (space_id, last_posted_at desc, id desc);
create index topic_recent on topic (last_posted_at desc, id desc);
create index topic_solved on topic (last_posted_at desc, id desc) where accepted_post_id is not null;
create index topic_author on topic (author_id, created_at desc);
create index topic_words on topic using gin (words);
create index topic_title_trigrams on topic using gin (title gin_trgm_ops);

create table post (
    id uuid primary key,
    topic_id uuid not null references topic on delete cascade,
    author_id uuid not null references person,
    position integer not null,                           -- 1 is the question itself
    body_source text not null,
    body_html text not null,
    renderer text not null,                              -- version of the renderer that made body_html
    vote_count integer not null default 0,
    accepted_at timestamptz,
    hidden_at timestamptz,
    edited_at timestamptz,
    source text,
    source_id text,
    licence text,                                        -- of imported text; shown with its author wherever the text is
    created_at timestamptz not null,
    unique (topic_id, position),
    unique (source, source_id)
);
create index post_author on post (author_id, created_at desc);
alter table topic add foreign key (accepted_post_id) references post deferrable initially deferred;

create table post_vote (
    post_id uuid not null references post on delete cascade,
    person_id uuid not null references person on delete cascade,
    created_at timestamptz not null,
    primary key (post_id, person_id)
);

create table me_too (
    topic_id uuid not null references topic on delete cascade,
    person_id uuid not null references person on delete cascade,
    created_at timestamptz not null,
    primary key (topic_id, person_id)
);

create table topic_follower (
    topic_id uuid not null references topic on delete cascade,
    person_id uuid not null references person on delete cascade,
    created_at timestamptz not null,
    primary key (topic_id, person_id)
);
