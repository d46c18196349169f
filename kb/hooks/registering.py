"""Registering an address with its secret, changing what it is told, and taking it away and back."""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from kb.core.actor import Actor
from kb.core.database import execute, fetch_value
from kb.core.errors import Conflict
from kb.core.ids import new_id
from kb.core.permissions import Permission
from kb.core.saying import say
from kb.core.unit_of_work import unit_of_work
from kb.hooks.access import access_webhook
from kb.hooks.kinds import NEEDS_STAFF
from kb.hooks.rules import SECRETS_OVERLAP, WEBHOOKS_MOST, WebhookDraft, check_draft, clean_draft
from kb.hooks.signing import make_secret


@dataclass(frozen=True, slots=True)
class NewSecret:
    """The webhook's secret, this once."""

    id: UUID
    secret: str


async def register_webhook(actor: Actor, draft: WebhookDraft, *, inside: Collection[str] = ()) -> NewSecret:
    """It is told of what happens from now on. `inside` are hosts of our own network that may be told, by http too.

    Raises `Invalid` naming the fields, `Conflict` where there are too many webhooks.
    """
    actor.require(Permission.WEBHOOK_MANAGE)
    draft = clean_draft(draft)
    check_draft(draft, kinds=NEEDS_STAFF, inside=inside)
    made = NewSecret(new_id(), make_secret())
    async with unit_of_work(actor) as unit:
        await _require_room()
        await execute(
            "insert into webhook (id, name, url, kinds, audience, secret, created_by, created_at)"
            " values ($1, $2, $3, $4, $5, $6, $7, $8)",
            made.id,
            draft.name,
            draft.url,
            list(draft.kinds),
            draft.audience,
            made.secret,
            actor.person_id,
            unit.now,
        )
        unit.audit("webhook.add", "webhook", made.id, url=draft.url, kinds=draft.kinds, audience=draft.audience)
    return made


async def change_webhook(actor: Actor, webhook_id: UUID, draft: WebhookDraft, *, inside: Collection[str] = ()) -> None:
    """Another name, address, choice of events or audience. What waits is judged anew when it is sent."""
    actor.require(Permission.WEBHOOK_MANAGE)
    draft = clean_draft(draft)
    check_draft(draft, kinds=NEEDS_STAFF, inside=inside)
    async with unit_of_work(actor) as unit:
        was = await access_webhook(actor, webhook_id)
        await execute(
            "update webhook set name = $2, url = $3, kinds = $4, audience = $5,"
            " failing_since = case when url = $3 then failing_since end where id = $1",
            webhook_id,
            draft.name,
            draft.url,
            list(draft.kinds),
            draft.audience,
        )
        unit.audit(
            "webhook.change", "webhook", webhook_id, url=draft.url, kinds=draft.kinds, audience=draft.audience,
            was={"url": was["url"], "kinds": was["kinds"], "audience": was["audience"]},
        )  # fmt: skip


async def delete_webhook(actor: Actor, webhook_id: UUID) -> None:
    """Nothing more is sent; it can be restored until its log is forgotten."""
    async with unit_of_work(actor) as unit:
        await access_webhook(actor, webhook_id)
        await execute("update webhook set deleted_at = $2 where id = $1", webhook_id, unit.now)
        unit.audit("webhook.delete", "webhook", webhook_id)


async def restore_webhook(actor: Actor, webhook_id: UUID) -> None:
    """As it was, with what waited. What happened meanwhile is not told. Raises `NotFound` for one that is not deleted."""
    async with unit_of_work(actor) as unit:
        await access_webhook(actor, webhook_id, deleted=True)
        await _require_room()
        await execute("update webhook set deleted_at = null where id = $1", webhook_id)
        unit.audit("webhook.restore", "webhook", webhook_id)


async def rotate_secret(actor: Actor, webhook_id: UUID) -> NewSecret:
    """A new secret; for a day the former one signs beside it, so that the receiver can change over without a gap."""
    made = NewSecret(webhook_id, make_secret())
    async with unit_of_work(actor) as unit:
        await access_webhook(actor, webhook_id)
        await execute(
            "update webhook set former_secret = secret, former_until = $2, secret = $3 where id = $1",
            webhook_id,
            unit.now + SECRETS_OVERLAP,
            made.secret,
        )
        unit.audit("webhook.rotate", "webhook", webhook_id)
    return made


async def _require_room() -> None:
    """The lock makes two who register at once count one after the other."""
    await execute("select pg_advisory_xact_lock(hashtextextended('webhook', 0))")
    if await fetch_value("select count(*) from webhook where deleted_at is null") >= WEBHOOKS_MOST:
        raise Conflict(say("There are {most} webhooks already. Delete one first.", most=WEBHOOKS_MOST))
