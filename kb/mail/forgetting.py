"""Mail as it came is kept for a year, so that what was left out of a ticket can be had; what became of it stays."""

from datetime import timedelta

from kb.core.clock import now
from kb.core.database import execute

KEPT = timedelta(days=365)


async def forget_old_mail(*, limit: int = 1000) -> int:
    """Forget the bytes of what was handled so long ago; what waits for people is kept until they have decided."""
    return await execute(
        "update received_mail set content = null where id in (select id from received_mail where content is not null"
        " and received_at < $1 and state not in ('waiting', 'review') order by received_at limit $2)",
        now() - KEPT,
        limit,
    )
