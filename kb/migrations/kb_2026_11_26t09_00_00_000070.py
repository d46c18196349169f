"""A part of the sitemap is read from one index; feeds and searches without words find the newest first."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from kb.core.database import connection

ID = "2026-11-26T09:00:00:000070"
VERSION = "1.38.0"
DESCRIPTION = "Indexes for sitemaps, feeds and searches without words"

SQL = """
create index topic_in_sitemap on topic (number) include (space_id, slug, last_posted_at)
    where hidden_at is null and duplicate_of is null;
create index article_in_sitemap on article (number) include (slug, updated_at)
    where state = 'published' and visibility = 'public';
create index topic_newest on topic (created_at desc, id desc);
create index topic_newest_in_space on topic (space_id, created_at desc, id desc);
create index question_asked on question (asked_at desc, id);
"""


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="kb", description=DESCRIPTION)

    async def run() -> None:
        async with connection() as conn:
            await conn.execute(SQL)

    manager.add_raw(run)
    return manager
