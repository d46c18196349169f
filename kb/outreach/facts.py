"""What is known about a signal when a decision is made, in one statement."""

from typing import Any
from uuid import UUID

import asyncpg

from kb.core.actor import Actor
from kb.core.database import fetch_one
from kb.core.errors import NotFound
from kb.core.saying import say
from kb.outreach.rules import SignalFacts
from kb.people.sessions import ACTS_WITH, as_actor

_FACTS = f"""
select s.id as signal_id, s.detector, s.verified, s.occurred_at, s.friction_point_id, s.episode_id, s.person_id,
    f.label as place, app.name as product, p.email, p.suspended_at is not null as suspended,
    p.role, p.account_id, p.name, p.username, {ACTS_WITH}, seen.element_text as target, seen.page_url,
    (select coalesce(c.merged_into, c.id) from friction_cluster l join cluster c on c.id = l.cluster_id
        where l.friction_point_id = f.id order by l.weight desc, l.cluster_id limit 1) as cluster_id
from signal s
join friction_point f on f.id = s.friction_point_id
join product_app app on app.id = f.app_id
left join person p on p.id = s.person_id
left join lateral (
    select max(e.element_text) as element_text, max(e.page_url) as page_url from event e where e.id = any(s.evidence)
) seen on true
where s.id = $1
"""


async def get_signal_facts(signal_id: UUID) -> SignalFacts:
    """The signal, where it was, whose it is and which questions it belongs to. Raises `NotFound` when it is gone."""
    row = await fetch_one(_FACTS, signal_id)
    if row is None:
        raise NotFound(say("The signal is gone."))
    kept: dict[str, Any] = {name: row[name] for name in _KEPT}
    return SignalFacts(**kept, person=_person(row))


def _person(row: asyncpg.Record) -> Actor | None:
    if row["person_id"] is None:
        return None
    return as_actor({**row, "id": row["person_id"]})


_KEPT = (
    "signal_id", "detector", "verified", "occurred_at", "friction_point_id", "episode_id", "cluster_id",
    "place", "target", "page_url", "product", "email", "suspended",
)  # fmt: skip
