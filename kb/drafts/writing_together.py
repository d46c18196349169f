"""Who else writes where several people write: that they do is told, what they type is not."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from kb.core.actor import Actor
from kb.core.clock import now
from kb.core.database import fetch_all
from kb.core.permissions import Permission
from kb.drafts.places import is_shared

STILL_WRITING = {"article": timedelta(minutes=15), "ticket": timedelta(minutes=2)}
"""Somebody who typed nothing for so long has left, and a name that stands there for ever is not believed. A message is shorter than an
article, and its draft goes when it is sent."""

_MAY_KNOW = {"article": Permission.ARTICLE_DRAFT, "ticket": Permission.TICKET_ANSWER}
"""Who writes in a ticket is not for its requester: it may be a note about them."""


@dataclass(frozen=True, slots=True)
class Writer:
    """Somebody with a draft at the same place, and when they last typed."""

    name: str
    username: str
    wrote_at: datetime


async def list_other_writers(actor: Actor, place: str) -> list[Writer]:
    """The others who write at this place now, the latest first; for those who write articles, or answer tickets. One's own draft is no
    other's."""
    kind = place.partition(":")[0]
    if not is_shared(place) or not actor.may(_MAY_KNOW[kind]):
        return []
    rows = await fetch_all(
        "select p.name, p.username, d.updated_at as wrote_at from draft d join person p on p.id = d.person_id"
        " where d.place = $1 and d.person_id is distinct from $2 and d.updated_at > $3 and d.body <> ''"
        f" and d.place like '{kind}%'"
        " order by d.updated_at desc limit 5",
        place,
        actor.person_id,
        now() - STILL_WRITING[kind],
    )
    return [Writer(**row) for row in rows]
