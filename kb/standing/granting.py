"""Trust given by hand: a leader is made by people, and a level can be held against the daily job."""

from uuid import UUID

from kb.core.actor import Actor
from kb.core.database import execute, fetch_one
from kb.core.errors import Conflict, NotFound
from kb.core.permissions import Permission
from kb.core.saying import say
from kb.core.trust import Trust
from kb.core.unit_of_work import unit_of_work
from kb.people.trusting import set_trust
from kb.standing.earning import keep_state
from kb.standing.rules import Verdict


async def grant_trust(actor: Actor, person_id: UUID, level: Trust, *, lock: bool) -> None:
    """Give a level. Locked, the daily job leaves it alone; else it goes on from here. Raises `Conflict` for oneself."""
    actor.require(Permission.TRUST_GRANT)
    if actor.person_id == person_id:
        raise Conflict(say("Nobody trusts themselves: another moderator has to."))
    async with unit_of_work(actor) as unit:
        row = await fetch_one("select trust from person where id = $1 for no key update", person_id)
        if row is None:
            raise NotFound(say("There is no such person."))
        before = Trust(row["trust"])
        await keep_state(person_id, Verdict(level, None), is_new=level != before, at=unit.now)
        await execute(
            "update trust_state set locked_at = case when $2 then coalesce(locked_at, $3) end,"
            " locked_by = case when $2 then $4::uuid end where person_id = $1",
            person_id,
            lock,
            unit.now,
            actor.person_id,
        )
        if level != before:
            await set_trust(person_id, level)
        unit.audit(
            "trust.grant", "person", person_id, before=before.name.lower(), after=level.name.lower(), locked=lock
        )
