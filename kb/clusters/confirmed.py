"""Questions of which people have said that they want the same answer: what floors and models are measured by.

Clusters themselves prove nothing here: the model made them. Only what somebody did counts.
"""

from uuid import UUID

from kb.core.database import fetch_all

_PINNED = """
select p.question_id as one, first_value(p.question_id) over (partition by coalesce(c.merged_into, c.id) order by p.question_id) as other
from cluster_pin p join cluster c on c.id = p.cluster_id
"""
"""Put into the same cluster by hand."""

_ALIASES = """
select q.id, o.id from question q
join lateral (select id from question where source_kind = q.alias_kind and parent_id = q.alias_of order by id limit 1) o on true
where q.alias_of is not null
"""
"""A duplicate and its original."""

_SOLVED = """
select q.id, o.id from answer_use u join answer a on a.id = u.answer_id
join lateral (select id, parent_id from question where person_id = u.person_id and asked_at between u.created_at - interval '7 days'
  and u.created_at and parent_id <> a.parent_id order by asked_at desc, id limit 1) q on true
join lateral (select id from question where parent_id = a.parent_id order by id limit 1) o on true
where u.kind = 'said_solved'
"""
"""Whoever asked and then said that an answer given elsewhere solved it. Seven days: as long as an answer must hold to be durable."""


async def read_confirmed_groups() -> dict[UUID, UUID]:
    """Question to group, groups of one left out. A group is called by its first question, so the names stay the same."""
    rows = await fetch_all(f"{_PINNED} union all {_ALIASES} union all {_SOLVED}")
    leader: dict[UUID, UUID] = {}
    for one, other in rows:
        a, b = sorted((_find(leader, one), _find(leader, other)))
        leader[b] = a
    groups = {question: _find(leader, question) for question in leader}
    sizes: dict[UUID, int] = {}
    for group in groups.values():
        sizes[group] = sizes.get(group, 0) + 1
    return {question: group for question, group in groups.items() if sizes[group] > 1}


def _find(leader: dict[UUID, UUID], question: UUID) -> UUID:
    """The first of its group; the way there is shortened for those who come after."""
    leader.setdefault(question, question)
    while leader[question] != question:
        leader[question] = leader[leader[question]]
        question = leader[question]
    return question
