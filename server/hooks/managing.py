"""Webhooks as pages: list, add, change, pause, rotate, delete and restore."""

from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.response import Redirect

from kb.core.actor import Actor
from kb.core.errors import Conflict, Invalid
from kb.core.permissions import Permission
from kb.core.saying import say
from kb.hooks.pausing import pause_webhook, resume_webhook
from kb.hooks.queries import get_webhook, list_deliveries, list_webhooks
from kb.hooks.registering import (
    change_webhook,
    delete_webhook,
    register_webhook,
    restore_webhook,
    rotate_secret,
)
from kb.hooks.rules import WebhookDraft
from server.errors import STATUS
from server.hooks.pages import WebhookForm, WebhookFormPage, WebhookPage, WebhooksPage
from server.pages import flash, render
from server.security.guards import requires
from server.wiring import Services

MANAGE = [requires(Permission.WEBHOOK_MANAGE)]
Asked = Request[Any, Any, Any]
LIST = "/settings/webhooks"


@get(LIST, guards=MANAGE)
async def show_webhooks(request: Asked, actor: Actor) -> Response[Any]:
    """Every webhook, and those deleted lately."""
    page = WebhooksPage(say("Webhooks"), await list_webhooks(actor), await list_webhooks(actor, deleted=True))
    return render(request, "hooks/webhooks.html", page)


@get(f"{LIST}/new", guards=MANAGE)
async def new_webhook(request: Asked, services: Services) -> Response[Any]:
    """The empty form."""
    return render(request, "hooks/form.html", _form_page(services, WebhookForm()))


@post(LIST, guards=MANAGE)
async def add_webhook(request: Asked, actor: Actor, services: Services) -> Response[Any]:
    """Register an address and show its secret this once; it is on this page and nowhere else, so nothing is redirected."""
    form = await _read_form(request)
    try:
        made = await register_webhook(actor, _draft(form), inside=services.settings.webhook_inside_hosts)
    except (Invalid, Conflict) as refusal:
        page = _form_page(services, form, refusal=refusal)
        return render(request, "hooks/form.html", page, status=STATUS[type(refusal)])
    return await _show_with_secret(request, actor, made.id, made.secret, status=201)


@get(f"{LIST}/{{webhook_id:uuid}}/edit", guards=MANAGE)
async def edit_webhook(request: Asked, actor: Actor, webhook_id: UUID, services: Services) -> Response[Any]:
    """The form of one that is there."""
    hook = await get_webhook(actor, webhook_id)
    form = WebhookForm(hook.name, hook.url, hook.kinds, hook.audience)
    return render(request, "hooks/form.html", _form_page(services, form, edited=hook))


@post(f"{LIST}/{{webhook_id:uuid}}", guards=MANAGE)
async def save_webhook(request: Asked, actor: Actor, webhook_id: UUID, services: Services) -> Response[Any]:
    """Change it; a refusal shows the form again with what was typed."""
    form = await _read_form(request)
    try:
        await change_webhook(actor, webhook_id, _draft(form), inside=services.settings.webhook_inside_hosts)
    except Invalid as refusal:
        page = _form_page(services, form, edited=await get_webhook(actor, webhook_id), refusal=refusal)
        return render(request, "hooks/form.html", page, status=422)
    return _back(webhook_id, say("The webhook is changed."))


@post(f"{LIST}/{{webhook_id:uuid}}/pause", guards=MANAGE)
async def pause(actor: Actor, webhook_id: UUID) -> Response[Any]:
    """Send nothing for now."""
    await pause_webhook(actor, webhook_id)
    return _back(webhook_id, say("It is paused. What happens meanwhile is not told later."))


@post(f"{LIST}/{{webhook_id:uuid}}/resumption", guards=MANAGE)
async def resume(actor: Actor, webhook_id: UUID) -> Response[Any]:
    """Go on."""
    await resume_webhook(actor, webhook_id)
    return _back(webhook_id, say("It goes on. What waited is sent within a minute."))


@post(f"{LIST}/{{webhook_id:uuid}}/secret", guards=MANAGE)
async def rotate(request: Asked, actor: Actor, webhook_id: UUID) -> Response[Any]:
    """A new secret, shown this once."""
    made = await rotate_secret(actor, webhook_id)
    return await _show_with_secret(request, actor, webhook_id, made.secret, status=200)


@post(f"{LIST}/{{webhook_id:uuid}}/removal", guards=MANAGE)
async def remove(actor: Actor, webhook_id: UUID) -> Response[Any]:
    """Take it away; the list offers it back."""
    await delete_webhook(actor, webhook_id)
    return flash(Redirect(LIST, status_code=303), "info", say("The webhook is deleted. You can restore it below."))


@post(f"{LIST}/{{webhook_id:uuid}}/restoration", guards=MANAGE)
async def restore(actor: Actor, webhook_id: UUID) -> Response[Any]:
    """Have it back."""
    await restore_webhook(actor, webhook_id)
    return _back(webhook_id, say("It is back, as it was."))


async def _show_with_secret(
    request: Asked, actor: Actor, webhook_id: UUID, secret: str, *, status: int
) -> Response[Any]:
    hook = await get_webhook(actor, webhook_id)
    page = WebhookPage(hook.name, hook, await list_deliveries(actor, webhook_id), secret=secret)
    return render(request, "hooks/webhook.html", page, status=status)


def _form_page(
    services: Services, form: WebhookForm, *, edited: Any = None, refusal: Invalid | Conflict | None = None
) -> WebhookFormPage:
    errors = (refusal.fields or {"": refusal.message}) if refusal else {}
    title = say("Change the webhook") if edited else say("New webhook")
    return WebhookFormPage(title, form, edited, tuple(services.settings.webhook_inside_hosts), errors)


async def _read_form(request: Asked) -> WebhookForm:
    """The form as sent; each ticked kind is one field."""
    sent = await request.form()
    texts = {name: value for name, value in sent.items() if isinstance(value, str)}
    kinds = tuple(value for value in sent.getall("kinds", []) if isinstance(value, str))
    return WebhookForm(texts.get("name", ""), texts.get("url", ""), kinds, texts.get("audience", ""))


def _draft(form: WebhookForm) -> WebhookDraft:
    return WebhookDraft(form.name, form.url, form.kinds, form.audience)


def _back(webhook_id: UUID, said: str) -> Response[Any]:
    return flash(Redirect(f"{LIST}/{webhook_id}", status_code=303), "good", said)
