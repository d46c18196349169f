"""What agents write again and again, proposed as macros: taken over or dismissed. As a page and for programs."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from litestar import Request, Response, delete, get, post
from litestar.response import Redirect

from kb.answers.macro_proposals import (
    PAGE,
    MacroProposal,
    accept_macro,
    dismiss_macro,
    get_macro_proposal,
    list_macro_proposals,
)
from kb.core.actor import Actor
from kb.core.cursors import Cursor, read_cursor, write_cursor
from kb.core.errors import Invalid
from kb.core.permissions import Permission
from kb.core.saying import say
from server.forum.forms import read_text_fields
from server.lists import CursorIn, Items, LimitIn, check_limit, page_of
from server.macros.pages import ProposalPage, ProposalsPage
from server.macros.writing import MacroIn
from server.pages import flash, render
from server.security.guards import requires
from server.wiring import Services

Asked = Request[Any, Any, Any]
ANSWER = [requires(Permission.TICKET_ANSWER)]
BACK = "/desk/macros/proposals"


@get("/desk/macros/proposals", guards=ANSWER)
async def show_proposals(request: Asked, actor: Actor, past: str = "") -> Response[Any]:
    """What waits for a decision, the newest first."""
    found = await list_macro_proposals(actor, after=read_cursor(past), limit=PAGE + 1)
    last = found[PAGE - 1] if len(found) > PAGE else None
    older = f"{BACK}?past={write_cursor(Cursor(last.created_at, last.id))}" if last else ""
    page = ProposalsPage(say("Written again and again"), found[:PAGE], older)
    return render(request, "macros/proposals.html", page)


@get("/desk/macros/proposals/{proposal_id:uuid}", guards=ANSWER)
async def show_proposal(request: Asked, actor: Actor, proposal_id: UUID) -> Response[Any]:
    """One, as the macro it would become."""
    proposal = await get_macro_proposal(actor, proposal_id)
    page = ProposalPage(proposal.name, proposal, proposal.name, proposal.body)
    return render(request, "macros/proposal.html", page)


@post("/desk/macros/proposals/{proposal_id:uuid}/acceptance", guards=ANSWER)
async def accept_proposal(request: Asked, actor: Actor, proposal_id: UUID) -> Response[Any]:
    """Make the macro as it stands in the form; a refusal shows it again with everything typed."""
    sent = await read_text_fields(request)
    name, body = sent.get("name", ""), sent.get("body", "")
    try:
        macro_id = await accept_macro(actor, proposal_id, name=name, body=body)
    except Invalid as refusal:
        proposal = await get_macro_proposal(actor, proposal_id)
        page = ProposalPage(proposal.name, proposal, name, body, refusal.fields)
        return render(request, "macros/proposal.html", page, status=422)
    said = say("It is a macro now, and is offered where this is asked.")
    return flash(Redirect(f"/desk/macros/{macro_id}", status_code=303), "good", said)


@post("/desk/macros/proposals/{proposal_id:uuid}/dismissal", guards=ANSWER)
async def dismiss_proposal(actor: Actor, proposal_id: UUID) -> Response[Any]:
    """Not worth a macro, for good."""
    await dismiss_macro(actor, proposal_id)
    return flash(Redirect(BACK, status_code=303), "info", say("Dismissed. It is not proposed again."))


@dataclass(frozen=True, slots=True)
class ProposalOut:
    """A reply written `copies` times by `agents`, and the macro drafted of it; `example` is the last ticket with it."""

    id: UUID
    name: str
    body: str
    copies: int
    agents: int
    cluster: int | None
    label: str
    example: str


@dataclass(frozen=True, slots=True)
class MacroMade:
    """The macro."""

    id: UUID
    url: str


@get("/api/v1/macro-proposals", guards=ANSWER)
async def api_list_proposals(
    actor: Actor, services: Services, cursor: CursorIn = "", limit: LimitIn = 50
) -> Items[ProposalOut]:
    """What agents write again and again and nobody decided about, the newest first."""
    found = await list_macro_proposals(actor, after=read_cursor(cursor), limit=check_limit(limit) + 1)
    base = services.settings.base_url
    return page_of(found, lambda one: _proposal(one, base), lambda one: (one.created_at, one.id), limit=limit)


@get("/api/v1/macro-proposals/{proposal_id:uuid}", guards=ANSWER)
async def api_get_proposal(actor: Actor, services: Services, proposal_id: UUID) -> ProposalOut:
    """One that waits for a decision."""
    return _proposal(await get_macro_proposal(actor, proposal_id), services.settings.base_url)


@post("/api/v1/macro-proposals/{proposal_id:uuid}/acceptance", guards=ANSWER)
async def api_accept_proposal(actor: Actor, services: Services, proposal_id: UUID, data: MacroIn) -> MacroMade:
    """Make it a macro. 409 where somebody decided already, 422 for an unknown placeholder or a name that is taken."""
    macro_id = await accept_macro(actor, proposal_id, name=data.name, body=data.body)
    return MacroMade(macro_id, f"{services.settings.base_url}/desk/macros/{macro_id}")


@delete("/api/v1/macro-proposals/{proposal_id:uuid}", guards=ANSWER)
async def api_dismiss_proposal(actor: Actor, proposal_id: UUID) -> None:
    """Dismiss it for good. 409 where somebody decided already."""
    await dismiss_macro(actor, proposal_id)


def _proposal(one: MacroProposal, base: str) -> ProposalOut:
    return ProposalOut(
        id=one.id,
        name=one.name,
        body=one.body,
        copies=one.copies,
        agents=one.agents,
        cluster=one.cluster_number,
        label=one.cluster_label,
        example=base + one.example_path,
    )
