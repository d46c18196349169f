"""Asked before, as pages: members say so from the topic, its asker objects, staff decide. The API stands in duplicates.py."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.response import Redirect

from kb.clusters.duplicates.confirming import confirm_duplicate
from kb.clusters.duplicates.contesting import contest_duplicate
from kb.clusters.duplicates.marking import NewMark, mark_duplicate
from kb.clusters.duplicates.queries import DuplicateView, get_duplicate, list_duplicates
from kb.clusters.duplicates.sides import Side
from kb.clusters.duplicates.undoing import undo_duplicate
from kb.core.actor import Actor
from kb.core.errors import Conflict, Invalid
from kb.core.permissions import Permission
from kb.core.saying import say
from kb.forum.access import access_topic_number
from kb.forum.queries import get_topic_page
from server.errors import STATUS
from server.forum.finding_topics import TYPED_MAX, Candidate, access_named, find_topics
from server.forum.forms import read_text_fields
from server.pages import Page, flash, render
from server.security.guards import requires
from server.wiring import Services

MARK = [requires(Permission.DUPLICATE_MARK)]
CONFIRM = [requires(Permission.DUPLICATE_CONFIRM)]
Asked = Request[Any, Any, Any]

PER_PAGE = 30


@dataclass(frozen=True, slots=True)
class MarkPage(Page):
    """The search for the original. `original` is the number chosen, as text."""

    number: int
    topic_title: str
    back: str
    q: str
    found: list[Candidate]
    original: str = ""
    reason: str = ""
    errors: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ContestPage(Page):
    """The asker's objection to `one`."""

    one: DuplicateView
    reason: str = ""
    errors: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class DuplicatesPage(Page):
    """Duplicates of one state, newest first. `tabs` are (address, text, None), `here` the present one's address."""

    duplicates: list[DuplicateView]
    tabs: list[tuple[str, str, None]]
    here: str
    older: str


@get("/t/{number:int}/duplicate", guards=MARK)
async def mark_form(request: Asked, actor: Actor, services: Services, number: int, q: str = "") -> Response[Any]:
    """Search the topic that asked the same first; unasked, with this one's title."""
    return render(request, "duplicates/mark.html", await _mark_page(actor, services, number, q[:TYPED_MAX]))


@post("/t/{number:int}/duplicate", guards=MARK)
async def mark(request: Asked, actor: Actor, services: Services, number: int) -> Response[Any]:
    """Say that it was asked before; a refusal shows the search again with what was typed."""
    topic = await access_topic_number(actor, number)
    sent = await read_text_fields(request)
    try:
        original = await access_named(actor, sent.get("original", ""), field="original")
        reason = sent.get("reason", "").strip()
        made = await mark_duplicate(
            actor,
            NewMark(Side("topic", topic.id), Side("topic", original.id), reason),
            enough=int(services.settings["DUPLICATE_MARKS"]),
        )
    except (Invalid, Conflict) as refusal:
        errors = refusal.fields or {"original": refusal.message}
        page = await _mark_page(actor, services, number, sent.get("q", "")[:TYPED_MAX], sent, errors)
        return render(request, "duplicates/mark.html", page, status=STATUS[type(refusal)])
    is_in_force = (await get_duplicate(actor, made)).in_force
    said = say("It leads to its original now.") if is_in_force else say("Noted. Enough people, or staff, confirm it.")
    return flash(Redirect(topic.path, status_code=303), "good", said)


@get("/duplicates", guards=CONFIRM)
async def show_duplicates(request: Asked, actor: Actor, only: str = "contested", page: int = 1) -> Response[Any]:
    """What waits for staff, and what was decided."""
    number = max(1, min(page, 1_000))
    found = await list_duplicates(actor, state=only, limit=PER_PAGE + 1, offset=(number - 1) * PER_PAGE)
    here = f"/duplicates?only={only}"
    shown = DuplicatesPage(
        say("Duplicates"),
        duplicates=found[:PER_PAGE],
        tabs=[(f"/duplicates?only={state}", text, None) for state, text in _tabs()],
        here=here,
        older=f"{here}&page={number + 1}" if len(found) > PER_PAGE else "",
    )
    return render(request, "duplicates/list.html", shown)


@get("/duplicates/{duplicate_id:uuid}/contest", guards=MARK)
async def contest_form(request: Asked, actor: Actor, duplicate_id: UUID) -> Response[Any]:
    """The form for the objection."""
    one = await get_duplicate(actor, duplicate_id)
    return render(request, "duplicates/contest.html", ContestPage(say("It is a different problem"), one))


@post("/duplicates/{duplicate_id:uuid}/contest", guards=MARK)
async def contest(request: Asked, actor: Actor, duplicate_id: UUID) -> Response[Any]:
    """Object; a refusal shows the form again with what was typed."""
    one = await get_duplicate(actor, duplicate_id)
    reason = (await read_text_fields(request)).get("reason", "")
    try:
        await contest_duplicate(actor, duplicate_id, reason=reason)
    except Invalid as refusal:
        page = ContestPage(say("It is a different problem"), one, reason, refusal.fields)
        return render(request, "duplicates/contest.html", page, status=STATUS[Invalid])
    return flash(Redirect(one.alias_path, status_code=303), "good", say("Staff are told and decide."))


@post("/duplicates/{duplicate_id:uuid}/confirmation", guards=CONFIRM)
async def confirm(request: Asked, actor: Actor, duplicate_id: UUID) -> Response[Any]:
    """It leads to its original from now on, also against the asker's objection."""
    one = await get_duplicate(actor, duplicate_id)
    back = await _where_from(request, one)
    try:
        await confirm_duplicate(actor, duplicate_id)
    except (Conflict, Invalid) as refusal:
        said = next(iter(refusal.fields.values()), refusal.message)
        return flash(Redirect(back, status_code=303), "bad", said)
    return flash(Redirect(back, status_code=303), "good", say("It leads to its original now."))


@post("/duplicates/{duplicate_id:uuid}/undoing", guards=MARK)
async def undo(request: Asked, actor: Actor, duplicate_id: UUID) -> Response[Any]:
    """Staff undo it exactly; members take back their own mark."""
    one = await get_duplicate(actor, duplicate_id)
    back = await _where_from(request, one)
    await undo_duplicate(actor, duplicate_id)
    return flash(Redirect(back, status_code=303), "good", say("Taken back, with everything as it was."))


async def _where_from(request: Asked, one: DuplicateView) -> str:
    """The list of staff, or the duplicate itself."""
    back = (await read_text_fields(request)).get("back", "")
    return back if back.startswith("/duplicates?only=") else one.alias_path


def _tabs() -> list[tuple[str, str]]:
    return [
        ("contested", say("Objections")),
        ("marked", say("Not confirmed")),
        ("confirmed", say("Confirmed")),
        ("undone", say("Taken back")),
    ]


async def _mark_page(
    actor: Actor,
    services: Services,
    number: int,
    q: str,
    sent: Mapping[str, str] | None = None,
    errors: Mapping[str, str] | None = None,
) -> MarkPage:
    topic = (await get_topic_page(actor, number)).topic
    text = q.strip() or topic.title
    found = await find_topics(actor, services, text, but=number)
    chosen, reason = (sent or {}).get("original", ""), (sent or {}).get("reason", "")
    return MarkPage(say("Asked before?"), number, topic.title, topic.path, text, found, chosen, reason, errors or {})
