"""Searches that found nothing: somebody asked, and nobody had answered. They become questions of kind `search`.

A member's search counts at once. What strangers search is theirs until `STRANGERS` of them searched the same: then it names nobody.
"""

from datetime import timedelta
from uuid import UUID

from kb.clusters.messages import SearchFailed
from kb.clusters.stopwords import STOPWORDS
from kb.core.actor import Actor
from kb.core.clock import now
from kb.core.database import execute, fetch_all, fetch_value
from kb.core.ids import new_id
from kb.core.unit_of_work import unit_of_work
from kb.text.cleaning import normalise
from kb.text.redaction import redact

STRANGERS = 3
"""Network addresses that must have searched the same: three of one household or office are one."""

FEWEST_WORDS = 2
"""Content words: "invoice" alone is a place to look, not a question."""

LONGEST = 300

KEPT = timedelta(days=30)
"""How long a stranger's search waits for others."""

RIPE = (
    "(f.person_id is not null or (select count(distinct o.visitor) from failed_search o"
    f" where o.settled = f.settled and o.visitor is not null) >= {STRANGERS}"
    " and not exists (select 1 from failed_search o where o.settled = f.settled and o.visitor is not null and o.id < f.id))"
)
"""The condition on failed search `f` that it is a question: of strangers' the first stands for all."""


async def note_failed_search(actor: Actor, text: str, *, visitor: str) -> UUID | None:
    """Keep what was searched in vain, personal data masked; None where it asks too little. The same again changes nothing."""
    words = redact(" ".join(text.split())[:LONGEST]).text
    settled = normalise(words)
    if len([word for word in settled.split() if word not in STOPWORDS]) < FEWEST_WORDS:
        return None
    search_id = new_id()
    async with unit_of_work(actor) as unit:
        made = await execute(
            "insert into failed_search (id, words, settled, person_id, visitor, created_at) values ($1, $2, $3, $4, $5, $6)"
            " on conflict do nothing",
            search_id,
            words,
            settled,
            actor.person_id,
            None if actor.person_id else visitor,
            unit.now,
        )
        if not made:
            return None
        ripe = search_id if actor.person_id else await _find_ripe(settled)
        if ripe:
            unit.emit(SearchFailed(ripe))
    return search_id


async def _find_ripe(settled: str) -> UUID | None:
    """The search of strangers that stands for all of theirs, once there are enough."""
    found: UUID | None = await fetch_value(
        f"select f.id from failed_search f where f.settled = $1 and f.person_id is null and {RIPE}", settled
    )
    return found


async def forget_old_searches() -> int:
    """Strangers' searches that nobody else made; returns how many."""
    return await execute(
        "delete from failed_search f where f.person_id is null and f.created_at < $1"
        " and not exists (select 1 from question q where q.source_kind = 'search' and q.source_id = f.id)",
        now() - KEPT,
    )


async def list_unextracted_searches(limit: int) -> list[UUID]:
    """Ripe searches that are no question yet, a minute old and more."""
    rows = await fetch_all(
        f"select f.id from failed_search f where {RIPE} and f.created_at < now() - interval '1 minute'"
        " and not exists (select 1 from question q where q.source_kind = 'search' and q.source_id = f.id)"
        " and not exists (select 1 from asks_nothing n where n.source_kind = 'search' and n.source_id = f.id)"
        " order by f.id limit $1",
        limit,
    )
    return [row["id"] for row in rows]
