"""What an attempt means for its delivery and its webhook: done, another try, given up, switched off."""

from uuid import UUID

from kb.core.actor import SYSTEM
from kb.core.database import execute, fetch_one
from kb.core.unit_of_work import UnitOfWork, unit_of_work
from kb.hooks.messages import WebhookSwitchedOff
from kb.hooks.rules import FAILED, FAILING, GONE, SENT, is_given_up, next_attempt


async def note_success(delivery_id: UUID, webhook_id: UUID) -> None:
    """It was taken, and its webhook works."""
    async with unit_of_work(SYSTEM) as unit:
        await execute("update webhook set failing_since = null where id = $1 and failing_since is not null", webhook_id)
        await _settle(unit, delivery_id, SENT)


async def note_failure(
    delivery_id: UUID, webhook_id: UUID, *, attempts: int, is_gone: bool, retry_after: int = 0
) -> None:
    """It waits for the next attempt, or has failed; a webhook that failed for days, or is gone, is switched off."""
    async with unit_of_work(SYSTEM) as unit:
        row = await fetch_one(
            "update webhook set failing_since = coalesce(failing_since, $2) where id = $1 returning failing_since, paused_at",
            webhook_id,
            unit.now,
        )
        if row and row["paused_at"] is None and (is_gone or is_given_up(row["failing_since"], at=unit.now)):
            await _switch_off(unit, webhook_id, GONE if is_gone else FAILING)
        again = None if is_gone else next_attempt(attempts, at=unit.now, retry_after=retry_after)
        if again is None:
            await _settle(unit, delivery_id, FAILED)
        else:
            await execute("update webhook_delivery set next_attempt_at = $2 where id = $1", delivery_id, again)


async def _settle(unit: UnitOfWork, delivery_id: UUID, state: str) -> None:
    await execute(
        "update webhook_delivery set state = $2, settled_at = $3 where id = $1 and state = 'waiting'",
        delivery_id,
        state,
        unit.now,
    )


async def _switch_off(unit: UnitOfWork, webhook_id: UUID, reason: str) -> None:
    await execute("update webhook set paused_at = $2, paused_because = $3 where id = $1", webhook_id, unit.now, reason)
    unit.audit("webhook.switch_off", "webhook", webhook_id, because=reason)
    unit.emit(WebhookSwitchedOff(webhook_id))
