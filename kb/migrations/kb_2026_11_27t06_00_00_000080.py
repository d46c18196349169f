"""Conversations with the assistant, the flows that lead some of them, and what people confirmed in them."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from kb.core.database import connection

ID = "2026-11-27T06:00:00:000080"
VERSION = "1.38.0"
DESCRIPTION = "Conversations, their turns, flows and confirmed actions; tickets that came out of a chat"

SQL = """
create table flow (
    id uuid primary key,
    name text not null,
    enabled_version integer,                             -- null: switched off
    created_at timestamptz not null
);
create unique index flow_name on flow (lower(name));

-- Every text a flow ever had: a conversation goes on with the one it began with.
create table flow_version (
    flow_id uuid not null references flow on delete cascade,
    number integer not null,
    source text not null,                                -- YAML as typed
    made_by uuid references person on delete set null,
    created_at timestamptz not null,
    primary key (flow_id, number)
);
alter table flow add foreign key (id, enabled_version) references flow_version (flow_id, number);

create table conversation (
    id uuid primary key,
    surface text not null check (surface in ('page', 'widget')),
    app_id uuid references product_app on delete cascade,
    person_id uuid references person on delete cascade,  -- vouched for: a session, or a token a product signed
    secret_hash bytea not null,                          -- whoever shows the secret goes on, where nobody is vouched for
    visitor text not null,
    page_url text,
    turn_count integer not null default 0,
    last_question text not null default '',              -- what a follow-up is about
    misses smallint not null default 0,                  -- questions in a row that found nothing
    awaits text not null default '',                     -- 'address' where one is wanted before it is handed over
    address text not null default '',                    -- left by somebody nobody vouches for: it opens nothing
    flow_id uuid,
    flow_version integer,
    flow_step text not null default '',                  -- where a flow waits; '' where none runs
    flow_answers jsonb not null default '{}',
    tags text[] not null default '{}',
    ticket_id uuid references ticket on delete set null,
    created_at timestamptz not null,
    last_turn_at timestamptz not null,
    foreign key (flow_id, flow_version) references flow_version (flow_id, number)
);
create index conversation_person on conversation (person_id, last_turn_at desc) where person_id is not null;
create index conversation_ticket on conversation (ticket_id) where ticket_id is not null;
create index conversation_age on conversation (last_turn_at);

create table turn (
    id uuid primary key,
    conversation_id uuid not null references conversation on delete cascade,
    position integer not null,
    speaker text not null check (speaker in ('person', 'assistant')),
    kind text not null,
    body text not null default '',
    detail jsonb not null default '{}',                  -- answers by id only: what they say is read again each time
    asks boolean not null default false,                 -- a question of its own, to be clustered
    created_at timestamptz not null,
    unique (conversation_id, position)
);
create index turn_asking on turn (id) where asks;

-- What a person confirmed with a button. Nothing else makes a row here.
create table chat_action (
    id uuid primary key,
    conversation_id uuid not null references conversation on delete cascade,
    turn_id uuid not null unique references turn on delete cascade,
    kind text not null check (kind in ('open_ticket', 'show_article', 'call_webhook', 'set_tag')),
    detail jsonb not null,
    confirmed_at timestamptz not null,
    done_at timestamptz,
    error text not null default ''
);
create index chat_action_waiting on chat_action (confirmed_at) where done_at is null;

alter table ticket drop constraint ticket_channel_check;
alter table ticket add constraint ticket_channel_check
    check (channel in ('form', 'api', 'email', 'widget', 'import', 'chat')) not valid;
alter table answer_use drop constraint answer_use_surface_check;
alter table answer_use add constraint answer_use_surface_check
    check (surface in ('ask', 'search', 'topic', 'article', 'desk', 'widget', 'api', 'email', 'assistant')) not valid;
alter table asks_nothing drop constraint asks_nothing_source_kind_check;
alter table asks_nothing add constraint asks_nothing_source_kind_check
    check (source_kind in ('topic', 'ticket', 'search', 'feedback', 'chat')) not valid;
"""


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="kb", description=DESCRIPTION)

    async def run() -> None:
        async with connection() as conn:
            await conn.execute(SQL)

    manager.add_raw(run)
    return manager
