"""Bringing a database to the present shape."""

import contextlib
import io

from piccolo.apps.migrations.commands.forwards import ForwardsMigrationManager

from kb.core.database import connection, fetch_value

_MIGRATION_LOCK = 7_310_001
"""Postgres advisory lock, so that a web process and a worker starting together do not migrate twice."""


async def migrate() -> str:
    """Apply every migration not yet applied; returns the newest one's name. Raises RuntimeError with Piccolo's words on failure."""
    async with connection() as held:
        await held.execute("select pg_advisory_lock($1)", _MIGRATION_LOCK)
        try:
            await _run_migrations()
        finally:
            await held.execute("select pg_advisory_unlock($1)", _MIGRATION_LOCK)
    return str(await fetch_value("select name from migration order by id desc limit 1"))


async def _run_migrations() -> None:
    told = io.StringIO()
    with contextlib.redirect_stdout(told):
        result = await ForwardsMigrationManager(app_name="kb", migration_id="all").run()
    if not result.success:
        raise RuntimeError(f"migration failed: {result.message or told.getvalue()}")
