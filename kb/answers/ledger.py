"""Reading the reuse ledger: how many people met an answer, and how, and what came of it for each. Staff only."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from kb.answers.access import READABLE_ANSWER
from kb.answers.outcomes import JUDGED
from kb.answers.rules import DURABLE_AFTER
from kb.core.actor import Actor
from kb.core.clock import now
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


@dataclass(frozen=True, slots=True)
class PartyRow:
    """One of those counted as `used`: a company, a person or a visitor (without a name), and whether it held for them.

    `kinds` is all that they did with the answer or its copies.
    """

    person_id: UUID | None
    name: str
    company: str
    failed: bool
    kinds: tuple[str, ...]
    last_at: datetime


_PARTIES = (
    JUDGED.format(readable=READABLE_ANSWER, which="(a.id = $2 or a.same_as = $2)")
    + """
select o.party, o.failed, max(t.created_at) as last_at, array_agg(distinct t.kind) as kinds,
    (array_agg(t.person_id order by t.created_at desc) filter (where t.person_id is not null))[1] as person_id,
    coalesce((array_agg(p.name order by t.created_at desc) filter (where p.id is not null))[1], '') as name,
    coalesce(max(f.name), '') as company
from outcome o join act t on t.family = o.family and t.party = o.party
left join person p on p.id = t.person_id left join account f on f.id = p.account_id
group by o.party, o.failed order by o.failed desc, last_at desc, o.party limit 500
"""
)


async def list_parties(actor: Actor, answer_id: UUID) -> list[PartyRow]:
    """The rows behind an answer's `used` and `stayed`, its copies' among them; those whom it failed first."""
    actor.require(Permission.PERSON_READ)
    rows = await fetch_all(_PARTIES, actor.visibilities, answer_id, now(), DURABLE_AFTER)
    return [
        PartyRow(row["person_id"], row["name"], row["company"], row["failed"], tuple(row["kinds"]), row["last_at"])
        for row in rows
    ]
