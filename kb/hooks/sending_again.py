"""Sending by hand: one delivery again, under its own id, or a test."""

from uuid import UUID

from kb.core.actor import Actor
from kb.core.database import execute, fetch_one
from kb.core.errors import Conflict, NotFound
from kb.core.ids import new_id
from kb.core.saying import say
from kb.core.unit_of_work import unit_of_work
from kb.hooks.access import NO_DELIVERY, access_webhook
from kb.hooks.kinds import TEST
from kb.hooks.messages import DeliveryPlanned


async def send_again(actor: Actor, webhook_id: UUID, delivery_id: UUID) -> None:
    """At once, whether it was taken, failed, was withheld or still waits. What it says is read and judged anew.

    Raises `Conflict` where the webhook is paused.
    """
    async with unit_of_work(actor) as unit:
        webhook = await access_webhook(actor, webhook_id)
        _require_going(webhook["paused_at"] is None)
        row = await fetch_one(
            "update webhook_delivery set state = 'waiting', settled_at = null, next_attempt_at = $3"
            " where id = $1 and webhook_id = $2 returning id",
            delivery_id,
            webhook_id,
            unit.now,
        )
        if row is None:
            raise NotFound(NO_DELIVERY)
        unit.audit("webhook.send_again", "webhook", webhook_id, delivery_id=delivery_id)
        unit.emit(DeliveryPlanned(delivery_id))


async def send_test(actor: Actor, webhook_id: UUID) -> UUID:
    """Tell it that nothing happened; returns the delivery, which stands in the log like any other."""
    delivery_id = new_id()
    async with unit_of_work(actor) as unit:
        webhook = await access_webhook(actor, webhook_id)
        _require_going(webhook["paused_at"] is None)
        await execute(
            "insert into webhook_delivery (id, webhook_id, thing, kind, subject_id, happened_at, created_at, next_attempt_at)"
            " values ($1, $2, $3, $4, $2, $5, $5, $5)",
            delivery_id,
            webhook_id,
            f"{TEST}:{delivery_id}",
            TEST,
            unit.now,
        )
        unit.audit("webhook.test", "webhook", webhook_id)
        unit.emit(DeliveryPlanned(delivery_id))
    return delivery_id


def _require_going(goes: bool) -> None:
    if not goes:
        raise Conflict(say("The webhook is paused. Let it go on first."))
