"""Proofs of work that were used."""

from piccolo.apps.migrations.auto.migration_manager import MigrationManager

from kb.core.database import connection

ID = "2026-11-27T01:00:00:000033"
VERSION = "1.38.0"
DESCRIPTION = "Proofs of work that were used"

SQL = """
create table spent_proof (
    challenge text primary key,
    good_until timestamptz not null
);
create index spent_proof_good on spent_proof (good_until);
"""


async def forwards() -> MigrationManager:
    manager = MigrationManager(migration_id=ID, app_name="kb", description=DESCRIPTION)

    async def run() -> None:
        async with connection() as conn:
            await conn.execute(SQL)

    manager.add_raw(run)
    return manager
