"""Reading what refreshes propose. Staff only."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from kb.clusters.audiences import LABEL, READABLE_QUESTION, SOURCES
from kb.core.actor import Actor
from kb.core.database import fetch_all, fetch_value
from kb.core.permissions import Permission


@dataclass(frozen=True, slots=True)
class ProposalRow:
    """An open proposal. `questions` would move; `examples` are titles of some of them; `into_` is empty for a split."""

    id: UUID
    kind: str
    number: int
    label: str
    into_number: int | None
    into_label: str
    questions: int
    examples: tuple[str, ...]
    reason: str
    created_at: datetime


async def list_proposals(actor: Actor, *, limit: int = 100) -> list[ProposalRow]:
    """Those nobody has decided, the one that would move most first."""
    actor.require(Permission.CLUSTER_READ)
    rows = await fetch_all(
        f"select p.*, c.number, {LABEL} as label, i.number as into_number,"
        f"   coalesce((select {LABEL} from cluster c where c.id = i.id), '') as into_label,"
        f"   array(select q.title from question q{SOURCES} where q.id = any(p.question_ids) and {READABLE_QUESTION}"
        "     order by q.asked_at desc, q.id limit 3) as examples"
        " from cluster_proposal p join cluster c on c.id = p.cluster_id left join cluster i on i.id = p.into_id"
        " where p.decision is null and c.merged_into is null and (p.into_id is null or i.merged_into is null)"
        " order by cardinality(p.question_ids) desc, p.id limit $2",
        actor.visibilities,
        limit,
    )
    return [
        ProposalRow(
            id=row["id"],
            kind=row["kind"],
            number=row["number"],
            label=row["label"],
            into_number=row["into_number"],
            into_label=row["into_label"],
            questions=len(row["question_ids"]),
            examples=tuple(row["examples"]),
            reason=row["reason"],
            created_at=row["created_at"],
        )
        for row in rows
    ]


async def count_proposals(actor: Actor) -> int:
    """How many wait for a decision."""
    actor.require(Permission.CLUSTER_READ)
    return int(await fetch_value("select count(*) from cluster_proposal where decision is null"))
