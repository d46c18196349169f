"""What is said beside what was found: answers and tags, as far as the reader may read them at this moment."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from kb.core.actor import Actor
from kb.core.database import fetch_all
from kb.core.permissions import Permission
from kb.forum.tags import TAGS_OF_TOPIC

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


@dataclass(frozen=True, slots=True)
class Details:
    """What a page of results says beside what was found, by the topic: answers of those shown, tags of all."""

    answers: dict[UUID, UUID]
    tags: dict[UUID, tuple[str, ...]]


async def find_details(actor: Actor, *, shown: Sequence[UUID], found: Sequence[UUID]) -> Details:
    """The accepted answers of the topics shown and the tags of those found, as far as the actor may read them now."""
    if not found:
        return Details({}, {})
    rows = await fetch_all(
        f"with answered as ({_ANSWERS_OF}) select t.id as topic_id, {TAGS_OF_TOPIC} as tags,"
        " (select id from answered where parent_id = t.id limit 1) as answer_id"
        " from topic t join space s on s.id = t.space_id"
        " where t.id = any($4::uuid[]) and s.visibility = any($1) and t.hidden_at is null and t.unlisted_at is null",
        actor.visibilities,
        actor.may(Permission.TICKET_ANSWER),
        list(shown),
        list(found),
    )
    return Details(
        {row["topic_id"]: row["answer_id"] for row in rows if row["answer_id"]},
        {row["topic_id"]: tuple(row["tags"]) for row in rows},
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
