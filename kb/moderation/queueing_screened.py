"""What screening found about new posts comes into the review queue."""

from uuid import UUID

from kb.core.actor import SYSTEM
from kb.core.errors import NotFound
from kb.core.unit_of_work import unit_of_work
from kb.forum.access import lock_post
from kb.moderation.queueing import put_in_queue
from kb.screening.holding import list_unqueued, take_findings


async def queue_screened(post_id: UUID) -> bool:
    """Put it in the queue with all that was found, once. May run twice; False where it is there already or gone."""
    async with unit_of_work(SYSTEM) as unit:
        try:
            await lock_post(post_id)
        except NotFound:
            return False
        findings = await take_findings(unit, post_id)
        for one in findings:
            await put_in_queue(unit, "post", post_id, one.source, because=one.text)
    return bool(findings)


async def sweep_screened() -> int:
    """Put in the queue what a lost message left out; returns how many that were."""
    return sum([await queue_screened(post_id) for post_id in await list_unqueued()])
