"""Who holds which badge."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from kb.core.database import connection

ID = "2026-11-26T21:00:00:000032"
VERSION = "1.38.0"
DESCRIPTION = "Badges that reward solved problems"

SQL = """
create table badge_holder (
    badge text not null,                                 -- a key of kb/standing/badges.py
    person_id uuid not null references person on delete cascade,
    given_at timestamptz not null,
    revoked_at timestamptz,                              -- stays, so that the job does not give it again
    revoked_by uuid references person on delete set null,
    primary key (badge, person_id)
);
create index badge_holder_person on badge_holder (person_id);
create index badge_holder_newest on badge_holder (badge, given_at desc) where revoked_at is null;
create index post_accepted on post (author_id, accepted_at) where accepted_at is not null;
"""


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="kb", description=DESCRIPTION)

    async def run() -> None:
        async with connection() as conn:
            await conn.execute(SQL)

    manager.add_raw(run)
    return manager
