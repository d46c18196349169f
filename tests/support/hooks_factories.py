"""Webhooks for tests, made by the very functions admins use."""

from uuid import UUID

from kb.core.actor import Actor
from kb.core.database import execute
from kb.core.policy import Role
from kb.hooks.registering import NewSecret, register_webhook
from kb.hooks.rules import PUBLIC, WebhookDraft
from tests.support.factories import make_person

INSIDE = ["127.0.0.1"]
"""As an operator would list them: what runs on this machine may be told."""


async def make_webhook(
    url: str, *kinds: str, audience: str = PUBLIC, name: str = "The wiki", admin: Actor | None = None
) -> NewSecret:
    """An address that is told of these kinds, of questions unless some are named."""
    draft = WebhookDraft(name, url, kinds or ("topic.asked",), audience)
    return await register_webhook(admin or await make_person(Role.ADMIN), draft, inside=INSIDE)


async def let_waits_pass(delivery_id: UUID | None = None) -> None:
    """What waits for another attempt is due now."""
    await execute(
        "update webhook_delivery set next_attempt_at = now() - interval '1 second', created_at = created_at - interval '1 minute'"
        " where state = 'waiting' and ($1::uuid is null or id = $1)",
        delivery_id,
    )
