"""Readers whom an article did not help say what they were trying to do: a question of its own kind."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from kb.core.database import connection

ID = "2026-11-26T21:00:00:000053"
VERSION = "1.38.0"
DESCRIPTION = "What readers were trying to do whom an article did not help"

SQL = """
create table unhelped_reader (
    id uuid primary key,
    article_id uuid not null references article on delete cascade,
    revision integer not null,
    words text not null,                                 -- as typed, personal data masked
    settled text not null,                               -- equal for texts that differ in case, spacing or final punctuation
    person_id uuid references person on delete cascade,
    visitor text,
    created_at timestamptz not null,
    check ((person_id is null) <> (visitor is null))
);
create unique index unhelped_reader_person on unhelped_reader (article_id, person_id, md5(settled)) where person_id is not null;
create unique index unhelped_reader_visitor on unhelped_reader (article_id, visitor, md5(settled)) where visitor is not null;
create index unhelped_reader_of_person on unhelped_reader (person_id) where person_id is not null;
alter table question drop constraint question_source_kind_check;
alter table question add constraint question_source_kind_check
    check (source_kind in ('topic', 'ticket', 'search', 'help', 'chat', 'feedback')) not valid;
alter table asks_nothing drop constraint asks_nothing_source_kind_check;
alter table asks_nothing add constraint asks_nothing_source_kind_check
    check (source_kind in ('topic', 'ticket', 'search', 'feedback')) not valid;
"""


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="kb", description=DESCRIPTION)

    async def run() -> None:
        async with connection() as conn:
            await conn.execute(SQL)

    manager.add_raw(run)
    return manager
