"""What a person says about themselves, and their picture."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from kb.core.database import connection

ID = "2026-11-26T21:00:00:000033"
VERSION = "1.38.0"
DESCRIPTION = "Profiles"

SQL = """
alter table person
    add column headline text not null default '',        -- what they are, in a line
    add column pronouns text not null default '',
    add column place text not null default '',
    add column website text not null default '',         -- http or https
    add column about_source text not null default '',    -- Markdown
    add column about_html text not null default '',      -- has passed the last gate
    add column picture text not null default '',         -- where their square picture is found; '' for none
    add column hides_profile boolean not null default false;
"""


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="kb", description=DESCRIPTION)

    async def run() -> None:
        async with connection() as conn:
            await conn.execute(SQL)

    manager.add_raw(run)
    return manager
