"""What is said beside what was found: answers and tags, as far as the reader may read them at this moment."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from kb.core.actor import Actor
from kb.core.database import fetch_all
from kb.core.permissions import Permission

_LIVE_ANSWER = (
    " a.retired_at is null and a.visibility = any($1) and case a.kind"
    " when 'post' then t.hidden_at is null and t.unlisted_at is null"
    "   and p.hidden_at is null and p.accepted_at is not null and s.visibility = any($1)"
    " when 'article' then ar.state = 'published' and ar.visibility = any($1)"
    " else $2 end"
)
_ANSWER_SOURCES = (
    " left join post p on a.kind = 'post' and p.id = a.source_id left join topic t on t.id = p.topic_id"
    " left join space s on s.id = t.space_id left join article ar on a.kind = 'article' and ar.id = a.source_id"
)


_ANSWERS_OF = (
    f"select a.parent_id, a.id from answer a{_ANSWER_SOURCES} where a.kind = 'post' and a.parent_id = any($3::uuid[])"
    f" and {_LIVE_ANSWER}"
)


async def find_answers_of(actor: Actor, topic_ids: Sequence[UUID]) -> dict[UUID, UUID]:
    """The accepted answer of each of these topics that has one."""
    rows = await fetch_all(_ANSWERS_OF, actor.visibilities, actor.may(Permission.TICKET_ANSWER), list(topic_ids))
    return {row["parent_id"]: row["id"] for row in rows}


PLAIN_LENGTH = 8_000
"""Characters of an article's HTML that an excerpt is cut from."""


@dataclass(frozen=True, slots=True)
class Details:
    """What a page of results says beside what was found: tags of all topics, the answers of those shown, and by `document_id`
    what those shown say."""

    answers: dict[UUID, UUID]
    tags: dict[UUID, tuple[str, ...]]
    texts: dict[UUID, str]


_TAGS_OF = (
    "select x.topic_id, array_agg(g.slug order by g.slug) from topic_tag x join tag g on g.id = x.tag_id"
    " join topic t on t.id = x.topic_id join space s on s.id = t.space_id"
    " where x.topic_id = any($4::uuid[]) and s.visibility = any($1) and t.hidden_at is null and t.unlisted_at is null"
    " group by x.topic_id"
)
_TEXTS_OF = (
    "select q.id, q.text from question q where q.id = any($5::uuid[]) and q.visibility = any($1) union all"
    f" select ar.id, left(ar.body_html, {PLAIN_LENGTH}) from article ar"
    " where ar.id = any($5::uuid[]) and ar.state = 'published' and ar.visibility = any($1)"
)
_DETAILS = (
    "select 'answer' as what, parent_id as of, id as answer_id, null::text[] as tags, null as text"
    f" from ({_ANSWERS_OF}) a union all select 'tags', topic_id, null, slugs, null from ({_TAGS_OF}) g (topic_id, slugs)"
    f" union all select 'text', id, null, null, text from ({_TEXTS_OF}) x (id, text)"
)


async def find_details(
    actor: Actor, *, solved: Sequence[UUID], topics: Sequence[UUID], shown: Sequence[UUID]
) -> Details:
    """The accepted answers of the `solved` topics, the tags of all these `topics` and what the documents `shown` say, as far as
    the actor may read them now."""
    if not shown:
        return Details({}, {}, {})
    rows = await fetch_all(
        _DETAILS, actor.visibilities, actor.may(Permission.TICKET_ANSWER), list(solved), list(topics), list(shown)
    )
    return Details(
        {row["of"]: row["answer_id"] for row in rows if row["what"] == "answer"},
        {row["of"]: tuple(row["tags"]) for row in rows if row["what"] == "tags"},
        {row["of"]: row["text"] for row in rows if row["what"] == "text"},
    )


async def keep_readable_answers(actor: Actor, answer_ids: Sequence[UUID]) -> set[UUID]:
    """Those of these answers whose source the actor may read at this moment, whatever the answer's own row still says."""
    rows = await fetch_all(
        f"select a.id from answer a{_ANSWER_SOURCES} where a.id = any($3::uuid[]) and {_LIVE_ANSWER}",
        actor.visibilities,
        actor.may(Permission.TICKET_ANSWER),
        list(answer_ids),
    )
    return {row["id"] for row in rows}
