"""Fetching one duplicate for a write. Whoever may not read both of its sides is told that there is none."""

from dataclasses import dataclass
from uuid import UUID

from kb.clusters.duplicates.sides import Side, is_readable
from kb.core.actor import Actor
from kb.core.database import fetch_one
from kb.core.errors import NotFound
from kb.core.saying import say
from kb.forum.merging import take_merging_turn

MISSING = say("There is no such duplicate, or it is not yours to read.")


@dataclass(frozen=True, slots=True)
class DuplicateFacts:
    """A duplicate as a write finds it."""

    id: UUID
    alias: Side
    original: Side
    state: str
    in_force: bool


async def access_duplicate(actor: Actor, duplicate_id: UUID) -> DuplicateFacts:
    """Take the turn alone, then lock both sides. Two writes about duplicates never run side by side."""
    await take_merging_turn(alone=True)
    row = await fetch_one("select * from duplicate where id = $1 for update", duplicate_id)
    if row is None:
        raise NotFound(MISSING)
    alias, original = Side(row["alias_kind"], row["alias_id"]), Side(row["original_kind"], row["original_id"])
    if not (await is_readable(actor, alias) and await is_readable(actor, original)):
        raise NotFound(MISSING)
    return DuplicateFacts(row["id"], alias, original, row["state"], row["in_force"])
