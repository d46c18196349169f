"""The two indexes asked in SQL: shared words and nearness of meaning. What the reader may see stands in every statement."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from numpy import float32
from numpy.typing import NDArray

from kb.answers.addresses import article_path, ticket_path
from kb.answers.versions import ONE_VERSION, in_their_language
from kb.clusters.embedding import vector_text
from kb.clusters.nearest import count_ranked, find_space, looking_around, nearest_sql
from kb.core.actor import Actor
from kb.core.arguments import Arguments
from kb.core.database import fetch_all
from kb.core.permissions import Permission
from kb.forum.addresses import topic_path
from kb.ports.search_index import Typed
from kb.search.narrowing import narrow_articles, narrow_questions
from kb.search.rules import Clues, enough_words, every_word, needs_every_word


@dataclass(frozen=True, slots=True)
class Found:
    """A topic, ticket or article that one of the indexes named, with how. `id` is the thing's own, `document_id` what was found
    of it: a question, or the article itself. `asked_as` is the title of the duplicate that was found, where this is its original.
    `space` is the name in its space's address, `place` the one people read; both are empty without one. What it says is read
    for those that are shown (details.py): two hundred texts to show twenty took longer than finding them.
    """

    kind: str
    id: UUID
    document_id: UUID
    title: str
    url: str
    cluster_id: UUID | None
    answer_id: UUID | None
    asked_at: datetime
    place: str
    replies: int
    me_too: int
    clues: Clues
    asked_as: str = ""
    space: str = ""
    is_solved: bool = False


def readable_kinds(actor: Actor) -> list[str]:
    """The kinds of question the actor may be shown. Tickets are for those who answer them: to others no page of them opens."""
    kinds = {"topic": Permission.TOPIC_READ, "ticket": Permission.TICKET_ANSWER}
    return [kind for kind, permission in kinds.items() if actor.may(permission)]


_COLUMNS = (
    "coalesce(q.alias_kind, q.source_kind) as kind, coalesce(q.alias_of, q.parent_id) as id, q.id as document_id,"
    " coalesce(t.title, case when q.alias_of is not null then k.subject end, q.title) as title, q.cluster_id,"
    " case when q.alias_of is null then '' else q.title end as asked_as,"
    " coalesce(t.number, k.number) as number, t.slug, coalesce(t.created_at, q.asked_at) as asked_at,"
    " coalesce(s.name, '') as place, coalesce(s.slug, '') as space, t.accepted_post_id is not null as is_solved,"
    " coalesce(t.post_count, k.message_count) - 1 as replies, coalesce(t.me_too_count, 0) as me_too"
)
_SOURCES = (
    " left join topic t on coalesce(q.alias_kind, q.source_kind) = 'topic' and t.id = coalesce(q.alias_of, q.parent_id)"
    " left join space s on s.id = t.space_id"
    " left join ticket k on coalesce(q.alias_kind, q.source_kind) = 'ticket' and k.id = coalesce(q.alias_of, q.parent_id)"
)
_READABLE = (
    "q.visibility = any($1) and q.source_kind = any($2)"
    " and (coalesce(q.alias_kind, q.source_kind) <> 'topic' or (s.visibility = any($1) and t.hidden_at is null and t.unlisted_at is null))"
    " and (q.alias_of is null or q.source_kind <> 'topic' or exists (select 1 from topic o join space os on os.id = o.space_id"
    "   where o.id = q.parent_id and os.visibility = any($1) and o.hidden_at is null and o.unlisted_at is null))"
)
"""$1 is `actor.visibilities`, $2 `readable_kinds`. A topic is judged by its space as it is now, not by the question's copy;
a hidden one is shown to nobody, moderators included: it is no answer. A duplicate leads to its original for those who may
read both."""

_RANK = "ts_rank('{.1,.1,.1,.1}', %s, to_tsquery('english', $3), 1)"
"""Flat weights, so that a question's words and an article's are on one scale; divided by the logarithm of the length."""

MOST_RANKED = 1_000
"""Questions that hold every word and are weighed, and half as many that share enough of them. Where more do, those words say
little, and weighing all took 60 ms and more at 100,000."""

ENOUGH_EXACT = 20
"""Where so many hold every word, a page of them, nothing was misspelt, and titles nearly like the text are not looked for."""

_MATCHING = (
    f"select {_COLUMNS}, {_RANK % 'q.words'} as words, %s as every from question q{_SOURCES}"
    f" where %s and {_READABLE}NARROWED limit %d"
)
_HOLDING_EVERY = _MATCHING % ("true", "q.words @@ to_tsquery('english', $4)", MOST_RANKED)
_SHARING_ENOUGH = _MATCHING % (
    "false",
    "q.words @@ to_tsquery('english', $3) and not q.words @@ to_tsquery('english', $4)",
    MOST_RANKED // 2,
)
_BEST_WORDED = "select * from (%s) m order by words desc, document_id limit $5"

_AND_ALIKE = (
    "with worded as materialized (%s),"
    f" alike as (select {_COLUMNS} from question q{_SOURCES} where $6 <%% q.title and {_READABLE}NARROWED"
    f"   and (select count(*) filter (where every) from worded) < {ENOUGH_EXACT}"
    "   order by word_similarity($6, q.title) desc, q.id limit greatest($5 - (select count(*) from worded), 0))"
    " select w.*, w.document_id in (select document_id from alike) as alike from worded w"
    " union all select a.*, 0, false, true from alike a where a.document_id not in (select document_id from worded)"
)
"""Titles nearly like the text ($6) are looked for only where few hold every word; Postgres asks that once, before it looks."""

_BY_WORDS = _AND_ALIKE % (_BEST_WORDED % f"({_HOLDING_EVERY}) union all ({_SHARING_ENOUGH})")
_BY_EVERY_WORD = _AND_ALIKE % (_BEST_WORDED % _HOLDING_EVERY)

_BY_MEANING = (
    f"select {_COLUMNS}, 1 - n.distance as similarity,"
    f" case when q.words @@ to_tsquery('english', $4) then {_RANK.replace('$3', '$4') % 'q.words'} else 0 end as words,"
    " q.words @@ to_tsquery('english', $5) as every"
    f" from (%s) n join question q on q.id = n.question_id{_SOURCES} order by n.distance, q.id"
)
"""The inner statement is `nearest_sql`."""


async def find_by_words(actor: Actor, typed: Typed, limit: int) -> list[Found]:
    """Questions that share words with the text, most first; where few hold all of them, titles nearly like it (typing errors)."""
    reader = (actor.visibilities, readable_kinds(actor))
    sql = _BY_EVERY_WORD if needs_every_word(typed) else _BY_WORDS
    rows = await _fetch_narrowed(sql, actor, typed, *reader, enough_words(typed), every_word(typed), limit, typed.text)
    return [_found(row, Clues(words=row["words"], every=row["every"], alike=row["alike"])) for row in rows]


async def _fetch_narrowed(sql: str, actor: Actor, typed: Typed, *values: Any) -> list[Any]:
    """What lies within the limits typed as well."""
    args = Arguments(values)
    return await fetch_all(sql.replace("NARROWED", narrow_questions(actor, typed, args)), *args)


_NEWEST = (
    f"select {_COLUMNS} from question q{_SOURCES} where {_READABLE}NARROWED order by q.asked_at desc, q.id limit $3"
)


async def find_newest(actor: Actor, typed: Typed, limit: int) -> list[Found]:
    """What lies within the limits, newest first: for a search that holds operators and no words."""
    rows = await _fetch_narrowed(_NEWEST, actor, typed, actor.visibilities, readable_kinds(actor), limit)
    return [_found(row, Clues(words=1.0)) for row in rows]


async def find_by_meaning(
    actor: Actor, typed: Typed, *, fingerprint: str, vector: NDArray[float32], limit: int
) -> list[Found]:
    """Questions nearest in meaning among those the actor may read, through the model's own index.

    The index goes on until enough readable ones are found (`iterative_scan`), so what is hidden cannot crowd out what is not.
    """
    space = await find_space(fingerprint)
    if space is None:
        return []
    args = Arguments(
        (
            actor.visibilities,
            readable_kinds(actor),
            vector_text(vector),
            enough_words(typed),
            every_word(typed),
            limit,
            count_ranked(limit),
        )
    )
    nearest = nearest_sql(
        space,
        to=f"(select $3::text::{space.kind})",
        limit="$6",
        ranked="$7",
        joined=f" join question q on q.id = v.question_id{_SOURCES}",
        where=_READABLE + narrow_questions(actor, typed, args),
    )
    async with looking_around(limit) as conn:
        rows = await conn.fetch(_BY_MEANING.replace("%s", nearest), *args)
    return [_found(row, Clues(float(row["similarity"]), row["words"], row["every"])) for row in rows]


def _found(row: Any, clues: Clues) -> Found:
    is_topic = row["kind"] == "topic"
    return Found(
        kind=row["kind"],
        id=row["id"],
        document_id=row["document_id"],
        title=row["title"],
        url=topic_path(row["number"], row["slug"]) if is_topic else ticket_path(row["number"]),
        cluster_id=row["cluster_id"],
        answer_id=None,
        asked_at=row["asked_at"],
        place=row["place"],
        replies=row["replies"] or 0,
        me_too=row["me_too"],
        clues=clues,
        asked_as=row["asked_as"],
        space=row["space"],
        is_solved=row["is_solved"],
    )


_ONE_FOUND = ONE_VERSION.format(
    also=" and (v.words @@ to_tsquery('english', $3) or $5 <% v.title or v.cluster_id = any($6::uuid[]) or v.id = any($8::uuid[]) or $9)"
)
"""Of the versions of an article that are found, the one to show."""

_ARTICLES = (
    f"select ar.id, ar.number, ar.slug, ar.title, ar.cluster_id, a.id as answer_id,"
    " ar.published_at, coalesce(s.name, '') as place, coalesce(s.slug, '') as space,"
    f" case when ar.words @@ to_tsquery('english', $3) then {_RANK % 'ar.words'} else 0 end as words,"
    " ar.words @@ to_tsquery('english', $4) as every, $5 <% ar.title or ar.id = any($8::uuid[]) as alike"
    " from article ar left join answer a on a.source_id = ar.family_id and a.retired_at is null"
    " left join space s on s.id = ar.space_id and s.visibility = any($1)"
    " where $2 and ar.state = 'published' and ar.visibility = any($1)"
    f" and {_ONE_FOUND}"
    " and (ar.words @@ to_tsquery('english', $3) or $5 <% ar.title or ar.cluster_id = any($6::uuid[])"
    " or ar.id = any($8::uuid[]) or $9)NARROWED"
    " order by ar.id = any($8::uuid[]) desc, words desc, ar.published_at desc, ar.id limit $7"
)


async def find_articles(
    actor: Actor, typed: Typed, clusters: dict[UUID, float], limit: int, *, named: Sequence[UUID] = ()
) -> list[Found]:
    """Published articles that share words with the text, stand in one of these clusters (with their best similarity) or are
    named because an index outside the database found nearly the words in them. Without a word typed, all within the limits."""
    args = Arguments(
        (
            actor.visibilities,
            actor.may(Permission.ARTICLE_READ),
            enough_words(typed),
            every_word(typed),
            typed.text,
            list(clusters),
            limit,
            list(named),
            not typed.words,
        )
    )
    sql = in_their_language(_ARTICLES, actor).replace("NARROWED", narrow_articles(actor, typed, args))
    rows = await fetch_all(sql, *args)
    return [_article(row, clusters.get(row["cluster_id"])) for row in rows]


def _article(row: Any, similarity: float | None) -> Found:
    return Found(
        kind="article",
        id=row["id"],
        document_id=row["id"],
        title=row["title"],
        url=article_path(row["number"], row["slug"]),
        cluster_id=row["cluster_id"],
        answer_id=row["answer_id"],
        asked_at=row["published_at"],
        place=row["place"],
        replies=0,
        me_too=0,
        clues=Clues(similarity, row["words"], row["every"], row["alike"]),
        space=row["space"],
    )
