"""What readers say of an article: helpful or not, and what was wrong with it."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from kb.core.database import connection

ID = "2026-11-26T21:00:00:000052"
VERSION = "1.38.0"
DESCRIPTION = "Readers' yes and no to articles, kept with the revision they read"

SQL = """
create table article_feedback (
    id uuid primary key,
    article_id uuid not null references article on delete cascade,
    revision integer not null,                           -- the one that was published when they said it
    helpful boolean not null,
    reason text not null default '' check (reason in ('', 'outdated', 'incomplete', 'unclear', 'failed', 'unrelated')),
    person_id uuid references person on delete cascade,
    visitor text,                                        -- a random id out of a signed cookie, or a keyed hash of a network address
    created_at timestamptz not null,
    updated_at timestamptz not null,
    check ((person_id is null) <> (visitor is null)),
    check (reason = '' or not helpful)
);
create unique index article_feedback_person on article_feedback (article_id, revision, person_id) where person_id is not null;
create unique index article_feedback_visitor on article_feedback (article_id, revision, visitor) where visitor is not null;
create index article_feedback_of_person on article_feedback (person_id) where person_id is not null;
"""


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="kb", description=DESCRIPTION)

    async def run() -> None:
        async with connection() as conn:
            await conn.execute(SQL)

    manager.add_raw(run)
    return manager
