"""Ending mail by its own link (RFC 8058): nobody needs to sign in, and doing it twice is doing it once."""

from dataclasses import dataclass
from uuid import UUID

from kb.core.actor import SYSTEM
from kb.core.database import fetch_one
from kb.core.errors import NotFound
from kb.core.saying import say
from kb.core.unit_of_work import unit_of_work
from kb.notices.preferring import write_choices
from kb.notices.rules import EMAIL, NEVER
from kb.notices.tokens import read_stop_token


@dataclass(frozen=True, slots=True)
class Subscription:
    """Mail of these kinds to one person."""

    person_id: UUID
    kinds: list[str]


async def find_subscription(secret: str, token: str) -> Subscription:
    """What the link would end. Raises `NotFound` for a link that we did not write or whose person is gone."""
    read = read_stop_token(secret, token)
    if read is None or await fetch_one("select 1 from person where id = $1", read[0]) is None:
        raise NotFound(say("This link ends no mail of ours."))
    return Subscription(*read)


async def end_subscription(secret: str, token: str) -> Subscription:
    """End it. What waits to be mailed of these kinds is not mailed; in the product everything stays."""
    ended = await find_subscription(secret, token)
    async with unit_of_work(SYSTEM) as unit:
        await write_choices(unit, ended.person_id, {(kind, EMAIL): NEVER for kind in ended.kinds})
    return ended
