"""Flows as staff keep them: see, write, try without anything happening, switch on and off."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.response import Redirect

from kb.assistant.flows.example import EXAMPLE
from kb.assistant.flows.keeping import add_flow, disable_flow, enable_flow, save_flow
from kb.assistant.flows.queries import get_flow, list_flows
from kb.assistant.flows.stepping import Facts
from kb.assistant.flows.trying import try_flow
from kb.core.actor import Actor
from kb.core.errors import Conflict, Invalid, KbError
from kb.core.permissions import Permission
from kb.core.saying import say
from server.assistant.pages import FlowPage, FlowsPage
from server.errors import STATUS
from server.pages import flash, render
from server.security.guards import requires

Asked = Request[Any, Any, Any]
MANAGE = [requires(Permission.FLOW_MANAGE)]
LIST = "/assistant/flows"


@get(LIST, guards=MANAGE)
async def show_flows(request: Asked, actor: Actor) -> Response[Any]:
    """Every flow."""
    return render(request, "assistant/flows.html", FlowsPage(say("Flows"), await list_flows(actor)))


@get(f"{LIST}/new", guards=MANAGE)
async def new_flow(request: Asked) -> Response[Any]:
    """An example in the field, to be changed."""
    return render(request, "assistant/flow.html", FlowPage(say("New flow"), None, EXAMPLE))


@post(LIST, guards=MANAGE)
async def create_flow(request: Asked, actor: Actor) -> Response[Any]:
    """Keep it, or try what stands in the field; a refusal names lines and keeps what was typed."""
    sent = await _read(request)
    if sent.get("act") == "try":
        return await _try(request, actor, sent, None)
    try:
        kept = await add_flow(actor, sent.get("source", ""))
    except (Invalid, Conflict) as refusal:
        return await _show(request, actor, sent, None, refusal=refusal)
    return _to(kept.id, say("The flow is kept. It is off until you switch it on."))


@get(f"{LIST}/{{flow_id:uuid}}", guards=MANAGE)
async def show_flow(request: Asked, actor: Actor, flow_id: UUID, version: int | None = None) -> Response[Any]:
    """One flow with the text of a version, the newest where none is named."""
    flow = await get_flow(actor, flow_id, version)
    return render(request, "assistant/flow.html", FlowPage(flow.name, flow, flow.source))


@post(f"{LIST}/{{flow_id:uuid}}", guards=MANAGE)
async def change_flow(request: Asked, actor: Actor, flow_id: UUID) -> Response[Any]:
    """Keep a further version, or try what stands in the field."""
    sent = await _read(request)
    if sent.get("act") == "try":
        return await _try(request, actor, sent, flow_id)
    try:
        kept = await save_flow(actor, flow_id, sent.get("source", ""))
    except (Invalid, Conflict) as refusal:
        return await _show(request, actor, sent, flow_id, refusal=refusal)
    return _to(flow_id, say("Version {number} is kept.", number=kept.number))


@post(f"{LIST}/{{flow_id:uuid}}/enablement", guards=MANAGE)
async def switch_on(request: Asked, actor: Actor, flow_id: UUID) -> Response[Any]:
    """Let a version begin conversations."""
    version = (await _read(request)).get("version", "")
    if not (version.isascii() and version.isdigit() and len(version) < 9):
        raise Invalid(say("Say which version."), {"version": say("a number is wanted here")})
    await enable_flow(actor, flow_id, int(version))
    return _to(flow_id, say("Version {number} is on: it begins from now on.", number=int(version)))


@post(f"{LIST}/{{flow_id:uuid}}/enablement/removal", guards=MANAGE)
async def switch_off(actor: Actor, flow_id: UUID) -> Response[Any]:
    """Begin no more conversations with it."""
    await disable_flow(actor, flow_id)
    return _to(flow_id, say("The flow is off. Conversations under way go on."))


async def _try(request: Asked, actor: Actor, sent: Mapping[str, str], flow_id: UUID | None) -> Response[Any]:
    replies = [line for line in sent.get("replies", "").splitlines() if line.strip()]
    signals = frozenset(sent.get("signals", "").split())
    facts = Facts(sent.get("page", "").strip(), sent.get("plan", "").strip(), signals)
    try:
        tried = try_flow(actor, sent.get("source", ""), replies, facts)
    except Invalid as refusal:
        return await _show(request, actor, sent, flow_id, refusal=refusal)
    return await _show(request, actor, sent, flow_id, tried=tried)


async def _show(
    request: Asked,
    actor: Actor,
    sent: Mapping[str, str],
    flow_id: UUID | None,
    *,
    refusal: KbError | None = None,
    tried: Any = (),
) -> Response[Any]:
    flow = await get_flow(actor, flow_id) if flow_id else None
    page = FlowPage(
        flow.name if flow else say("New flow"),
        flow,
        sent.get("source", ""),
        replies=sent.get("replies", ""),
        page=sent.get("page", ""),
        plan=sent.get("plan", ""),
        signals=sent.get("signals", ""),
        tried=tried,
        errors=(refusal.fields or {"source": refusal.message}) if refusal else {},
    )
    return render(request, "assistant/flow.html", page, status=STATUS[type(refusal)] if refusal else 200)


def _to(flow_id: UUID, said: str) -> Response[Any]:
    return flash(Redirect(f"{LIST}/{flow_id}", status_code=303), "good", said)


async def _read(request: Asked) -> dict[str, str]:
    form = await request.form()
    return {name: value.replace("\r\n", "\n") for name, value in form.items() if isinstance(value, str)}


ROUTES: list[Any] = [show_flows, new_flow, create_flow, show_flow, change_flow, switch_on, switch_off]
