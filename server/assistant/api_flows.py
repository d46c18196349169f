"""Flows of the assistant for programs: /api/v1/flows."""

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from litestar import delete, get, post, put

from kb.assistant.flows.keeping import add_flow, disable_flow, enable_flow, save_flow
from kb.assistant.flows.queries import FlowLine, VersionLine, get_flow, list_flows
from kb.assistant.flows.stepping import Facts
from kb.assistant.flows.trying import try_flow
from kb.core.actor import Actor
from kb.core.permissions import Permission
from server.lists import CursorIn, Items, LimitIn, part_of
from server.security.guards import requires

MANAGE = [requires(Permission.FLOW_MANAGE)]


@dataclass(frozen=True, slots=True)
class FlowIn:
    """The flow's YAML: name, start and steps."""

    source: str


@dataclass(frozen=True, slots=True)
class FlowKept:
    """The flow and the version that was kept."""

    id: UUID
    version: int


@dataclass(frozen=True, slots=True)
class FlowOut:
    """A flow with one version's text. `enabled_version` is null while it is off."""

    id: UUID
    name: str
    enabled_version: int | None
    version: int
    source: str
    versions: list[VersionLine]


@dataclass(frozen=True, slots=True)
class EnablementIn:
    """Which version is to begin conversations."""

    version: int


@dataclass(frozen=True, slots=True)
class TrialIn:
    """A flow's text with replies and facts made up."""

    source: str
    replies: list[str] = field(default_factory=list)
    page: str = ""
    plan: str = ""
    signals: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class TrialLine:
    """`kind` is said, asked, answered, refused, offered, handed_off or ended; `values` are of the action that would be done."""

    kind: str
    text: str
    values: dict[str, str]


@dataclass(frozen=True, slots=True)
class TrialOut:
    """What would be said; nothing of it happened."""

    lines: list[TrialLine]


@get("/api/v1/flows", guards=MANAGE)
async def api_list_flows(actor: Actor, cursor: CursorIn = "", limit: LimitIn = 50) -> Items[FlowLine]:
    """Every flow, by name."""
    return part_of(await list_flows(actor), lambda one: one, lambda one: str(one.id), cursor=cursor, limit=limit)


@post("/api/v1/flows", guards=MANAGE)
async def api_add_flow(actor: Actor, data: FlowIn) -> FlowKept:
    """Keep a new flow, switched off. 422 names each line and field that is wrong, 409 a name that is taken."""
    kept = await add_flow(actor, data.source)
    return FlowKept(kept.id, kept.number)


@get("/api/v1/flows/{flow_id:uuid}", guards=MANAGE)
async def api_get_flow(actor: Actor, flow_id: UUID, version: int | None = None) -> FlowOut:
    """One flow with the text of a version, the newest where none is named."""
    flow = await get_flow(actor, flow_id, version)
    return FlowOut(flow.id, flow.name, flow.enabled_version, flow.number, flow.source, list(flow.versions))


@put("/api/v1/flows/{flow_id:uuid}", guards=MANAGE)
async def api_save_flow(actor: Actor, flow_id: UUID, data: FlowIn) -> FlowKept:
    """Keep a further version; the one that is on stays on. The same text again makes none."""
    kept = await save_flow(actor, flow_id, data.source)
    return FlowKept(kept.id, kept.number)


@put("/api/v1/flows/{flow_id:uuid}/enablement", guards=MANAGE, status_code=204)
async def api_enable_flow(actor: Actor, flow_id: UUID, data: EnablementIn) -> None:
    """Let a version begin conversations from now on."""
    await enable_flow(actor, flow_id, data.version)


@delete("/api/v1/flows/{flow_id:uuid}/enablement", guards=MANAGE)
async def api_disable_flow(actor: Actor, flow_id: UUID) -> None:
    """Begin no more conversations with it."""
    await disable_flow(actor, flow_id)


@post("/api/v1/flows/trial", guards=MANAGE, status_code=200)
async def api_try_flow(actor: Actor, data: TrialIn) -> TrialOut:
    """A dry run of a flow's text: what would be said for these replies. An offer counts as pressed by any reply."""
    facts = Facts(data.page, data.plan, frozenset(data.signals))
    told = try_flow(actor, data.source, data.replies, facts)
    return TrialOut([TrialLine(one.kind, one.text, dict(one.values)) for one in told])


ROUTES: list[Any] = [
    api_list_flows,
    api_add_flow,
    api_try_flow,
    api_get_flow,
    api_save_flow,
    api_enable_flow,
    api_disable_flow,
]
