"""What happens to a cluster is written down with its reason, so that people can follow it and undo it."""

import json
from typing import Any
from uuid import UUID

from kb.core.database import execute
from kb.core.ids import new_id
from kb.core.unit_of_work import UnitOfWork


async def note_event(
    unit: UnitOfWork, cluster_id: UUID, kind: str, *, reason: str, change_id: UUID | None = None, **detail: Any
) -> None:
    """One line of the cluster's history, inside the unit that makes it true; with a `change_id` it can be undone."""
    await execute(
        "insert into cluster_event (id, cluster_id, kind, actor_name, reason, detail, created_at, change_id)"
        " values ($1, $2, $3, $4, $5, $6::jsonb, $7, $8)",
        new_id(),
        cluster_id,
        kind,
        unit.actor.name,
        reason,
        json.dumps(detail, default=str),
        unit.now,
        change_id,
    )
