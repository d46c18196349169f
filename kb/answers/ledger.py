"""Reading the reuse ledger: how many people met an answer, and how. Staff only."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from kb.core.actor import Actor
from kb.core.database import fetch_all
from kb.core.permissions import Permission


@dataclass(frozen=True, slots=True)
class Uses:
    """People and visitors, each once, by what they did with the answer over all its revisions."""

    shown: int = 0
    opened: int = 0
    inserted: int = 0
    sent: int = 0
    edited_then_sent: int = 0
    said_solved: int = 0
    reopened: int = 0
    re_asked: int = 0


async def count_uses(actor: Actor, answer_ids: Sequence[UUID]) -> dict[UUID, Uses]:
    """Each answer's line of the ledger; an answer nobody met has a line of zeros."""
    actor.require(Permission.CLUSTER_READ)
    rows = await fetch_all(
        "select answer_id, kind, count(distinct coalesce(person_id::text, visitor))::int as people from answer_use"
        " where answer_id = any($1::uuid[]) group by answer_id, kind",
        list(answer_ids),
    )
    found: dict[UUID, dict[str, int]] = {answer_id: {} for answer_id in answer_ids}
    for row in rows:
        found[row["answer_id"]][row["kind"]] = row["people"]
    return {answer_id: Uses(**kinds) for answer_id, kinds in found.items()}
