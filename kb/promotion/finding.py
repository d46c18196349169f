"""Which clusters deserve a proposal now, by the facts of the ledger and of what people ask. Reads alone, outside any transaction.

Counted is what everybody who reads tickets may read: questions and answers of a group's own space are none of it.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from kb.answers.ranking import RankedAnswer, list_best_answers
from kb.answers.rules import is_worth_an_article
from kb.clusters.audiences import READABLE_QUESTION, SOURCES
from kb.core.actor import SYSTEM
from kb.core.clock import now
from kb.core.database import fetch_all
from kb.promotion.rules import ARTICLE, ISSUE, LOOKS_BACK, STILL_ASKED_SINCE, Asking, is_still_asked

BATCH = 200
"""Clusters ranked at once: their answers are held in memory."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """What is to be proposed, the answer it is about, the figures that say so, and how many people have asked by now."""

    cluster_id: UUID
    kind: str
    answer_id: UUID
    why: dict[str, Any]
    volume: int


MET = (
    "x.cluster_id = c.id and x.retired_at is null and x.visibility = any($1) and u.created_at > $3"
    " and u.kind not in ('sent', 'reopened', 're_asked') and (p.id is null or p.role = 'member')"
)
"""The condition that somebody (use `u` by person `p`) met answer `x` of cluster `c` since $3; $1 are visibilities. Every reply to a
ticket is `sent`: whoever asked and was answered afresh has met nothing that was there before."""

_RECENT = """
select distinct cluster_heir(a.cluster_id) as id from answer a where a.retired_at is null and a.cluster_id is not null and (
    a.id in (select u.answer_id from answer_use u where u.created_at > $1)
    or exists (select from question q where q.cluster_id = a.cluster_id and q.asked_at > $1))
"""

_QUESTIONS = f"question q{SOURCES} where q.cluster_id = c.id and {READABLE_QUESTION}"

_CLUSTERS = f"""
select c.id, (select count(distinct q.person_id) from {_QUESTIONS})::int as volume,
    exists (select from article ar where ar.cluster_id = c.id and ar.translation_of is null and ar.state <> 'archived') as has_article,
    exists (select from pain_point p where p.cluster_id = c.id) and not exists (select from issue i
        where cluster_heir(i.cluster_id) = c.id and (i.state in ('filing', 'open') or i.closed_at > $3)) as may_be_filed,
    (select count(distinct q.person_id) from {_QUESTIONS} and q.asked_at > greatest(a.answered_at, $3))::int as asked,
    (select count(distinct coalesce(u.person_id::text, u.visitor)) from answer x join answer_use u on u.answer_id = x.id
        left join person p on p.id = u.person_id where {MET})::int as met
from cluster c join lateral (select min(x.created_at) as answered_at from answer x
    where x.cluster_id = c.id and x.retired_at is null and x.visibility = any($1)) a on a.answered_at is not null
where c.id = any($2::uuid[]) and c.merged_into is null
"""
"""An issue that was closed within the window is waited for: what people asked before it says nothing about the fix."""


async def find_candidates(cluster_ids: Sequence[UUID] | None = None) -> list[Candidate]:
    """Of these clusters, or of all where something happened lately."""
    moment = now()
    if cluster_ids is None:
        cluster_ids = [row["id"] for row in await fetch_all(_RECENT, moment - LOOKS_BACK)]
    starts = range(0, len(cluster_ids), BATCH)
    return [one for at in starts for one in await _find(cluster_ids[at : at + BATCH], moment)]


async def _find(cluster_ids: Sequence[UUID], moment: datetime) -> list[Candidate]:
    clusters = await fetch_all(_CLUSTERS, SYSTEM.visibilities, list(cluster_ids), moment - STILL_ASKED_SINCE)
    best = await list_best_answers(SYSTEM, [row["id"] for row in clusters])
    written = await find_written([answer.id for answer in best.values() if answer.kind == "macro"])
    return [
        one
        for row in clusters
        if (answer := best.get(row["id"]))
        for one in _candidates(row, answer, written.get(answer.id, answer.id))
    ]


async def find_written(macro_ids: Sequence[UUID]) -> dict[UUID, UUID]:
    """The reply that each of these macros was first written as: a macro is ranked in its stead, and holds placeholders."""
    rows = await fetch_all(
        "select id, same_as from answer where id = any($1::uuid[]) and same_as is not null", list(macro_ids)
    )
    return {row["id"]: row["same_as"] for row in rows}


def _candidates(row: Any, answer: RankedAnswer, answer_id: UUID) -> list[Candidate]:
    found, asking = [], Asking(row["asked"], row["met"])
    record = {"stayed": answer.stayed, "used": answer.used}
    is_written = answer.kind in ("post", "reply") or answer_id != answer.id
    is_new = is_written and not row["has_article"]
    if is_new and is_worth_an_article(stayed=answer.stayed, bound=answer.score):
        found.append(Candidate(row["id"], ARTICLE, answer_id, record, row["volume"]))
    if row["may_be_filed"] and is_still_asked(asking):
        found.append(Candidate(row["id"], ISSUE, answer.id, {**asdict(asking), **record}, row["volume"]))
    return found
