"""Promotion: proposals, and where each passage of an article comes from."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from kb.core.database import connection

ID = "2026-11-27T06:00:00:000060"
VERSION = "1.38.0"
DESCRIPTION = "Proposals to promote what is reused, and the sources of an article's passages"

SQL = """
create table promotion (
    id uuid primary key,
    cluster_id uuid not null references cluster,
    kind text not null check (kind in ('article', 'issue')),
    state text not null check (state in ('open', 'accepted', 'dismissed', 'overtaken')),
    answer_id uuid not null references answer,           -- the answer that crossed; of an issue, the best that does not help enough
    why jsonb not null,                                  -- the figures as they stood when it was proposed
    volume integer not null,                             -- people who had asked by then, or when it was decided
    proposed_at timestamptz not null,
    decided_at timestamptz,
    decided_by uuid references person,
    reason text not null default '',
    article_id uuid references article,
    issue_id uuid references issue,
    unique (cluster_id, kind)                            -- one proposal however often it is made; it comes back as the same row
);
create index promotion_open on promotion (proposed_at) where state = 'open';

-- A passage is known by the hash of its words: an edit elsewhere leaves it traced, an edit of it does not.
create table article_trace (
    article_id uuid not null references article on delete cascade,
    passage bytea not null,
    answer_id uuid not null references answer,
    answer_revision integer not null,
    primary key (article_id, passage, answer_id)
);
create index article_trace_answer on article_trace (answer_id);

-- By the day of the ledger, for what looks at the last days alone; it only grows, so the small index does.
create index answer_use_days on answer_use using brin (created_at);
"""


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="kb", description=DESCRIPTION)

    async def run() -> None:
        async with connection() as conn:
            await conn.execute(SQL)

    manager.add_raw(run)
    return manager
