"""Holding a webhook back and letting it go on; also after it was switched off because it failed for days."""

from uuid import UUID

from kb.core.actor import Actor
from kb.core.database import execute
from kb.core.unit_of_work import unit_of_work
from kb.hooks.access import access_webhook
from kb.hooks.rules import ASKED


async def pause_webhook(actor: Actor, webhook_id: UUID) -> None:
    """Nothing is sent, and what happens meanwhile is not told later; a paused one stays as it is."""
    async with unit_of_work(actor) as unit:
        webhook = await access_webhook(actor, webhook_id)
        if webhook["paused_at"] is None:
            await execute(
                "update webhook set paused_at = $2, paused_because = $3 where id = $1", webhook_id, unit.now, ASKED
            )
            unit.audit("webhook.pause", "webhook", webhook_id)


async def resume_webhook(actor: Actor, webhook_id: UUID) -> None:
    """Go on, with what waited when it was paused; one that goes on already stays as it is."""
    async with unit_of_work(actor) as unit:
        webhook = await access_webhook(actor, webhook_id)
        if webhook["paused_at"] is not None:
            await execute(
                "update webhook set paused_at = null, paused_because = '', failing_since = null where id = $1",
                webhook_id,
            )
            unit.audit("webhook.resume", "webhook", webhook_id, was=webhook["paused_because"])
