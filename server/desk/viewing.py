"""The desk's views: one of those there always are, one saved under a name, or a filter as typed."""

from typing import Any
from uuid import UUID

from litestar import Response, get

from kb.core.actor import Actor
from kb.core.errors import NotFound
from kb.core.permissions import Permission
from kb.core.saying import say
from kb.desk.arranging_many import get_batch
from kb.desk.grammar import parse_filter
from kb.desk.saved_views import NO_VIEW, SavedView
from kb.desk.surroundings import Surroundings, get_surroundings
from kb.desk.topics import count_waiting_topics
from kb.desk.views import VIEWS, count_views, list_tickets
from server.desk.forms import Asked, ManyForm, Shown, read_shown, read_view
from server.desk.pages import VIEW_NAMES, DeskPage
from server.pages import render
from server.security.guards import requires

ANSWER = [requires(Permission.TICKET_ANSWER)]


@get("/desk", guards=ANSWER)
async def show_desk(request: Asked, actor: Actor) -> Response[Any]:
    """One view."""
    return render(request, "desk/desk.html", await build_desk(actor, read_shown(str(request.url))))


async def build_desk(actor: Actor, shown: Shown, *, form: ManyForm | None = None, refused: str = "") -> DeskPage:
    """The page of a view; a saved view counts before a typed filter, and that before a name."""
    around = await get_surroundings(actor)
    kept = _find_saved(around, shown.saved)
    typed = read_view(shown.queue) if shown.typed is None else shown.typed
    filter_ = parse_filter(kept.filter if kept else typed)
    found = await list_tickets(actor, filter_, cursor=shown.past)
    view = "" if kept else next((name for name, text in VIEWS.items() if text == str(filter_)), "")
    return DeskPage(
        say("Tickets: {queue}", queue=VIEW_NAMES[view] if view else kept.name if kept else say("filtered")),
        view=view,
        filter=str(filter_),
        notes=filter_.notes,
        lines=found.lines,
        counts=await count_views(actor),
        topics=await count_waiting_topics(actor),
        around=around,
        next_cursor=found.next_cursor,
        is_first=not shown.past,
        reader_id=str(actor.person_id),
        saved=kept,
        done=await get_batch(actor, shown.done) if shown.done else None,
        form=form or ManyForm(),
        errors={"": refused} if refused else {},
    )


def _find_saved(around: Surroundings, saved: UUID | None) -> SavedView | None:
    if saved is None:
        return None
    for view in around.views:
        if view.id == saved:
            return view
    raise NotFound(NO_VIEW)
