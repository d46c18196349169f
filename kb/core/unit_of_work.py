"""One write, one transaction: rows, audit line and outbox messages commit together or not at all."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any
from uuid import UUID

from kb.core import once, outbox
from kb.core.actor import Actor
from kb.core.clock import now
from kb.core.database import DB, execute_many
from kb.core.ids import new_id
from kb.core.messages import Message, pack


class UnitOfWork:
    """Collects what commits with the rows. `now` is the same for every row of the unit."""

    def __init__(self, actor: Actor) -> None:
        self.actor = actor
        self.now: datetime = now()
        self._messages: list[tuple[UUID, Message]] = []
        self._audit: list[tuple[Any, ...]] = []

    def emit(self, item: Message) -> None:
        """Announce a message; it exists only if the unit commits."""
        self._messages.append((new_id(), item))

    def audit(self, action: str, kind: str, subject_id: UUID | None, /, **detail: Any) -> None:
        """Note who did what to what, e.g. `audit("topic.ask", "topic", topic_id, space="help")`."""
        text = json.dumps(detail, default=str)
        person = self.actor.person_id
        self._audit.append((new_id(), person, self.actor.name, action, kind, subject_id, text, self.now))

    async def _write_down(self) -> None:
        if self._audit:
            await execute_many(
                "insert into audit_line (id, actor_id, actor_name, action, subject_kind, subject_id, detail, created_at)"
                " values ($1, $2, $3, $4, $5, $6, $7::jsonb, $8)",
                self._audit,
            )
        if self._messages:
            await execute_many(
                "insert into outbox_message (id, name, payload, created_at, next_attempt_at) values ($1, $2, $3::jsonb, $4, $4)",
                [(id_, type(item).__name__, pack(item), self.now) for id_, item in self._messages],
            )


@asynccontextmanager
async def unit_of_work(actor: Actor) -> AsyncIterator[UnitOfWork]:
    """Open the transaction of one write. Opening a second one inside raises: Piccolo would silently join them.

    After the commit the messages are offered to the queue; if the queue is down the sweep offers them later.
    """
    unit = UnitOfWork(actor)
    async with DB.transaction(allow_nested=False):
        yield unit
        await unit._write_down()
        await once.mark_written()
    if unit._messages:
        await outbox.offer([id_ for id_, _ in unit._messages])
