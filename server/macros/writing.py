"""Macros are listed, written, changed, put away and brought back. As pages and for programs."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from litestar import Request, Response, delete, get, post, put
from litestar.response import Redirect

from kb.core.actor import Actor
from kb.core.errors import Conflict, Invalid
from kb.core.permissions import Permission
from kb.core.saying import say
from kb.desk.surroundings import get_surroundings
from kb.macros.queries import MacroView, get_macro, list_macros
from kb.macros.writing import archive_macro, create_macro, edit_macro, restore_macro
from kb.tickets.acting import NO_ACTS, Acts
from server.errors import STATUS
from server.forum.forms import read_text_fields
from server.macros.pages import MacroForm, MacroFormPage, MacrosPage, form_of
from server.pages import flash, render
from server.security.guards import requires

Asked = Request[Any, Any, Any]
ANSWER = [requires(Permission.TICKET_ANSWER)]


@get("/desk/macros", guards=ANSWER)
async def show_macros(request: Asked, actor: Actor, q: str = "", archived: bool = False) -> Response[Any]:
    """Those on offer, or those archived; of many, those with the words looked for."""
    found = await list_macros(actor, words=q, archived=archived)
    title = say("Archived macros") if archived else say("Macros")
    return render(request, "macros/macros.html", MacrosPage(title, found, q, archived))


@get("/desk/macros/new", guards=ANSWER)
async def new_macro(request: Asked, actor: Actor) -> Response[Any]:
    """A blank form."""
    return await _show(request, actor, MacroForm())


@post("/desk/macros", guards=ANSWER)
async def create(request: Asked, actor: Actor) -> Response[Any]:
    """Keep it, and show it; a refusal shows the form with everything typed."""
    form = await _read(request)
    try:
        macro_id = await create_macro(actor, name=form.name, body=form.body, acts=form.acts())
    except Invalid as refusal:
        return await _show(request, actor, form, refusal=refusal)
    return _back_to(macro_id, say("Kept. It can be put into any reply."))


@get("/desk/macros/{macro_id:uuid}/edit", guards=ANSWER)
async def edit_form(request: Asked, actor: Actor, macro_id: UUID) -> Response[Any]:
    """The macro in the form."""
    macro = await get_macro(actor, macro_id)
    return await _show(request, actor, form_of(macro), macro)


@post("/desk/macros/{macro_id:uuid}", guards=ANSWER)
async def change(request: Asked, actor: Actor, macro_id: UUID) -> Response[Any]:
    """Change it, and show it; where somebody else was quicker, the form says so and keeps what was typed."""
    form, macro = await _read(request), await get_macro(actor, macro_id)
    try:
        await edit_macro(actor, macro_id, name=form.name, body=form.body, acts=form.acts(), revision=form.revision)
    except (Invalid, Conflict) as refusal:
        return await _show(request, actor, form, macro, refusal)
    return _back_to(macro_id, say("Changed."))


@post("/desk/macros/{macro_id:uuid}/archival", guards=ANSWER)
async def archive(actor: Actor, macro_id: UUID) -> Response[Any]:
    """Offer it no more."""
    await archive_macro(actor, macro_id)
    return _back_to(macro_id, say("Archived. It is offered no more."))


@post("/desk/macros/{macro_id:uuid}/restoration", guards=ANSWER)
async def restore(request: Asked, actor: Actor, macro_id: UUID) -> Response[Any]:
    """Offer it again. Where its name belongs to another by now, its page says so."""
    try:
        await restore_macro(actor, macro_id)
    except Invalid as refusal:
        said = next(iter(refusal.fields.values()))
        return flash(Redirect(f"/desk/macros/{macro_id}", status_code=303), "warn", said)
    return _back_to(macro_id, say("It is offered again."))


@dataclass(frozen=True, slots=True)
class MacroIn:
    """A name, and Markdown with placeholders such as `{{requester.name}}` and `{{fill: order number}}`; `acts` are done with the ticket
    when the reply is sent."""

    name: str
    body: str
    acts: Acts = NO_ACTS


@dataclass(frozen=True, slots=True)
class MacroChangeIn:
    """The macro as it shall be; without `acts` it keeps its own. `revision` is the one that was read, and null writes over whatever
    there is."""

    name: str
    body: str
    revision: int | None = None
    acts: Acts | None = None


@post("/api/v1/macros", guards=ANSWER)
async def api_create_macro(actor: Actor, data: MacroIn) -> MacroView:
    """Keep a reply under a name. 422 for an unknown placeholder or a name that is taken."""
    return await get_macro(actor, await create_macro(actor, name=data.name, body=data.body, acts=data.acts))


@put("/api/v1/macros/{macro_id:uuid}", guards=ANSWER)
async def api_edit_macro(actor: Actor, macro_id: UUID, data: MacroChangeIn) -> MacroView:
    """Change it. 409 where it was archived, or somebody changed it meanwhile; 422 as for a new one."""
    await edit_macro(actor, macro_id, name=data.name, body=data.body, acts=data.acts, revision=data.revision)
    return await get_macro(actor, macro_id)


@delete("/api/v1/macros/{macro_id:uuid}", guards=ANSWER)
async def api_archive_macro(actor: Actor, macro_id: UUID) -> None:
    """Offer it no more; it can be brought back. Doing it twice is fine."""
    await archive_macro(actor, macro_id)


@post("/api/v1/macros/{macro_id:uuid}/restoration", guards=ANSWER)
async def api_restore_macro(actor: Actor, macro_id: UUID) -> MacroView:
    """Offer it again. 422 where its name belongs to another by now."""
    await restore_macro(actor, macro_id)
    return await get_macro(actor, macro_id)


async def _read(request: Asked) -> MacroForm:
    sent = await read_text_fields(request)
    revision = sent.get("revision", "")
    is_number = revision.isascii() and revision.isdecimal() and len(revision) < 10
    return MacroForm(
        sent.get("name", ""),
        sent.get("body", ""),
        int(revision) if is_number else None,
        takes="takes" in sent,
        team_id=sent.get("team_id", ""),
        priority=sent.get("priority", ""),
        tags=sent.get("tags", ""),
        solves="solves" in sent,
    )


async def _show(
    request: Asked,
    actor: Actor,
    form: MacroForm,
    macro: MacroView | None = None,
    refusal: Invalid | Conflict | None = None,
) -> Response[Any]:
    errors = (refusal.fields or {"": refusal.message}) if refusal else {}
    teams = [(str(team.id), team.name) for team in (await get_surroundings(actor)).teams]
    page = MacroFormPage(say("Change a macro") if macro else say("New macro"), form, teams, macro, errors)
    return render(request, "macros/form.html", page, status=STATUS[type(refusal)] if refusal else 200)


def _back_to(macro_id: UUID, said: str) -> Response[Any]:
    return flash(Redirect(f"/desk/macros/{macro_id}", status_code=303), "good", said)


ROUTES: list[Any] = [
    show_macros, new_macro, create, edit_form, change, archive, restore,
    api_create_macro, api_edit_macro, api_archive_macro, api_restore_macro,
]  # fmt: skip
