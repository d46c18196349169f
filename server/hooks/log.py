"""A webhook's delivery log as pages, and sending by hand."""

from typing import Annotated, Any
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.params import Parameter
from litestar.response import Redirect

from kb.core.actor import Actor
from kb.core.errors import Conflict
from kb.core.permissions import Permission
from kb.core.saying import say
from kb.hooks.kinds import KINDS, TEST
from kb.hooks.queries import get_delivery, get_webhook, list_deliveries
from kb.hooks.rules import STATES
from kb.hooks.sending_again import send_again, send_test
from server.hooks.pages import DeliveryPage, WebhookPage
from server.pages import flash, render
from server.security.guards import requires

MANAGE = [requires(Permission.WEBHOOK_MANAGE)]
Asked = Request[Any, Any, Any]
ONE = "/settings/webhooks/{webhook_id:uuid}"


@get(ONE, guards=MANAGE)
async def show_webhook(
    request: Asked,
    actor: Actor,
    webhook_id: UUID,
    in_state: Annotated[str, Parameter(query="state")] = "",
    kind: str = "",
    cursor: str = "",
) -> Response[Any]:
    """One webhook and what was sent to it."""
    hook, state = await get_webhook(actor, webhook_id), in_state if in_state in STATES else ""
    kind = kind if kind in {*KINDS, TEST} else ""
    log = await list_deliveries(actor, webhook_id, state=state, kind=kind, cursor=cursor)
    return render(request, "hooks/webhook.html", WebhookPage(hook.name, hook, log, state, kind, not cursor))


@get(f"{ONE}/deliveries/{{delivery_id:uuid}}", guards=MANAGE)
async def show_delivery(request: Asked, actor: Actor, webhook_id: UUID, delivery_id: UUID) -> Response[Any]:
    """One delivery with its body and every attempt."""
    hook = await get_webhook(actor, webhook_id)
    view = await get_delivery(actor, webhook_id, delivery_id)
    return render(request, "hooks/delivery.html", DeliveryPage(view.delivery.kind, hook, view))


@post(f"{ONE}/test", guards=MANAGE)
async def test_webhook(actor: Actor, webhook_id: UUID) -> Response[Any]:
    """Send a test, and lead to it."""
    try:
        delivery_id = await send_test(actor, webhook_id)
    except Conflict as refusal:
        return flash(Redirect(f"/settings/webhooks/{webhook_id}", status_code=303), "bad", refusal.message)
    return _to_delivery(webhook_id, delivery_id, say("The test is on its way. Load the page again to see the answer."))


@post(f"{ONE}/deliveries/{{delivery_id:uuid}}/attempts", guards=MANAGE)
async def repeat_delivery(actor: Actor, webhook_id: UUID, delivery_id: UUID) -> Response[Any]:
    """Send it again."""
    try:
        await send_again(actor, webhook_id, delivery_id)
    except Conflict as refusal:
        return flash(
            Redirect(f"/settings/webhooks/{webhook_id}/deliveries/{delivery_id}", status_code=303),
            "bad",
            refusal.message,
        )
    return _to_delivery(webhook_id, delivery_id, say("It is sent again. Load the page again to see the answer."))


def _to_delivery(webhook_id: UUID, delivery_id: UUID, said: str) -> Response[Any]:
    return flash(Redirect(f"/settings/webhooks/{webhook_id}/deliveries/{delivery_id}", status_code=303), "good", said)
