"""The log does not grow for ever."""

from kb.core.clock import now
from kb.core.database import execute
from kb.core.pruning import BATCH, first_id_at, in_batches
from kb.hooks.rules import KEPT


async def forget_old_deliveries() -> int:
    """Remove deliveries that came to an end long ago, and webhooks deleted long ago with all of theirs; returns how many deliveries."""
    before = now() - KEPT
    await execute("delete from webhook where deleted_at < $1", before)
    return await in_batches(
        lambda: execute(
            "delete from webhook_delivery where id in (select id from webhook_delivery where id < $1 and created_at < $2"
            " and (settled_at < $2 or settled_at is null) order by id limit $3)",
            first_id_at(before),
            before,
            BATCH,
        )
    )
