"""Telling the author and those who flagged what moderators decided."""

from uuid import UUID

from kb.core.database import execute, fetch_all, fetch_one
from kb.core.errors import NotFound
from kb.core.saying import say
from kb.moderation.rules import HIDE
from kb.notices.giving import Hearer, Thing, give_notices
from kb.notices.rules import FLAG, REVIEW, WATCHING
from kb.screening.holding import WAS_HELD


async def tell_of_decision(decision_id: UUID) -> int:
    """The author of what was hidden or had waited to be seen, and everybody who flagged it, each once. `NotFound`: undone meanwhile.

    That something of theirs was looked at and stays is no news to its author.
    """
    facts = await fetch_one(
        f"select d.item_id, d.decision, d.decided_by, p.author_id, {WAS_HELD.format(post='p.id', at='d.decided_at')} as was_held"
        " from review_decision d join post p on p.id = d.post_id"
        " where d.id = $1 and d.undone_at is null",
        decision_id,
    )
    if facts is None:
        raise NotFound(say("The decision is gone."))
    rows = await fetch_all(
        "select f.person_id from flag f join person p on p.id = f.person_id where f.item_id = $1 and p.suspended_at is null",
        facts["item_id"],
    )
    hearers = [Hearer(row["person_id"], FLAG, WATCHING) for row in rows]
    if facts["decision"] == HIDE or facts["was_held"]:
        hearers.append(Hearer(facts["author_id"], REVIEW, WATCHING))
    thing = Thing(f"review:{decision_id}", decision_id=decision_id, actor_id=facts["decided_by"])
    return await give_notices(thing, hearers)


async def forget_decision(decision_id: UUID) -> None:
    """A decision that was undone is no notice any more, and no mail that waits."""
    await execute("delete from notice where decision_id = $1", decision_id)
