"""Hiding what enough people of standing have flagged, until somebody has looked."""

from uuid import UUID

from kb.core.actor import SYSTEM
from kb.core.database import fetch_all, fetch_value
from kb.core.errors import NotFound
from kb.core.unit_of_work import unit_of_work
from kb.forum.access import lock_post
from kb.forum.hiding import take_out_of_sight

_COUNT = (
    "select count(*) from flag f join review_item i on i.id = f.item_id"
    " where f.post_id = $1 and f.has_standing and f.outcome is null and i.decided_at is null"
)


async def hide_when_enough(post_id: UUID, *, enough: int) -> bool:
    """Hide the post, its topic where it is the question, once `enough` flags with standing wait (0: never). May run twice.

    What a moderator decided to keep is not hidden by the flags they decided about.
    """
    if not enough:
        return False
    async with unit_of_work(SYSTEM) as unit:
        try:
            post, topic = await lock_post(post_id)
        except NotFound:
            return False
        flags = int(await fetch_value(_COUNT, post_id))
        if flags < enough or post.is_hidden or (post.position == 1 and topic.is_hidden):
            return False
        await take_out_of_sight(unit, post, topic, waits=True)
        unit.audit("flag.hide", "post", post_id, flags=flags, topic_id=topic.id)
    return True


async def sweep_flagged(*, enough: int, limit: int = 200) -> int:
    """Hide what a lost message left in sight; returns how many that were."""
    if not enough:
        return 0
    rows = await fetch_all(
        "select i.post_id from review_item i join flag f on f.item_id = i.id and f.has_standing"
        " join post p on p.id = i.post_id join topic t on t.id = p.topic_id"
        " where i.decided_at is null and p.hidden_at is null and (p.position > 1 or t.hidden_at is null)"
        " group by i.post_id having count(*) >= $1 limit $2",
        enough,
        limit,
    )
    return sum([await hide_when_enough(row["post_id"], enough=enough) for row in rows])
