"""Telling people of what a lost message left untold."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from functools import partial
from uuid import UUID

from kb.core.clock import now
from kb.core.database import execute, fetch_all
from kb.core.errors import NotFound
from kb.notices.rules import SWEPT
from kb.notices.telling import tell_of_acceptance, tell_of_post
from kb.notices.telling_of_articles import (
    list_untold_publications,
    list_untold_returns,
    tell_of_publication,
    tell_of_return,
)
from kb.notices.telling_of_tickets import (
    list_untold_notes,
    list_untold_promises,
    tell_of_note,
    tell_of_promise,
)

AFTER = timedelta(minutes=1)
"""What is younger is still in the hands of its own message."""

KEPT = timedelta(days=30)
"""How long it is remembered that everybody was told of a thing; longer than `SWEPT` looks back."""


async def sweep_untold(*, limit: int = 200) -> int:
    """Posts, acceptances, articles, notes and promises of the last day nobody was told of; returns how many there were."""
    moment = now()
    posts = await fetch_all(
        "select p.id from post p join topic t on t.id = p.topic_id where p.id > $1 and p.id < $2 and p.source is null"
        " and p.hidden_at is null and t.hidden_at is null"
        " and not exists (select from notice_round r where r.thing = 'post:' || p.id) order by p.id limit $3",
        _first_id(moment - SWEPT),
        _first_id(moment - AFTER),
        limit,
    )
    accepted = await fetch_all(
        "select p.id from post p join topic t on t.id = p.topic_id where t.last_posted_at > $1 and p.accepted_at > $2"
        " and p.accepted_at < $3 and p.source is null and p.hidden_at is null and t.hidden_at is null"
        " and not exists (select from notice_round r where r.thing = 'accepted:' || t.id"
        "   || case when t.accepted_post_id = p.id then '' else ':' || p.id end) limit $4",
        moment - 30 * SWEPT,
        moment - SWEPT,
        moment - AFTER,
        limit,
    )
    for row in posts:
        await _passing_over_the_gone(tell_of_post, row["id"])
    for row in accepted:
        await _passing_over_the_gone(tell_of_acceptance, row["id"])
    returns = await list_untold_returns(moment - SWEPT, moment - AFTER, limit)
    for return_id in returns:
        await _passing_over_the_gone(tell_of_return, return_id)
    published = await list_untold_publications(moment - SWEPT, moment - AFTER, limit)
    for article_id in published:
        await _passing_over_the_gone(tell_of_publication, article_id)
    notes = await list_untold_notes(moment - SWEPT, moment - AFTER, limit)
    for message_id in notes:
        await _passing_over_the_gone(tell_of_note, message_id)
    promises = await list_untold_promises(moment - SWEPT, moment - AFTER, limit)
    for clock_id, happened in promises:
        await _passing_over_the_gone(partial(tell_of_promise, happened=happened), clock_id)
    await execute("delete from notice_round where done_at < $1", moment - KEPT)
    return sum(len(one) for one in (posts, accepted, returns, published, notes, promises))


async def _passing_over_the_gone(tell: Callable[[UUID], Awaitable[int]], post_id: UUID) -> None:
    try:
        await tell(post_id)
    except NotFound:
        return


def _first_id(moment: datetime) -> UUID:
    """The least UUIDv7 of the moment: ids grow with time, so posts of a day are found by their key alone."""
    return UUID(int=int(moment.timestamp() * 1000) << 80)
