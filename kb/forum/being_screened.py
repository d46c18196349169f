"""What kb/screening must know of a post and its writer to look at it."""

from kb.core.actor import Actor
from kb.core.database import fetch_value
from kb.core.trust import Trust
from kb.forum.bodies import Body
from kb.screening.rules import Ruling, Screen, Writing
from kb.screening.screening import screen_text

_IN_SIGHT = (
    "select count(*) from (select 1 from post p join topic t on t.id = p.topic_id where p.author_id = $1"
    " and p.hidden_at is null and t.hidden_at is null limit $2) p"
)


async def screen_post(actor: Actor, title: str, body: Body, screen: Screen) -> Ruling:
    """Whether a post of the actor waits for a moderator, and what they should look at. Outside any transaction."""
    in_sight = 0
    if screen.first_posts and not actor.is_staff and actor.trust == Trust.NEWCOMER:
        in_sight = int(await fetch_value(_IN_SIGHT, actor.person_id, screen.first_posts))
    return await screen_text(actor, Writing(title, body.html, in_sight), screen)
