"""Questions and articles carry a generation: a search index outside the database can tell which of two writes is the newer."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from kb.core.database import connection

ID = "2026-11-26T08:00:00:000010"
VERSION = "1.38.0"
DESCRIPTION = "Generations of what is searched"

SQL = """
create sequence search_generation;
alter table question add column generation bigint not null default 0;   -- grows with every change a searcher could notice
alter table article add column generation bigint not null default 0;

-- Two changes of one row wait for each other, so its numbers grow in the order in which they commit.
create function take_search_generation() returns trigger language plpgsql as $$
begin
    new.generation := nextval('search_generation');
    return new;
end $$;
create trigger question_born before insert on question for each row execute function take_search_generation();
create trigger question_changed before update on question for each row
    when ((old.title, old.text, old.visibility, old.parent_id) is distinct from (new.title, new.text, new.visibility, new.parent_id))
    execute function take_search_generation();
create trigger article_born before insert on article for each row execute function take_search_generation();
create trigger article_changed before update on article for each row
    when ((old.title, old.body_html, old.visibility, old.state) is distinct from (new.title, new.body_html, new.visibility, new.state))
    execute function take_search_generation();
"""


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="kb", description=DESCRIPTION)

    async def run() -> None:
        async with connection() as conn:
            await conn.execute(SQL)

    manager.add_raw(run)
    return manager
