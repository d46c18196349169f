"""The review queue, and the log with its undo."""

from dataclasses import replace
from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.response import Redirect

from kb.core.actor import Actor
from kb.core.errors import Conflict, Invalid, NotAllowed
from kb.core.permissions import Permission
from kb.core.saying import say
from kb.forum.spaces import list_spaces
from kb.moderation.canned import list_canned
from kb.moderation.deciding import Verdict, decide, undo_decision
from kb.moderation.log import list_log, undo_act
from kb.moderation.queries import QueueFilter, get_review_item, list_queue
from kb.moderation.rules import HIDE
from server.forum.forms import find_id, read_text_fields
from server.moderation.pages import DecidedPage, LogPage, QueuePage, decision_name
from server.pages import flash, render
from server.security.guards import requires

DECIDE = [requires(Permission.REVIEW_DECIDE)]
Asked = Request[Any, Any, Any]
WARN = "warn"
RETARGET = {"HX-Retarget": "body"}
"""A refusal is the whole page again, not one item of it."""


@get("/moderation", guards=DECIDE)
async def show_queue(
    request: Asked, actor: Actor, source: str = "", space: str = "", cursor: str = ""
) -> Response[Any]:
    """What waits, the longest first."""
    return render(request, "moderation/queue.html", await _page(actor, source, space, cursor))


@post("/moderation/items/{item_id:uuid}/decision", guards=DECIDE)
async def decide_one(request: Asked, actor: Actor, item_id: UUID) -> Response[Any]:
    """Keep, hide, or dismiss its flags. For htmx the decision takes the item's place, with a button that undoes it."""
    sent = await read_text_fields(request)
    verdict = _verdict(sent)
    swaps = "hx-request" in request.headers
    try:
        item = await get_review_item(actor, item_id) if swaps else None
        decision_id = await decide(actor, item_id, verdict)
    except Invalid as refusal:
        page = replace(await _page(actor, "", "", ""), refused=item_id, told=verdict.told, errors=refusal.fields)
        return render(request, "moderation/queue.html", page, status=422, headers=RETARGET if swaps else None)
    except (Conflict, NotAllowed) as refusal:
        return flash(Redirect("/moderation", status_code=303), "warn", refusal.message)
    said = decision_name(verdict.decision, was_held=bool(item and item.is_held), warned=verdict.warns)
    if item:
        return render(request, "moderation/_decided.html", DecidedPage(say("Decided"), item, said, decision_id))
    return flash(Redirect(_back(sent), status_code=303), "good", say("{what}. The log can undo it.", what=said))


@post("/moderation/decisions/{decision_id:uuid}/removal", guards=DECIDE)
async def undo_one(actor: Actor, decision_id: UUID) -> Response[Any]:
    """Everything as before it."""
    try:
        await undo_decision(actor, decision_id)
    except Conflict as refusal:
        return flash(Redirect("/moderation", status_code=303), "warn", refusal.message)
    return flash(Redirect("/moderation", status_code=303), "info", say("Undone: it waits here again."))


@get("/moderation/log", guards=DECIDE)
async def show_log(request: Asked, actor: Actor, cursor: str = "") -> Response[Any]:
    """What was done, newest first."""
    page = LogPage(say("Moderation log"), await list_log(actor, cursor=cursor), not cursor)
    return render(request, "moderation/log.html", page)


@post("/moderation/log/{line_id:uuid}/removal", guards=DECIDE)
async def undo_line(actor: Actor, line_id: UUID) -> Response[Any]:
    """Take one act back."""
    back = Redirect("/moderation/log", status_code=303)
    try:
        await undo_act(actor, line_id)
    except Conflict as refusal:
        return flash(back, "warn", refusal.message)
    return flash(back, "good", say("Undone."))


async def _page(actor: Actor, source: str, space: str, cursor: str) -> QueuePage:
    return QueuePage(
        say("Review queue"),
        await list_queue(actor, QueueFilter(source, space), cursor=cursor),
        await list_spaces(actor),
        await list_canned(actor),
        source,
        space,
        not cursor,
    )


def _verdict(sent: dict[str, str]) -> Verdict:
    """As the buttons say it: `warn` is to hide it, and to warn with the same words."""
    warns = sent.get("decision") == WARN
    decision = HIDE if warns else sent.get("decision", "")
    return Verdict(decision, sent.get("told", ""), find_id(sent.get("canned", "")), warns)


def _back(sent: dict[str, str]) -> str:
    """The list as it was narrowed, from its beginning."""
    back = sent.get("back", "")
    return back if back == "/moderation" or back.startswith("/moderation?") else "/moderation"
