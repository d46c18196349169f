"""What an agent is offered before typing: each problem of a ticket or topic, how many others have it, what worked for them."""

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal
from uuid import UUID

import asyncpg

from kb.answers.addresses import article_path, ticket_path
from kb.answers.masking import mask
from kb.answers.ranking import RankedAnswer, list_answers_of_clusters
from kb.answers.rules import EXCERPT_LENGTH
from kb.answers.texts import AnswerText, list_answer_texts
from kb.clusters.audiences import LABEL, READABLE_QUESTION, SOURCES
from kb.core.actor import Actor
from kb.core.database import fetch_all
from kb.core.permissions import Permission
from kb.macros.placeholders import fill_in
from kb.text.excerpts import excerpt

OFFERED = 3
"""Answers of one problem: what fits a screen with the conversation next to it."""

KEYS = 9
"""Answers in all: as many as there are keys for them."""

LOOKED_AT = OFFERED + 4
"""Answers of one problem that are read; some of them are this ticket's own, or failed more than they helped."""

PROBLEMS = 6
"""Problems shown, the newest. A ticket with more is a project."""

PROBLEM_LENGTH = 160


@dataclass(frozen=True, slots=True)
class OfferedAnswer:
    """An answer with the Markdown to insert by its `key`, 1 to 9. What was said to another customer comes with personal data masked;
    `gaps` are what a macro leaves to fill in, each as `[its name]` in the text."""

    id: UUID
    key: int
    kind: str
    title: str
    excerpt: str
    path: str
    why: str
    text: str
    is_masked: bool
    gaps: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is asked. Without a cluster (`cluster_number` is None) nobody else has asked it, as far as anybody can tell.

    People, tickets and topics are those besides the asker's own, as far as the agent may read them. `article_path` leads to the article
    that answers it, "" where there is none.
    """

    text: str
    cluster_number: int | None
    label: str
    people: int
    tickets: int
    topics: int
    answers: tuple[OfferedAnswer, ...]
    article_path: str = ""
    article_title: str = ""


@dataclass(frozen=True, slots=True)
class OfferedAnswers:
    """The problems, in the order they were asked. None at all: nobody has read it yet, or it asks nothing."""

    problems: tuple[Problem, ...]

    @property
    def answers(self) -> tuple[OfferedAnswer, ...]:
        """All that are offered."""
        return tuple(answer for problem in self.problems for answer in problem.answers)


NOTHING_OFFERED = OfferedAnswers(())


@dataclass(frozen=True, slots=True)
class Asked:
    """What is looked at: a ticket or a topic, who asked it, and what its macros' placeholders stand for."""

    kind: Literal["ticket", "topic"]
    id: UUID
    asker_id: UUID
    path: str
    values: Mapping[str, str]


def asked_in_ticket(ticket_id: UUID, number: int, requester_id: UUID, values: Mapping[str, str]) -> Asked:
    """A ticket, with `kb.tickets.filling.list_values` for its macros."""
    return Asked("ticket", ticket_id, requester_id, ticket_path(number), values)


def asked_in_topic(topic_id: UUID, path: str, asker_id: UUID, values: Mapping[str, str]) -> Asked:
    """A topic, with `kb.desk.topics.list_topic_values` for the macros."""
    return Asked("topic", topic_id, asker_id, path, values)


_PROBLEMS = f"""
with mine as (
    select q.cluster_id, (array_agg(q.text order by q.asked_at, q.segment))[1] as text, min(q.asked_at) as asked_at,
        min(q.segment) as segment
    from question q where q.source_kind = $2 and q.parent_id = $3 group by q.cluster_id, case when q.cluster_id is null then q.id end
    order by min(q.asked_at) desc, min(q.segment) limit {PROBLEMS}
)
select m.text, c.id as cluster_id, c.number, case when c.id is null then '' else {LABEL} end as label, n.*,
    ar.number as article_number, ar.slug, ar.title as article_title
from mine m left join cluster c on c.id = m.cluster_id
left join lateral (select o.number, o.slug, o.title from article o where o.cluster_id = c.id and o.translation_of is null
    and o.state = 'published' and o.visibility = any($1) order by o.published_at limit 1) ar on true
left join lateral (
    select count(distinct q.person_id) filter (where q.person_id <> $4) as people,
        count(distinct q.parent_id) filter (where q.source_kind = 'ticket' and q.parent_id <> $3) as tickets,
        count(distinct q.parent_id) filter (where q.source_kind = 'topic' and q.parent_id <> $3) as topics
    from question q{SOURCES} where q.cluster_id = c.id and {READABLE_QUESTION}
) n on true
order by m.asked_at, m.segment
"""


async def find_answers_for(actor: Actor, asked: Asked) -> OfferedAnswers:
    """In three statements. What was answered in this very ticket alone is not offered to it again, nor what failed more than it helped."""
    actor.require(Permission.TICKET_ANSWER)
    rows = await fetch_all(_PROBLEMS, actor.visibilities, asked.kind, asked.id, asked.asker_id)
    clusters = [row["cluster_id"] for row in rows if row["cluster_id"]]
    ranked = await list_answers_of_clusters(actor, clusters, each=LOOKED_AT) if clusters else {}
    texts = await list_answer_texts(actor, [one.id for found in ranked.values() for one in found]) if ranked else {}
    return OfferedAnswers(tuple(await asyncio.to_thread(lambda: list(_arrange(rows, ranked, texts, asked)))))


def _arrange(
    rows: Sequence[asyncpg.Record],
    ranked: Mapping[UUID, Sequence[RankedAnswer]],
    texts: Mapping[UUID, AnswerText],
    asked: Asked,
) -> Iterator[Problem]:
    """Masking takes its time, so this runs in a thread."""
    key = 1
    for row in rows:
        fitting = [one for one in ranked.get(row["cluster_id"], ()) if one.id in texts and _is_worth_it(one, asked)]
        chosen = fitting[: min(OFFERED, KEYS + 1 - key)]
        yield Problem(
            text=excerpt(row["text"], PROBLEM_LENGTH),
            cluster_number=row["number"],
            label=row["label"],
            people=row["people"],
            tickets=row["tickets"],
            topics=row["topics"],
            answers=tuple(_offer(one, texts[one.id], asked, key + place) for place, one in enumerate(chosen)),
            article_path=article_path(row["article_number"], row["slug"]) if row["article_number"] else "",
            article_title=row["article_title"] or "",
        )
        key += len(chosen)


def _is_worth_it(answer: RankedAnswer, asked: Asked) -> bool:
    failed = answer.failures + answer.earlier_failures
    return failed <= answer.stayed and not (answer.path == asked.path and answer.copies == 1)


def _offer(answer: RankedAnswer, whole: AnswerText, asked: Asked, key: int) -> OfferedAnswer:
    text, is_masked, gaps = whole.body_source, False, tuple[str, ...]()
    if answer.kind == "macro":
        filled = fill_in(text, asked.values)
        text, gaps = filled.text, filled.gaps
    elif whole.is_private:
        masked = mask(text, names=whole.names, companies=whole.companies)
        text, is_masked = masked.text, bool(masked.found)
    return OfferedAnswer(
        id=answer.id,
        key=key,
        kind=answer.kind,
        title=answer.title,
        excerpt=excerpt(text, EXCERPT_LENGTH) if answer.kind == "macro" else answer.excerpt,
        path=answer.path,
        why=answer.why_at_the_desk,
        text=text,
        is_masked=is_masked,
        gaps=gaps,
    )
