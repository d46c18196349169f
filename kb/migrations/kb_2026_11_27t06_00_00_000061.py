"""Staleness: what readers and agents did with each article by day, and the evidence measured from it."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from kb.core.database import connection

ID = "2026-11-27T06:00:00:000061"
VERSION = "1.38.0"
DESCRIPTION = "Days of an article, and the evidence that it does not hold any more"

SQL = """
create table article_day (                               -- only days on which something happened
    article_id uuid not null references article on delete cascade,
    day date not null,                                   -- UTC
    readers integer not null,                            -- members who opened it
    asked_again integer not null,                        -- of them, those who asked in its cluster within seven days
    visitors integer not null,                           -- who opened it and were not signed in: nobody sees them ask
    sent integer not null,                               -- replies it was inserted into and sent with
    rewritten integer not null,                          -- of them, those that kept too little of it
    primary key (article_id, day)
);
create index article_day_by_day on article_day (day);

create table article_day_done (                          -- days that are rolled up; the sweep finds the missing
    day date primary key,
    done_at timestamptz not null
);

create table article_staleness (
    article_id uuid primary key references article on delete cascade,
    failure real not null,                               -- 0 to 1: how surely, and how much, it lets people down
    traffic integer not null,                            -- readings and replies of ninety days
    weight real not null,                                -- traffic x failure: what the list is ordered by
    measured_at timestamptz not null
);
create index article_staleness_weight on article_staleness (weight desc);

create table article_evidence (
    article_id uuid not null references article on delete cascade,
    kind text not null check (kind in ('asked_again', 'rewritten', 'contradicted', 'shipped', 'drifted')),
    strength real not null,
    detail jsonb not null,                               -- the figures it is said with
    primary key (article_id, kind)
);
"""


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="kb", description=DESCRIPTION)

    async def run() -> None:
        async with connection() as conn:
            await conn.execute(SQL)

    manager.add_raw(run)
    return manager
