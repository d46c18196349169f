"""The rows behind the figures of one article: it alone is looked up in the log, by its own index."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from kb.answers.access import READABLE_ANSWER
from kb.answers.addresses import answer_path, ticket_path
from kb.clusters.audiences import READABLE_QUESTION, SOURCES
from kb.clusters.queries import QuestionRow, list_questions_of_cluster
from kb.core.actor import Actor
from kb.core.database import fetch_all, fetch_value
from kb.core.permissions import Permission
from kb.staleness.disagreeing import Difference, find_differences
from kb.staleness.queries import StaleArticle
from kb.staleness.rules import REWRITTEN_FROM, SETTLED, TRAFFIC

LISTED = 200


@dataclass(frozen=True, slots=True)
class ReaderRow:
    """Somebody who read the article on one day and asked in its cluster within the week what the asker of this list may read."""

    person_id: UUID
    name: str
    read_at: datetime
    question: str
    asked_at: datetime


@dataclass(frozen=True, slots=True)
class ReplyRow:
    """A reply that held too little of the article; `changed` is the share of its words that were not kept."""

    path: str
    subject: str
    agent: str
    changed: float
    sent_at: datetime


@dataclass(frozen=True, slots=True)
class AnswerRow:
    """A newer accepted answer and what it says otherwise."""

    path: str
    title: str
    author: str
    created_at: datetime
    differences: tuple[Difference, ...]


@dataclass(frozen=True, slots=True)
class FixRow:
    """An issue of the problem that shipped since the article was checked."""

    number: int
    title: str
    closed_at: datetime


@dataclass(frozen=True, slots=True)
class EvidenceRows:
    """Everything behind an article's evidence; a list is empty where its kind is not among it."""

    asked_again: tuple[ReaderRow, ...] = ()
    rewritten: tuple[ReplyRow, ...] = ()
    contradicted: tuple[AnswerRow, ...] = ()
    shipped: tuple[FixRow, ...] = ()
    drifted: tuple[QuestionRow, ...] = ()


async def get_evidence_rows(actor: Actor, article: StaleArticle) -> EvidenceRows:
    """The rows as they stand now, of the windows that were measured."""
    actor.require(Permission.ARTICLE_DRAFT)
    actor.require(Permission.PERSON_READ)
    detail = {one.kind: one.detail for one in article.evidence}
    answer_ids = [answer_id for one in article.evidence for answer_id in one.answer_ids]
    return EvidenceRows(
        asked_again=tuple(await _list_readers(actor, article, detail["asked_again"]["days"]))
        if "asked_again" in detail
        else (),
        rewritten=tuple(await _list_replies(article, detail["rewritten"]["days"])) if "rewritten" in detail else (),
        contradicted=tuple(await _list_answers(actor, article, answer_ids)) if answer_ids else (),
        shipped=tuple(await _list_fixes(article)) if "shipped" in detail else (),
        drifted=tuple(await _list_questions(actor, article)) if "drifted" in detail else (),
    )


_READERS = f"""
select distinct on (u.person_id, (u.created_at at time zone 'utc')::date) u.person_id, p.name, u.created_at as read_at, q.asked_at,
    q.title as question
from answer a join answer_use u on u.answer_id = a.id and u.kind = 'opened' join person p on p.id = u.person_id and p.role = 'member'
join question q on q.person_id = u.person_id and q.cluster_id = a.cluster_id
    and q.asked_at > u.created_at and q.asked_at <= u.created_at + $5{SOURCES}
where {READABLE_QUESTION} and a.source_id = $2 and u.created_at >= $3 and u.created_at < $4
order by u.person_id, (u.created_at at time zone 'utc')::date, q.asked_at
"""


async def _list_readers(actor: Actor, article: StaleArticle, days: int) -> list[ReaderRow]:
    until = _day_of(article.measured_at) - SETTLED
    since = max(until - timedelta(days=days), _checked_day(article))
    rows = await fetch_all(_READERS, actor.visibilities, article.id, since, until, SETTLED)
    found = [ReaderRow(**row) for row in rows]
    return sorted(found, key=lambda one: one.read_at, reverse=True)[:LISTED]


async def _list_replies(article: StaleArticle, days: int) -> list[ReplyRow]:
    until = _day_of(article.measured_at)
    rows = await fetch_all(
        "select t.number, coalesce(t.subject, '') as subject, coalesce(g.name, '') as agent, u.distance, u.created_at from answer a"
        f" join answer_use u on u.answer_id = a.id and u.kind = 'edited_then_sent' and u.distance >= {REWRITTEN_FROM}"
        " join person p on p.id = u.person_id and p.role = 'member' left join ticket t on t.id = u.ticket_id"
        " left join ticket_message m on m.id = u.message_id left join person g on g.id = m.author_id"
        " where a.source_id = $1 and u.created_at >= $2 and u.created_at < $3 order by u.created_at desc limit $4",
        article.id,
        max(until - timedelta(days=days), _checked_day(article)),
        until,
        LISTED,
    )
    return [
        ReplyRow(
            ticket_path(row["number"]) if row["number"] else "",
            row["subject"],
            row["agent"],
            row["distance"],
            row["created_at"],
        )
        for row in rows
    ]


async def _list_answers(actor: Actor, article: StaleArticle, answer_ids: Sequence[UUID]) -> list[AnswerRow]:
    text = await fetch_value(
        "select body_source from article_revision where article_id = $1 and number = $2", article.id, article.revision
    )
    rows = await fetch_all(
        "select a.source_id, a.title, coalesce(who.name, '') as author, a.created_at, p.body_source from answer a"
        " join post p on p.id = a.source_id left join person who on who.id = a.author_id"
        f" where {READABLE_ANSWER} and a.id = any($2::uuid[]) order by a.created_at desc",
        actor.visibilities,
        list(answer_ids),
    )
    return [_as_answer(row, text or "") for row in rows]


def _as_answer(row: Any, text: str) -> AnswerRow:
    differences = tuple(find_differences(text, row["body_source"]))
    path = answer_path("post", row["source_id"], None, None)
    return AnswerRow(path, row["title"], row["author"], row["created_at"], differences)


async def _list_fixes(article: StaleArticle) -> list[FixRow]:
    rows = await fetch_all(
        "select i.number, i.title, i.closed_at from article ar join issue i on cluster_heir(i.cluster_id) = ar.cluster_id"
        " left join release rel on rel.version = ar.verified_for where ar.id = $1 and i.state = 'shipped'"
        " and i.closed_at > greatest(coalesce(ar.verified_at, ar.published_at), rel.released_at) order by i.closed_at desc",
        article.id,
    )
    return [FixRow(**row) for row in rows]


async def _list_questions(actor: Actor, article: StaleArticle) -> list[QuestionRow]:
    cluster_id = await fetch_value("select cluster_id from article where id = $1", article.id)
    rows = await list_questions_of_cluster(actor, cluster_id, limit=LISTED) if cluster_id else []
    return [row for row in rows if article.verified_at is None or row.asked_at > article.verified_at]


def _day_of(moment: datetime) -> datetime:
    return moment.replace(hour=0, minute=0, second=0, microsecond=0)


def _checked_day(article: StaleArticle) -> datetime:
    """Windows begin with the day on which the article was last checked."""
    return _day_of(article.verified_at) if article.verified_at else article.measured_at - TRAFFIC
