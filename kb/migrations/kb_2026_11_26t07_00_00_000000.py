"""A question may be an alias: its topic or ticket was marked a duplicate, and whoever finds it is led to the original."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from kb.core.database import connection

ID = "2026-11-26T07:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "Questions of duplicates are aliases of the original"

SQL = """
alter table question add column alias_kind text check (alias_kind in ('topic', 'ticket'));
alter table question add column alias_of uuid;           -- topic or ticket that is shown instead of this question's own
alter table question add check ((alias_kind is null) = (alias_of is null));
create index question_alias on question (alias_kind, alias_of) where alias_of is not null;
"""


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="kb", description=DESCRIPTION)

    async def run() -> None:
        async with connection() as conn:
            await conn.execute(SQL)

    manager.add_raw(run)
    return manager
