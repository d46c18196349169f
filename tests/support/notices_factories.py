"""What people were told, for tests of notices."""

from typing import Any

from kb.core.actor import Actor
from kb.core.database import execute, fetch_all
from kb.notices.queries import NoticeView, list_notices


async def told(person: Actor) -> list[tuple[str, str]]:
    """(kind, topic's title) of everything the person may read of what they were told, oldest first."""
    return [(one.kind, one.title) for one in reversed((await list_notices(person)).notices)]


async def notices_of(person: Actor) -> list[NoticeView]:
    """Their notices, newest first."""
    return (await list_notices(person)).notices


async def rows_of(table: str, person: Actor) -> list[Any]:
    """A person's rows, oldest first."""
    return await fetch_all(f"select * from {table} where person_id = $1 order by id", person.person_id)


async def forget_outbox() -> None:
    """As if every message had been lost."""
    await execute("delete from outbox_delivery")
    await execute("delete from outbox_message")
