"""The right to speak: one person hears once about one problem in one episode. The database holds it, not the code."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from kb.core.database import fetch_one
from kb.core.ids import new_id
from kb.core.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class HeldClaim:
    """A claim; `is_new` when this very unit of work made it and may therefore speak."""

    id: UUID
    created_at: datetime
    is_new: bool


async def claim_problem(unit: UnitOfWork, person_id: UUID, problem: str, episode: str, trigger_id: UUID) -> HeldClaim:
    """Take the claim, or find who holds it: for the same problem, or for the same episode under the name it bore then.

    Waits for a unit of work that is claiming at this moment, so that only one of any number may speak.
    """
    fresh = await fetch_one(
        "insert into claim (id, person_id, problem, episode, trigger_id, created_at) values ($1, $2, $3, $4, $5, $6)"
        " on conflict do nothing returning id, created_at",
        new_id(),
        person_id,
        problem,
        episode,
        trigger_id,
        unit.now,
    )
    if fresh:
        return HeldClaim(**fresh, is_new=True)
    held = await fetch_one(
        "select id, created_at from claim where person_id = $1"
        " and ((problem = $2 and episode = $3) or (episode = $3 and episode <> '')) limit 1",
        person_id,
        problem,
        episode,
    )
    if held is None:
        raise RuntimeError("a claim was refused and is nowhere: its person was removed meanwhile")
    return HeldClaim(**held, is_new=False)
