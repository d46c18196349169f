-- Private requests and their messages.
create table ticket (
    id uuid primary key,
    number bigint generated always as identity unique,   -- in addresses: /tickets/<number>
    subject text not null,
    requester_id uuid not null references person,
    assignee_id uuid references person,
    state text not null default 'open' check (state in ('open', 'pending', 'solved')),
    channel text not null check (channel in ('form', 'api', 'email', 'widget', 'import')),
    page_url text,
    message_count integer not null default 1,            -- notes not counted: the requester sees this number
    last_message_at timestamptz not null,                -- notes do not move it, for the same reason
    solved_at timestamptz,
    source text,
    source_id text,
    created_at timestamptz not null,
    unique (source, source_id)
);
create index ticket_queue on ticket (state, last_message_at desc, id desc);
create index ticket_assignee on ticket (assignee_id, last_message_at desc) where state <> 'solved';
create index ticket_requester on ticket (requester_id, created_at desc);

create table ticket_message (
    id uuid primary key,
    ticket_id uuid not null references ticket on delete cascade,
    author_id uuid not null references person,
    kind text not null check (kind in ('customer', 'agent', 'note')),
    position integer not null,
    body_source text not null,
    body_html text not null,
    renderer text not null,                              -- version of the renderer that made body_html
    source text,
    source_id text,
    created_at timestamptz not null,
    unique (ticket_id, position),
    unique (source, source_id)
);
