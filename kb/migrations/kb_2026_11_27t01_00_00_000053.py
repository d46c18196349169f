"""Articles in several languages: a translation is an article of its own that names the one it translates."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from kb.core.database import connection

ID = "2026-11-27T01:00:00:000053"
VERSION = "1.38.0"
DESCRIPTION = "Translations of articles, and which revision of the original each of their revisions translates"

SQL = """
alter table article
    add column language text not null default 'en',
    add column translation_of uuid references article on delete cascade;
alter table article add column family_id uuid generated always as (coalesce(translation_of, id)) stored;
create unique index article_family on article (family_id, language);
alter table article_revision add column translated_revision integer;   -- of the original; null in an original
"""


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="kb", description=DESCRIPTION)

    async def run() -> None:
        async with connection() as conn:
            await conn.execute(SQL)

    manager.add_raw(run)
    return manager
