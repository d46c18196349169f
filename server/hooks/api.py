"""Webhooks for programs: /api/v1/webhooks."""

from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

from litestar import delete, get, post, put
from litestar.params import Parameter

from kb.core.actor import Actor
from kb.core.permissions import Permission
from kb.hooks.kinds import KINDS
from kb.hooks.pausing import pause_webhook, resume_webhook
from kb.hooks.queries import (
    DeliveryRow,
    DeliveryView,
    WebhookView,
    get_delivery,
    get_webhook,
    list_deliveries,
    list_webhooks,
)
from kb.hooks.registering import (
    NewSecret,
    change_webhook,
    delete_webhook,
    register_webhook,
    restore_webhook,
    rotate_secret,
)
from kb.hooks.rules import DELIVERIES_PAGE, PUBLIC, WebhookDraft
from kb.hooks.sending_again import send_again, send_test
from server.answering_once import SECRET_ANSWER
from server.lists import CursorIn, Items, LimitIn, check_limit, items_of, listed
from server.security.guards import requires
from server.wiring import Services

MANAGE = [requires(Permission.WEBHOOK_MANAGE)]


@dataclass(frozen=True, slots=True)
class WebhookIn:
    """A webhook as a program wants it. `audience`: public, what everybody may read, or staff, what staff may read."""

    name: str
    url: str
    kinds: list[str]
    audience: str = PUBLIC


@dataclass(frozen=True, slots=True)
class KindOut:
    """A kind of event; `audience` is staff where only staff's webhooks may choose it."""

    kind: str
    about: str
    audience: str


@get("/api/v1/webhook-kinds", guards=MANAGE)
async def api_list_kinds(cursor: CursorIn = "", limit: LimitIn = 50) -> Items[KindOut]:
    """Every kind of event there is."""
    kinds = [KindOut(kind.name, kind.about, "staff" if kind.for_staff else PUBLIC) for kind in KINDS.values()]
    return listed(kinds, lambda one: one.kind, cursor=cursor, limit=limit)


@get("/api/v1/webhooks", guards=MANAGE)
async def api_list_webhooks(
    actor: Actor, deleted: bool = False, cursor: CursorIn = "", limit: LimitIn = 50
) -> Items[WebhookView]:
    """Every webhook, without secrets; with `deleted` those that can be restored."""
    rows = await list_webhooks(actor, deleted=deleted)
    return listed(rows, lambda one: str(one.id), cursor=cursor, limit=limit)


@post("/api/v1/webhooks", guards=MANAGE, opt=SECRET_ANSWER)
async def api_register_webhook(actor: Actor, data: WebhookIn, services: Services) -> NewSecret:
    """Register an address; its secret is in this answer and in no other."""
    return await register_webhook(actor, _draft(data), inside=services.settings.webhook_inside_hosts)


@get("/api/v1/webhooks/{webhook_id:uuid}", guards=MANAGE)
async def api_get_webhook(actor: Actor, webhook_id: UUID) -> WebhookView:
    """One webhook."""
    return await get_webhook(actor, webhook_id)


@put("/api/v1/webhooks/{webhook_id:uuid}", guards=MANAGE)
async def api_change_webhook(actor: Actor, webhook_id: UUID, data: WebhookIn, services: Services) -> WebhookView:
    """Another name, address, choice of events or audience."""
    await change_webhook(actor, webhook_id, _draft(data), inside=services.settings.webhook_inside_hosts)
    return await get_webhook(actor, webhook_id)


@delete("/api/v1/webhooks/{webhook_id:uuid}", guards=MANAGE)
async def api_delete_webhook(actor: Actor, webhook_id: UUID) -> None:
    """Take it away; it can be restored for thirty days."""
    await delete_webhook(actor, webhook_id)


@post("/api/v1/webhooks/{webhook_id:uuid}/restoration", guards=MANAGE)
async def api_restore_webhook(actor: Actor, webhook_id: UUID) -> WebhookView:
    """Have a deleted one back."""
    await restore_webhook(actor, webhook_id)
    return await get_webhook(actor, webhook_id)


@put("/api/v1/webhooks/{webhook_id:uuid}/pause", guards=MANAGE)
async def api_pause_webhook(actor: Actor, webhook_id: UUID) -> WebhookView:
    """Send nothing; what happens meanwhile is not told later."""
    await pause_webhook(actor, webhook_id)
    return await get_webhook(actor, webhook_id)


@delete("/api/v1/webhooks/{webhook_id:uuid}/pause", guards=MANAGE)
async def api_resume_webhook(actor: Actor, webhook_id: UUID) -> None:
    """Go on, also after it was switched off because it failed for days."""
    await resume_webhook(actor, webhook_id)


@post("/api/v1/webhooks/{webhook_id:uuid}/secret", guards=MANAGE, opt=SECRET_ANSWER)
async def api_rotate_secret(actor: Actor, webhook_id: UUID) -> NewSecret:
    """A new secret; for a day the former one signs beside it."""
    return await rotate_secret(actor, webhook_id)


@post("/api/v1/webhooks/{webhook_id:uuid}/test", guards=MANAGE)
async def api_send_test(actor: Actor, webhook_id: UUID) -> DeliveryView:
    """Send a test; it stands in the log."""
    return await get_delivery(actor, webhook_id, await send_test(actor, webhook_id))


@get("/api/v1/webhooks/{webhook_id:uuid}/deliveries", guards=MANAGE)
async def api_list_deliveries(
    actor: Actor,
    webhook_id: UUID,
    in_state: Annotated[str, Parameter(query="state")] = "",
    kind: str = "",
    cursor: CursorIn = "",
    limit: LimitIn = DELIVERIES_PAGE,
) -> Items[DeliveryRow]:
    """The log, newest first; of one state (waiting, sent, failed, withheld) or kind."""
    await get_webhook(actor, webhook_id)
    most = check_limit(limit)
    found = await list_deliveries(actor, webhook_id, state=in_state, kind=kind, cursor=cursor, limit=most)
    return items_of(found.deliveries, found.next_cursor, lambda one: one)


@get("/api/v1/webhooks/{webhook_id:uuid}/deliveries/{delivery_id:uuid}", guards=MANAGE)
async def api_get_delivery(actor: Actor, webhook_id: UUID, delivery_id: UUID) -> DeliveryView:
    """One delivery with its body and every attempt."""
    return await get_delivery(actor, webhook_id, delivery_id)


@post("/api/v1/webhooks/{webhook_id:uuid}/deliveries/{delivery_id:uuid}/attempts", guards=MANAGE)
async def api_send_again(actor: Actor, webhook_id: UUID, delivery_id: UUID) -> DeliveryView:
    """Send it again at once, under the same webhook-id."""
    await send_again(actor, webhook_id, delivery_id)
    return await get_delivery(actor, webhook_id, delivery_id)


def _draft(data: WebhookIn) -> WebhookDraft:
    return WebhookDraft(data.name, data.url, tuple(data.kinds), data.audience)
