"""Proposals appear once a cluster and kind: the table's own key sees to it, however often and however many at once propose."""

import json
from collections.abc import Sequence
from uuid import UUID

from kb.core.actor import SYSTEM
from kb.core.database import execute, fetch_all
from kb.core.ids import new_id
from kb.core.unit_of_work import UnitOfWork, unit_of_work
from kb.promotion.finding import Candidate, find_candidates
from kb.promotion.rules import RETURNS_AT

_PROPOSE = f"""
insert into promotion as p (id, cluster_id, kind, state, answer_id, why, volume, proposed_at)
select u.id, u.cluster_id, u.kind, 'open', u.answer_id, u.why, u.volume, $1
from unnest($2::uuid[], $3::uuid[], $4::text[], $5::uuid[], $6::jsonb[], $7::int[])
    as u (id, cluster_id, kind, answer_id, why, volume)
where not exists (select from promotion e where e.kind = u.kind and e.cluster_id <> u.cluster_id
    and e.state in ('accepted', 'dismissed') and cluster_heir(e.cluster_id) = u.cluster_id and u.volume < {RETURNS_AT} * e.volume)
on conflict (cluster_id, kind) do update set state = 'open', answer_id = excluded.answer_id, why = excluded.why,
    volume = excluded.volume, proposed_at = excluded.proposed_at, article_id = null, issue_id = null
where p.state = 'overtaken' or (p.state <> 'open' and excluded.volume >= {RETURNS_AT} * p.volume)
returning p.id, p.kind, p.cluster_id
"""
"""Who decided before and why stays with a proposal that comes back. What was decided about a cluster holds for the one it was
merged into."""

_OVERTAKE = """
update promotion p set state = 'overtaken', article_id = coalesce(p.article_id, made.article_id)
from promotion o
left join lateral (select ar.id as article_id from article ar where o.kind = 'article' and ar.cluster_id = o.cluster_id
    and ar.translation_of is null and ar.state <> 'archived' limit 1) made on true
where o.id = p.id and o.state = 'open' and (made.article_id is not null
    or exists (select from answer a where a.id = o.answer_id and a.retired_at is not null)
    or exists (select from cluster c where c.id = o.cluster_id and c.merged_into is not null)
    or (o.kind = 'issue' and exists (select from issue i where cluster_heir(i.cluster_id) = o.cluster_id
        and i.state in ('filing', 'open'))))
"""


async def propose_promotions(cluster_ids: Sequence[UUID] | None = None) -> int:
    """Propose what crossed, of these clusters or of all that moved lately, and settle what was overtaken; returns how many are new."""
    candidates = await find_candidates(cluster_ids)
    async with unit_of_work(SYSTEM) as unit:
        await execute(_OVERTAKE)
        return await _propose(unit, candidates) if candidates else 0


async def propose_promotion_for_use(use_id: UUID) -> int:
    """The same for the cluster in which somebody just said that an answer solved it."""
    rows = await fetch_all(
        "select cluster_heir(a.cluster_id) as id from answer_use u join answer a on a.id = u.answer_id"
        " where u.id = $1 and a.cluster_id is not null",
        use_id,
    )
    return await propose_promotions([row["id"] for row in rows]) if rows else 0


async def _propose(unit: UnitOfWork, candidates: Sequence[Candidate]) -> int:
    candidates = sorted(
        candidates, key=lambda one: (one.cluster_id, one.kind)
    )  # the same order for all: nobody waits in a circle
    made = await fetch_all(
        _PROPOSE,
        unit.now,
        [new_id() for _ in candidates],
        [one.cluster_id for one in candidates],
        [one.kind for one in candidates],
        [one.answer_id for one in candidates],
        [json.dumps(one.why) for one in candidates],
        [one.volume for one in candidates],
    )
    for row in made:
        unit.audit("promotion.propose", "promotion", row["id"], kind=row["kind"], cluster_id=row["cluster_id"])
    return len(made)
