"""Whom somebody helped, in figures that mean something, and their answers that helped most: as far as the reader may read them."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from kb.core.actor import Actor
from kb.core.database import fetch_all
from kb.forum.addresses import post_path

BEST = 5


@dataclass(frozen=True, slots=True)
class BestAnswer:
    """An answer that solved it. `helped` is the asker and all who said that they have the problem, too."""

    title: str
    space: str
    path: str
    votes: int
    helped: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Helped:
    """Answers that solved it, people who had those problems, and how often people used the answers without asking again."""

    solved: int
    people: int
    reused: int
    best: list[BestAnswer]


_HELPED = """
with solved as (
  select p.id, t.title, s.name as space, p.vote_count as votes, t.me_too_count + 1 as helped, p.accepted_at as at
  from post p join topic t on t.id = p.topic_id join space s on s.id = t.space_id
  where p.author_id = $1 and p.accepted_at is not null and p.hidden_at is null and t.hidden_at is null
    and t.author_id <> p.author_id and s.visibility = any($2)
)
select solved.*, count(*) over ()::int as solved_count, (sum(helped) over ())::int as people,
  (select count(distinct (u.answer_id, coalesce(u.person_id::text, u.visitor)))::int from answer a
    join answer_use u on u.answer_id = a.id where a.author_id = $1 and a.kind = 'post' and a.visibility = any($2)
    and u.kind in ('inserted', 'said_solved') and u.person_id is distinct from $1) as reused
from solved order by helped desc, votes desc, at desc limit $3
"""


async def get_helped(actor: Actor, person_id: UUID) -> Helped:
    """One statement; of topics and answers the actor may read."""
    rows = await fetch_all(_HELPED, person_id, actor.visibilities, BEST)
    if not rows:
        return Helped(0, 0, 0, [])
    best = [BestAnswer(r["title"], r["space"], post_path(r["id"]), r["votes"], r["helped"], r["at"]) for r in rows]
    return Helped(rows[0]["solved_count"], rows[0]["people"], rows[0]["reused"], best)
