"""One macro, as agents read it."""

from typing import Any
from uuid import UUID

from litestar import Request, Response, get

from kb.core.actor import Actor
from kb.core.permissions import Permission
from kb.macros.queries import MacroView, get_macro, list_macros
from server.lists import CursorIn, Items, LimitIn, listed
from server.macros.pages import MacroPage
from server.pages import render
from server.security.guards import requires

ANSWER = [requires(Permission.TICKET_ANSWER)]


@get("/desk/macros/{macro_id:uuid}", guards=ANSWER)
async def show_macro(request: Request[Any, Any, Any], actor: Actor, macro_id: UUID) -> Response[Any]:
    """Its text with the placeholders as they stand."""
    macro = await get_macro(actor, macro_id)
    return render(request, "macros/macro.html", MacroPage(macro.name, macro))


@get("/api/v1/macros", guards=ANSWER)
async def api_list_macros(
    actor: Actor, q: str = "", archived: bool = False, cursor: CursorIn = "", limit: LimitIn = 50
) -> Items[MacroView]:
    """The macros on offer, or those archived. What matches by name comes first; take one into a reply with
    `POST /api/v1/tickets/{number}/macro-insertions`."""
    found = await list_macros(actor, words=q, archived=archived)
    return listed(found, lambda one: str(one.id), cursor=cursor, limit=limit)


@get("/api/v1/macros/{macro_id:uuid}", guards=ANSWER)
async def api_get_macro(actor: Actor, macro_id: UUID) -> MacroView:
    """One macro, archived or not."""
    return await get_macro(actor, macro_id)
