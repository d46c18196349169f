"""Reading clusters. Staff only; what a role may not read of their questions is not counted either."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from kb.clusters.audiences import LABEL, READABLE_QUESTION, SOURCES
from kb.core.actor import Actor
from kb.core.database import fetch_all, fetch_one
from kb.core.errors import NotFound
from kb.core.permissions import Permission
from kb.core.saying import say


@dataclass(frozen=True, slots=True)
class ClusterRow:
    """A cluster in a list. `weekly` holds questions a week for twelve weeks, the oldest first."""

    id: UUID
    number: int
    label: str
    question_count: int
    person_count: int
    topic_count: int
    ticket_count: int
    answered: bool
    last_asked_at: datetime
    weekly: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class ClusterView:
    """A cluster's own page, counted over what the reader may read. `representative` is its most central question's title."""

    id: UUID
    number: int
    label: str
    label_by: str
    representative: str
    question_count: int
    person_count: int
    first_asked_at: datetime | None
    last_asked_at: datetime | None


@dataclass(frozen=True, slots=True)
class QuestionRow:
    """A question of a cluster, with where to read it and why it is here."""

    id: UUID
    kind: str
    title: str
    person_name: str
    url: str
    asked_at: datetime
    joined_by: str
    joined_reason: str
    similarity: float | None


@dataclass(frozen=True, slots=True)
class EventRow:
    """A line of a cluster's history. `change_id` is set for what can be undone still."""

    kind: str
    actor_name: str
    reason: str
    created_at: datetime
    change_id: UUID | None
    is_undone: bool


_ANSWERED = (
    "exists (select 1 from answer a where a.cluster_id = c.id and a.retired_at is null and a.visibility = any($1))"
)

_LIST = """
with counted as (
    select q.cluster_id, count(*) as questions, count(distinct q.person_id) as people, max(q.asked_at) as last_asked_at,
        count(*) filter (where q.asked_at > now() - interval '14 days') as lately,
        count(*) filter (where q.source_kind = 'topic') as topics, count(*) filter (where q.source_kind = 'ticket') as tickets
    from question q{sources} where q.cluster_id is not null and {readable} group by q.cluster_id
), shown as materialized (
    select c.id, c.number, c.label, c.label_by, c.representative_id, n.questions, n.people, n.lately, n.topics, n.tickets,
        n.last_asked_at as asked_last
    from cluster c join counted n on n.cluster_id = c.id
    where c.merged_into is null and ($2 = '' or {label} ilike '%' || $2 || '%')
        and ($5::uuid[] is null or c.id = any($5)) and ($6::boolean is null or $6 = {answered})
    order by {order}, c.number limit $3 offset $4
)
select c.id, c.number, {label} as label, c.asked_last as last_asked_at, c.questions, c.people, c.topics, c.tickets,
    {answered} as answered,
    array(select count(w.asked_at) from generate_series(11, 0, -1) as week (ago) left join (
            select q.asked_at from question q{sources} where q.cluster_id = c.id and {readable}) w
        on w.asked_at > now() - make_interval(weeks => week.ago + 1) and w.asked_at <= now() - make_interval(weeks => week.ago)
        group by week.ago order by week.ago desc) as weekly
from shown c order by {order}, c.number
"""


ORDERS = {
    "most": "questions desc",
    "people": "people desc, questions desc",
    "newest": "asked_last desc nulls last",
    "rising": "lately desc, questions desc",
}
"""What a list may be ordered by; `rising` is by questions of the last two weeks."""


@dataclass(frozen=True, slots=True)
class ClusterSearch:
    """What to list: labels that hold `words`, of those in `among`, with or without an answer; empty fields match all."""

    words: str = ""
    among: Collection[UUID] | None = None
    answered: bool | None = None
    order: str = "most"


EVERYTHING = ClusterSearch()


async def list_clusters(
    actor: Actor, search: ClusterSearch = EVERYTHING, *, limit: int = 50, offset: int = 0
) -> list[ClusterRow]:
    """Living clusters that match; an order that is not in ORDERS is the most asked first."""
    actor.require(Permission.CLUSTER_READ)
    sql = _LIST.format(
        label=LABEL,
        sources=SOURCES,
        readable=READABLE_QUESTION,
        answered=_ANSWERED,
        order=ORDERS.get(search.order, ORDERS["most"]),
    )
    rows = await fetch_all(
        sql,
        actor.visibilities,
        search.words.strip(),
        limit,
        offset,
        None if search.among is None else list(search.among),
        search.answered,
    )
    return [
        ClusterRow(
            id=row["id"],
            number=row["number"],
            label=row["label"],
            question_count=row["questions"],
            person_count=row["people"],
            topic_count=row["topics"],
            ticket_count=row["tickets"],
            answered=row["answered"],
            last_asked_at=row["last_asked_at"],
            weekly=tuple(row["weekly"]),
        )
        for row in rows
    ]


_ONE = f"""
with recursive heir as (
    select id, merged_into from cluster where number = $2
    union all select c.id, c.merged_into from cluster c join heir h on c.id = h.merged_into
)
select c.id, c.number, c.label_by, {LABEL} as label, n.*,
    (select q.title from question q{SOURCES} where q.id = c.representative_id and {READABLE_QUESTION}) as representative
from cluster c cross join lateral (
    select count(*) as question_count, count(distinct q.person_id) as person_count, min(q.asked_at) as first_asked_at,
        max(q.asked_at) as last_asked_at
    from question q{SOURCES} where q.cluster_id = c.id and {READABLE_QUESTION}
) n
where c.id = (select id from heir where merged_into is null)
"""


async def get_cluster(actor: Actor, number: int) -> ClusterView:
    """The cluster of this number, or the one it was merged into. Raises `NotFound`."""
    actor.require(Permission.CLUSTER_READ)
    row = await fetch_one(_ONE, actor.visibilities, number)
    if row is None:
        raise NotFound(say("There is no such cluster."))
    return ClusterView(
        id=row["id"],
        number=row["number"],
        label=row["label"],
        label_by=row["label_by"],
        representative=row["representative"] or "",
        question_count=row["question_count"],
        person_count=row["person_count"],
        first_asked_at=row["first_asked_at"],
        last_asked_at=row["last_asked_at"],
    )


async def get_cluster_number(actor: Actor, cluster_id: UUID) -> int:
    """The number people know it by. Raises `NotFound`."""
    actor.require(Permission.CLUSTER_READ)
    row = await fetch_one("select number from cluster where id = $1", cluster_id)
    if row is None:
        raise NotFound(say("There is no such cluster."))
    return int(row["number"])


async def list_questions_of_cluster(actor: Actor, cluster_id: UUID, *, limit: int = 200) -> list[QuestionRow]:
    """The newest questions first."""
    actor.require(Permission.CLUSTER_READ)
    rows = await fetch_all(
        "select q.id, q.source_kind, q.title, q.asked_at, q.joined_by, q.joined_reason, q.similarity, p.name,"
        "   t.number as topic_number, t.slug, k.number as ticket_number,"
        "   ra.number as article_number"
        f" from question q{SOURCES} left join person p on p.id = q.person_id"
        " left join ticket k on q.source_kind = 'ticket' and k.id = q.parent_id"
        " left join unhelped_reader r on q.source_kind = 'feedback' and r.id = q.source_id left join article ra on ra.id = r.article_id"
        f" where q.cluster_id = $2 and {READABLE_QUESTION} order by q.asked_at desc, q.id limit $3",
        actor.visibilities,
        cluster_id,
        limit,
    )
    return [
        QuestionRow(
            id=row["id"],
            kind=row["source_kind"],
            title=row["title"],
            person_name=row["name"] or "",
            url=_place_of(row),
            asked_at=row["asked_at"],
            joined_by=row["joined_by"] or "",
            joined_reason=row["joined_reason"] or "",
            similarity=row["similarity"],
        )
        for row in rows
    ]


def _place_of(row: Any) -> str:
    """Where the question is read; of a search, what it finds by now; of feedback, the article that did not help."""
    if row["topic_number"]:
        return f"/t/{row['topic_number']}/{row['slug']}"
    if row["article_number"]:
        return f"/kb/{row['article_number']}"
    return f"/desk/{row['ticket_number']}" if row["ticket_number"] else f"/search?{urlencode({'q': row['title']})}"


async def list_cluster_events(actor: Actor, cluster_id: UUID, *, limit: int = 50) -> list[EventRow]:
    """Its history, the newest first."""
    actor.require(Permission.CLUSTER_READ)
    rows = await fetch_all(
        "select e.kind, e.actor_name, e.reason, e.created_at, k.undone_by is not null as is_undone,"
        "   case when k.undone_by is null and k.kind <> 'undone' then k.id end as change_id"
        " from cluster_event e left join cluster_change k on k.id = e.change_id where e.cluster_id = $1 order by e.id desc limit $2",
        cluster_id,
        limit,
    )
    return [EventRow(**dict(row)) for row in rows]


async def label_for(actor: Actor, cluster_id: UUID) -> str:
    """What this reader calls the cluster: made only of what they may read; `""` where they have no name for it.

    Needs no permission: where a label may be shown at all is for the caller to say, and this one holds nothing they may not read.
    """
    row = await fetch_one(f"select {LABEL} as label from cluster c where c.id = $2", actor.visibilities, cluster_id)
    return row["label"] if row else ""


async def find_cluster_of(kind: str, parent_id: UUID) -> UUID | None:
    """The cluster most questions of a topic or ticket are in; for other rooms, which check who may see what."""
    row = await fetch_one(
        "select cluster_id from question where source_kind = $1 and parent_id = $2 and cluster_id is not null"
        " group by cluster_id order by count(*) desc, cluster_id limit 1",
        kind,
        parent_id,
    )
    return row["cluster_id"] if row else None
