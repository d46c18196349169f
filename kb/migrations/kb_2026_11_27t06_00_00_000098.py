"""What customers are promised: hours, policies, and the clocks of each ticket."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from kb.core.database import connection

ID = "2026-11-27T06:00:00:000098"
VERSION = "1.38.0"
DESCRIPTION = "Calendars of staffed hours, service level policies, and the clocks of tickets"

SQL = """
create table service_calendar (
    id uuid primary key,
    name text not null,
    time_zone text not null,
    week jsonb not null,                                 -- seven lists, from Monday, of [from, to] in minutes of the day
    holidays date[] not null default '{}',
    created_at timestamptz not null
);
create unique index service_calendar_name on service_calendar (lower(name));

-- The first that fits a ticket holds; an empty condition fits all. Promises are minutes of staffed time, null where nothing is promised.
create table sla_policy (
    id uuid primary key,
    name text not null,
    position integer not null,
    is_on boolean not null default true,
    priorities text[] not null default '{}',
    teams uuid[] not null default '{}',
    tags text[] not null default '{}',
    plans text[] not null default '{}',
    calendar_id uuid references service_calendar,        -- null: around the clock
    first_reply integer check (first_reply > 0),
    next_reply integer check (next_reply > 0),
    solution integer check (solution > 0),
    warn_before integer not null default 30 check (warn_before >= 0),
    version integer not null default 1,
    created_at timestamptz not null,
    check (coalesce(first_reply, next_reply, solution) is not null)
);
create unique index sla_policy_name on sla_policy (lower(name));

-- Up to which message a ticket's clocks have been played, and by which promise.
create table sla_ticket (
    ticket_id uuid primary key references ticket on delete cascade,
    policy_id uuid references sla_policy on delete set null,
    played_position integer not null default 0
);
create index sla_ticket_policy on sla_ticket (policy_id);

create table sla_clock (
    id uuid primary key,
    ticket_id uuid not null references ticket on delete cascade,
    policy_id uuid references sla_policy on delete set null,
    kind text not null check (kind in ('first_reply', 'next_reply', 'solution')),
    started_at timestamptz not null,
    target bigint not null,                              -- seconds of staffed time
    spent bigint not null default 0,                     -- of them used before running_since, or in all where it stands still
    running_since timestamptz,
    due_at timestamptz,                                  -- null while it stands still, and once it is met
    warn_at timestamptz,
    met_at timestamptz,
    warned_at timestamptz,
    breached_at timestamptz,
    unique (ticket_id, kind, started_at)
);
create index sla_clock_due on sla_clock (due_at) where met_at is null and breached_at is null and due_at is not null;
create index sla_clock_warn on sla_clock (warn_at) where met_at is null and warned_at is null and warn_at is not null;
create index sla_clock_started on sla_clock (started_at desc, id desc);
"""


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="kb", description=DESCRIPTION)

    async def run() -> None:
        async with connection() as conn:
            await conn.execute(SQL)

    manager.add_raw(run)
    return manager
