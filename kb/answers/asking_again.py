"""Whoever met an answer and asked the same again within the week: the ledger says so, once an answer and question.

Ranking looks at the questions themselves, so that a question somebody put into another cluster since tells against nothing; these rows
are what happened as it was understood then, and what is left of it once a question or its asker is gone.
"""

from datetime import timedelta
from uuid import UUID

from kb.answers.rules import DURABLE_AFTER, GIVEN_UP
from kb.core.actor import SYSTEM
from kb.core.clock import now
from kb.core.database import execute, fetch_all
from kb.core.ids import new_id
from kb.core.unit_of_work import unit_of_work

SWEPT = timedelta(days=1)
"""How far back the sweep looks: longer than any queue was ever down."""

_MET = f"""
select distinct on (q.id, u.answer_id) q.id as question_id, u.answer_id, u.revision, q.cluster_id, q.person_id, q.asked_at,
    case q.source_kind when 'ticket' then 'desk' when 'topic' then 'ask' when 'search' then 'search' when 'feedback' then 'article'
        when 'chat' then 'assistant' else 'widget' end as surface
from question q join person p on p.id = q.person_id and p.role = 'member'
join answer_use u on u.person_id = q.person_id and u.created_at < q.asked_at and u.created_at >= q.asked_at - $1::interval
    and u.kind in ('opened', 'inserted', 'sent', 'edited_then_sent', 'said_solved') and coalesce(u.distance, 0) < {GIVEN_UP}
    and (u.kind <> 'inserted' or coalesce(u.ticket_id, u.topic_id) is null)
join answer a on a.id = u.answer_id and a.cluster_id = q.cluster_id
where {{which}} and not exists (select from answer_use r where r.question_id = q.id and r.answer_id = u.answer_id)
order by q.id, u.answer_id, u.created_at desc
"""


async def record_asking_again(question_id: UUID) -> int:
    """A row for each answer this question's asker had met in its cluster; returns how many. Safe to repeat."""
    return await _record("q.id = $2", question_id)


async def sweep_askings_again() -> int:
    """The same for questions a lost message left out."""
    return await _record("q.asked_at > $2 and q.cluster_id is not null", now() - SWEPT)


async def _record(which: str, what: object) -> int:
    rows = await fetch_all(_MET.format(which=which), DURABLE_AFTER, what)
    if not rows:
        return 0
    async with unit_of_work(SYSTEM):
        return await execute(
            "insert into answer_use (id, answer_id, revision, cluster_id, kind, surface, person_id, question_id, created_at)"
            " select n.id, n.answer_id, n.revision, n.cluster_id, 're_asked', n.surface, n.person_id, n.question_id, n.asked_at"
            " from unnest($1::uuid[], $2::uuid[], $3::int[], $4::uuid[], $5::text[], $6::uuid[], $7::uuid[], $8::timestamptz[])"
            " as n (id, answer_id, revision, cluster_id, surface, person_id, question_id, asked_at) on conflict do nothing",
            [new_id() for _ in rows],
            *([row[key] for row in rows] for key in _COLUMNS),
        )


_COLUMNS = ("answer_id", "revision", "cluster_id", "surface", "person_id", "question_id", "asked_at")
