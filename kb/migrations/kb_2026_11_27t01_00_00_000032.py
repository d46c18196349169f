"""What moderators' verdicts teach about spam."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from kb.core.database import connection

ID = "2026-11-27T01:00:00:000032"
VERSION = "1.38.0"
DESCRIPTION = "What verdicts teach about spam"

SQL = """
create table spam_verdict (
    post_id uuid primary key references post on delete cascade,
    is_spam boolean not null,
    words text[] not null                                -- folded, each once; counted in spam_word
);
create table spam_word (
    word text primary key,
    spam integer not null,                               -- texts of either kind that hold it
    fair integer not null
);
"""


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="kb", description=DESCRIPTION)

    async def run() -> None:
        async with connection() as conn:
            await conn.execute(SQL)

    manager.add_raw(run)
    return manager
