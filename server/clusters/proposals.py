"""What refreshes propose, and a person's word on it."""

from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.response import Redirect

from kb.clusters.proposals import list_proposals
from kb.clusters.proposing import accept_proposal, refuse_proposal
from kb.core.actor import Actor
from kb.core.permissions import Permission
from kb.core.saying import say
from server.clusters.pages import ProposalsPage
from server.pages import flash, render
from server.security.guards import requires

Asked = Request[Any, Any, Any]


@get("/clusters/proposals", guards=[requires(Permission.CLUSTER_READ)])
async def show_proposals(request: Asked, actor: Actor) -> Response[Any]:
    """Merges and splits of large clusters that wait for somebody."""
    return render(request, "clusters/proposals.html", ProposalsPage(say("Proposals"), await list_proposals(actor)))


@post("/clusters/proposals/{proposal_id:uuid}/acceptance", guards=[requires(Permission.CLUSTER_CORRECT)])
async def accept(actor: Actor, proposal_id: UUID) -> Response[Any]:
    """Do it."""
    await accept_proposal(actor, proposal_id)
    return _back("Done. It can be undone in the cluster’s history.")


@post("/clusters/proposals/{proposal_id:uuid}/refusal", guards=[requires(Permission.CLUSTER_CORRECT)])
async def refuse(actor: Actor, proposal_id: UUID) -> Response[Any]:
    """Leave it as it is, for good."""
    await refuse_proposal(actor, proposal_id)
    return _back(say("Left as it is. No refresh will propose it again."))


def _back(said: str) -> Response[Any]:
    return flash(Redirect("/clusters/proposals", status_code=303), "good", said)
