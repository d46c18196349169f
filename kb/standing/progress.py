"""How far somebody is trusted and what is missing to the next level: for oneself, and for whoever grants trust."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from kb.core.actor import Actor
from kb.core.database import fetch_one
from kb.core.errors import NotFound
from kb.core.permissions import Permission
from kb.core.saying import Said, say
from kb.core.trust import Trust
from kb.standing.deeds import count_deeds
from kb.standing.rules import GRACE, LEVEL_NAMES, Deeds, Step, list_steps


@dataclass(frozen=True, slots=True)
class Progress:
    """A person's level and the steps to the next. `lost_at` is when a level that is no longer held goes, None where it is held."""

    person_id: UUID
    name: str
    level: Trust
    is_locked: bool
    since: datetime | None
    lost_at: datetime | None
    steps: list[Step]

    @property
    def level_name(self) -> Said:
        """In words."""
        return LEVEL_NAMES[self.level]

    @property
    def next_name(self) -> Said | None:
        """The level the steps lead to, or which they keep; None where none is earned from here."""
        return LEVEL_NAMES[_wanted(self.level)] if self.steps else None

    @property
    def keeps(self) -> bool:
        """Whether the steps keep the present level: there is none above it that is earned."""
        return self.level == Trust.TRUSTED


async def get_progress(actor: Actor, person_id: UUID) -> Progress:
    """Two statements. `NotFound` for whoever may not know: it says how much somebody reads."""
    if actor.person_id != person_id and not actor.may(Permission.TRUST_GRANT):
        raise NotFound(say("There is no such person."))
    row = await fetch_one(
        "select p.name, p.trust, s.since, s.below_since, s.locked_at from person p"
        " left join trust_state s on s.person_id = p.id where p.id = $1",
        person_id,
    )
    if row is None:
        raise NotFound(say("There is no such person."))
    level = Trust(row["trust"])
    deeds = (await count_deeds([person_id])).get(person_id, Deeds())
    return Progress(
        person_id,
        row["name"],
        level,
        row["locked_at"] is not None,
        row["since"],
        row["below_since"] + GRACE if row["below_since"] else None,
        list_steps(_wanted(level), deeds) if level < Trust.LEADER else [],
    )


def _wanted(level: Trust) -> Trust:
    return Trust(min(level + 1, Trust.TRUSTED))
