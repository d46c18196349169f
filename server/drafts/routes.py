"""Saving a draft, and the list of one's own."""

from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.response import Redirect

from kb.core.actor import Actor
from kb.core.errors import Conflict
from kb.core.permissions import Permission
from kb.core.saying import say
from kb.drafts.keeping import discard_draft, keep_draft, list_drafts, take_other_text
from kb.drafts.places import is_shared, place_path
from kb.drafts.writing_together import list_other_writers
from server.drafts.api import api_discard_draft, api_get_draft, api_keep_draft, api_list_drafts, api_take_other_text
from server.drafts.fields import read_text, read_version
from server.drafts.pages import DraftsPage
from server.errors import wants_json
from server.pages import flash, render
from server.security.guards import CHANGES_NO_PAGE, requires

Asked = Request[Any, Any, Any]
WRITE = [requires(Permission.POST_WRITE)]


@get("/me/drafts", guards=WRITE)
async def show_drafts(request: Asked, actor: Actor) -> Response[Any]:
    """What one wrote and did not send."""
    return render(request, "drafts/list.html", DraftsPage(say("Drafts"), await list_drafts(actor)))


@post("/drafts", guards=WRITE, opt=CHANGES_NO_PAGE, status_code=200)
async def save_draft(request: Asked, actor: Actor) -> Response[Any]:
    """Keep what stands in a form: the script's call answers with the version, the button leads back to the form."""
    form = await request.form()
    sent = {name: value for name, value in form.items() if isinstance(value, str)}
    place, text, version = sent.get("draft_place", ""), read_text(sent), read_version(sent)
    if wants_json(request):
        kept = await keep_draft(actor, place, text, based_on=version)
        others = [one.name for one in await list_other_writers(actor, place)]
        return Response({"version": kept, **({"others": others} if is_shared(place) else {})})
    try:
        await keep_draft(actor, place, text, based_on=version)
    except Conflict:
        await keep_draft(actor, place, text)
    return flash(
        Redirect(place_path(place), status_code=303), "good", say("Draft saved. It waits here on every device.")
    )


@post("/drafts/{draft_id:uuid}/removal", guards=WRITE)
async def discard(actor: Actor, draft_id: UUID) -> Response[Any]:
    """Throw one away."""
    await discard_draft(actor, draft_id)
    return flash(Redirect("/me/drafts", status_code=303), "info", say("Discarded."))


@post("/drafts/{draft_id:uuid}/other", guards=WRITE)
async def take_other(actor: Actor, draft_id: UUID) -> Response[Any]:
    """Go on with the text of the other device."""
    draft = await take_other_text(actor, draft_id)
    return flash(
        Redirect(draft.path, status_code=303), "good", say("This is the other text. The one before is kept beside it.")
    )


DRAFTS_ROUTES: list[Any] = [
    show_drafts,
    save_draft,
    discard,
    take_other,
    api_list_drafts,
    api_get_draft,
    api_take_other_text,
    api_keep_draft,
    api_discard_draft,
]
