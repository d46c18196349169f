"""What kb/screening must know of a post and its writer to look at it."""

from datetime import timedelta

from kb.core.actor import Actor
from kb.core.clock import now
from kb.core.database import fetch_one
from kb.forum.bodies import Body
from kb.screening.rules import History, Ruling, Screen, Writing, needs_history
from kb.screening.screening import screen_text

COPIES_WITHIN = timedelta(days=30)

_HISTORY = (
    "select $2::timestamptz - w.created_at as account_age,"
    " (select count(*) from (select 1 from post p join topic t on t.id = p.topic_id where p.author_id = w.id"
    "   and p.hidden_at is null and t.hidden_at is null limit 100) s)::int as in_sight,"
    " (select count(*) from post p where p.author_id = w.id and p.created_at > $2 - interval '1 hour')::int as last_hour,"
    " (select count(*) from post p where p.author_id = w.id and p.created_at > $3 and p.body_source = $4)::int as copies"
    " from person w where w.id = $1"
)


async def screen_post(actor: Actor, title: str, body: Body, screen: Screen) -> Ruling:
    """Whether a post of the actor waits for a moderator, and what they should look at. Outside any transaction."""
    history = await _read_history(actor, body) if needs_history(actor, screen) else History()
    return await screen_text(actor, Writing(title, body.html, history), screen)


async def _read_history(actor: Actor, body: Body) -> History:
    moment = now()
    row = await fetch_one(_HISTORY, actor.person_id, moment, moment - COPIES_WITHIN, body.source)
    return History(**row) if row else History()
