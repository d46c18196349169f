-- Persons, their accounts, sessions and keys; the customer's products whose pages we serve.
create table account (
    id uuid primary key,
    external_id text unique,
    name text not null,
    plan text not null default '',
    monthly_revenue numeric(12, 2) not null default 0,
    created_at timestamptz not null
);

create table person (
    id uuid primary key,
    email text,
    email_verified_at timestamptz,
    name text not null default '',
    username text,
    password_hash text,
    role text not null default 'member' check (role in ('member', 'agent', 'product_manager', 'moderator', 'admin')),
    account_id uuid references account,
    external_id text,                 -- the customer's own id for this person; set by a signed token only
    external_verified boolean not null default false,
    avatar_hue smallint not null default 0,
    source text,                      -- import this person came from, null when they signed up here
    source_id text,
    created_at timestamptz not null,
    suspended_at timestamptz,
    unique (source, source_id)
);
create unique index person_email on person (lower(email));
create unique index person_username on person (lower(username));
create unique index person_external on person (external_id) where external_id is not null;

create table session (
    id uuid primary key,
    token_hash bytea not null unique,
    person_id uuid not null references person on delete cascade,
    user_agent text not null default '',
    created_at timestamptz not null,
    expires_at timestamptz not null
);
create index session_person on session (person_id);

create table api_key (
    id uuid primary key,
    person_id uuid not null references person on delete cascade,
    name text not null,
    prefix text not null,             -- shown to tell keys apart; the key itself is kept only as a hash
    key_hash bytea not null unique,
    scopes text[] not null,
    created_at timestamptz not null,
    last_used_at timestamptz,
    revoked_at timestamptz
);

create table product_app (
    id uuid primary key,
    name text not null,
    write_key text not null unique,   -- public: it stands in the customer's pages
    signing_secret text not null,     -- private: signs the tokens that say who a customer is
    created_at timestamptz not null
);
