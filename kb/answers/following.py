"""Answers follow the questions they answer: when a question joins another cluster, so do the answers under it."""

from uuid import UUID

from kb.answers.collecting import CLUSTER_OF_TICKET, CLUSTER_OF_TOPIC
from kb.core.actor import SYSTEM
from kb.core.database import fetch_one
from kb.core.unit_of_work import unit_of_work

_CLUSTER_NOW = (
    f"case a.kind when 'post' then {CLUSTER_OF_TOPIC.format(parent='a.parent_id')}"
    f" else {CLUSTER_OF_TICKET.format(parent='a.parent_id', before='a.created_at')} end"
)

_MOVE = (
    "with found as materialized ("
    f"   select a.id, a.cluster_id as before, {_CLUSTER_NOW} as after from answer a where a.kind in ('post', 'reply') and {{which}}),"
    " moved as (update answer a set cluster_id = f.after from found f"
    "   where f.id = a.id and f.after is distinct from f.before returning a.id, f.before, f.after),"
    " articles as (update article ar set cluster_id = m.after from moved m join article o on o.from_answer_id = m.id"
    "   where ar.family_id = o.id and ar.cluster_id is not distinct from m.before and m.after is not null returning ar.id, m.after),"
    " shown as (update answer a set cluster_id = x.after from articles x where a.source_id = x.id returning 1)"
    " select (select count(*) from moved) + (select count(*) from shown) as n"
)
"""An article goes where the answer it grew from goes, unless somebody placed it elsewhere."""

_MERGED = (
    "with recursive heir as ("
    "   select id, merged_into from cluster where merged_into is not null"
    "   union select h.id, c.merged_into from heir h join cluster c on c.id = h.merged_into where c.merged_into is not null),"
    " last as (select h.id, h.merged_into from heir h join cluster c on c.id = h.merged_into where c.merged_into is null),"
    " articles as (update article ar set cluster_id = l.merged_into, merged_from = l.id from last l where ar.cluster_id = l.id),"
    " answers as (update answer a set cluster_id = l.merged_into, merged_from = l.id from last l"
    "   where a.cluster_id = l.id and a.kind = 'article' returning 1)"
    " select count(*) as n from answers"
)
"""An article whose cluster was merged belongs to the cluster that took it in."""

_UNMERGED = (
    "with articles as (update article a set cluster_id = c.id, merged_from = null from cluster c"
    "   where c.id = a.merged_from and c.merged_into is null),"
    " answers as (update answer a set cluster_id = c.id, merged_from = null from cluster c"
    "   where c.id = a.merged_from and c.merged_into is null returning 1)"
    " select count(*) as n from answers"
)
"""What came along with a merge that was undone since goes back."""


async def follow_question(question_id: UUID) -> int:
    """Re-point the answers of the topic or ticket this question belongs to; returns how many moved."""
    return await _run(
        _MOVE.format(
            which="(a.kind, a.parent_id) in (select case q.source_kind when 'topic' then 'post' else 'reply' end, q.parent_id"
            " from question q where q.id = $1 and q.source_kind in ('topic', 'ticket'))"
        ),
        question_id,
    )


async def follow_all_questions() -> int:
    """Re-point every answer that stands elsewhere than its question, and articles of clusters merged or there again."""
    moved = await _run(_MOVE.format(which="a.retired_at is null"))
    return moved + await _run(_MERGED) + await _run(_UNMERGED)


async def _run(sql: str, *args: object) -> int:
    async with unit_of_work(SYSTEM):
        row = await fetch_one(sql, *args)
    return int(row["n"]) if row else 0
