"""Searches that found nothing are kept until they are questions or nobody else asks the same."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from kb.core.database import connection

ID = "2026-11-26T09:00:00:000071"
VERSION = "1.38.0"
DESCRIPTION = "Searches that found nothing"

SQL = """
create table failed_search (
    id uuid primary key,
    words text not null,                                 -- as typed, personal data masked
    settled text not null,                               -- equal for searches that differ in case, spacing or final punctuation
    person_id uuid references person on delete cascade,
    visitor text,                                        -- keyed hash of a network address
    created_at timestamptz not null,
    check ((person_id is null) <> (visitor is null))
);
create unique index failed_search_person on failed_search (settled, person_id) where person_id is not null;
create unique index failed_search_visitor on failed_search (settled, visitor) where visitor is not null;
create index failed_search_created on failed_search (created_at);
alter table asks_nothing drop constraint asks_nothing_source_kind_check;
alter table asks_nothing add constraint asks_nothing_source_kind_check
    check (source_kind in ('topic', 'ticket', 'search')) not valid;
create index failed_search_of_person on failed_search (person_id) where person_id is not null;
"""


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="kb", description=DESCRIPTION)

    async def run() -> None:
        async with connection() as conn:
            await conn.execute(SQL)

    manager.add_raw(run)
    return manager
