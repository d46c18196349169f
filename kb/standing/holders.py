"""Reading badges: all there are, who holds one, and what one person holds. Who holds a badge anybody may know."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from kb.core.database import fetch_all
from kb.core.errors import NotFound
from kb.core.saying import say
from kb.standing.badges import ALL, BADGES, Badge

SHOWN = 100
"""Newest holders listed of one badge."""


@dataclass(frozen=True, slots=True)
class Holder:
    """Somebody who holds a badge."""

    id: UUID
    name: str
    username: str
    picture: str
    given_at: datetime


@dataclass(frozen=True, slots=True)
class HeldBadge:
    """A badge of one person."""

    badge: Badge
    given_at: datetime


async def count_holders() -> list[tuple[Badge, int]]:
    """Every badge with how many hold it, in the order of the list."""
    rows = await fetch_all(
        "select h.badge, count(*)::int as holders from badge_holder h join person p on p.id = h.person_id"
        " where h.revoked_at is null and p.suspended_at is null and p.username is not null group by h.badge"
    )
    counts: Mapping[str, int] = {row["badge"]: row["holders"] for row in rows}
    return [(badge, counts.get(badge.key, 0)) for badge in ALL]


async def list_holders(key: str) -> tuple[Badge, list[Holder]]:
    """A badge and who holds it, the newest first. Raises `NotFound` for a badge there is not."""
    if key not in BADGES:
        raise NotFound(say("There is no such badge."))
    rows = await fetch_all(
        "select p.id, p.name, p.username, p.picture, h.given_at from badge_holder h join person p on p.id = h.person_id"
        " where h.badge = $1 and h.revoked_at is null and p.suspended_at is null and p.username is not null"
        " order by h.given_at desc, p.id limit $2",
        key,
        SHOWN,
    )
    return BADGES[key], [Holder(**row) for row in rows]


async def list_badges_of(person_id: UUID) -> list[HeldBadge]:
    """What somebody holds, the hardest first."""
    rows = await fetch_all(
        "select badge, given_at from badge_holder where person_id = $1 and revoked_at is null order by given_at desc",
        person_id,
    )
    held = {row["badge"]: row["given_at"] for row in rows}
    return [HeldBadge(badge, held[badge.key]) for badge in reversed(ALL) if badge.key in held]
