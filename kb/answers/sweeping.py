"""What messages missed: answers never collected, and answers that are none any more."""

from collections.abc import Awaitable, Callable
from uuid import UUID

from kb.answers.collecting import BATCH, collect_answers_of_messages, collect_answers_of_posts
from kb.answers.collecting_macros import collect_answer_of_macro
from kb.core.database import fetch_all

_POSTS = (
    "(select p.id from post p join topic t on t.id = p.topic_id"
    "   where p.accepted_at is not null and t.hidden_at is null and t.unlisted_at is null and p.hidden_at is null"
    "   and not exists (select 1 from answer a where a.source_id = p.id and a.retired_at is null) limit $1)"
    " union all"
    " (select a.source_id from answer a join topic t on t.id = a.parent_id join space s on s.id = t.space_id"
    "   left join post p on p.id = a.source_id where a.kind = 'post' and a.retired_at is null"
    "   and (p.accepted_at is null or t.hidden_at is not null or t.unlisted_at is not null"
    "     or p.hidden_at is not null or a.visibility <> s.visibility) limit $1)"
)
"""Accepted posts that are no answers, and answers that are accepted no more or whose space has other readers now."""

_REPLIES = (
    "select m.id from ticket_message m where m.kind = 'agent'"
    " and not exists (select 1 from answer a join answer_use u on u.answer_id = a.id and u.message_id = m.id where a.source_id = m.id"
    "   and a.parent_id = m.ticket_id)"
    " limit $1"
)
"""Replies that are no answers, of whose sending the ledger does not know, or that stand in another ticket since."""


async def sweep_uncollected_answers() -> int:
    """Collect and retire until nothing is left over; returns how many rows were looked at."""
    return await _sweep(_POSTS, collect_answers_of_posts) + await _sweep(_REPLIES, collect_answers_of_messages)


async def sweep_uncollected_macros() -> int:
    """Macros that are no answers, or whose answer says what they said before."""
    rows = await fetch_all(
        "select k.id from macro k left join answer a on a.source_id = k.id where a.id is null or a.title <> k.name"
        " or a.text_hash <> sha256(convert_to(k.body, 'UTF8')) or (a.retired_at is null) <> (k.archived_at is null)"
    )
    for row in rows:
        await collect_answer_of_macro(row["id"])
    return len(rows)


async def _sweep(sql: str, collect: Callable[[list[UUID]], Awaitable[int]]) -> int:
    """A row that is found again after it was collected would be found for ever: the round ends there."""
    seen: set[UUID] = set()
    while ids := {row["id"] for row in await fetch_all(sql, BATCH)} - seen:
        await collect(list(ids))
        seen |= ids
    return len(seen)
