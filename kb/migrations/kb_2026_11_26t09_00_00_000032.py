"""Polls within posts."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from kb.core.database import connection

ID = "2026-11-26T09:00:00:000032"
VERSION = "1.38.0"
DESCRIPTION = "Polls, their options and votes"

SQL = """
create table poll (
    id uuid primary key,
    post_id uuid not null unique references post on delete cascade,
    question text not null,
    is_multiple boolean not null default false,
    hides_results boolean not null default false,        -- until one has voted, or it is closed
    closes_at timestamptz,
    voter_count integer not null default 0,              -- people, not votes
    created_at timestamptz not null
);

create table poll_option (
    id uuid primary key,
    poll_id uuid not null references poll on delete cascade,
    position integer not null,
    text text not null,
    vote_count integer not null default 0,
    unique (poll_id, position)
);

create table poll_vote (
    option_id uuid not null references poll_option on delete cascade,
    person_id uuid not null references person on delete cascade,
    poll_id uuid not null references poll on delete cascade,
    created_at timestamptz not null,
    primary key (option_id, person_id)
);
create index poll_vote_of_person on poll_vote (person_id, poll_id);
create index poll_vote_of_poll on poll_vote (poll_id);
"""


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="kb", description=DESCRIPTION)

    async def run() -> None:
        async with connection() as conn:
            await conn.execute(SQL)

    manager.add_raw(run)
    return manager
