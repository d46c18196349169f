"""Policies and hours for those who manage the desk; how promises were kept for all who answer."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from litestar import Response, get, post
from litestar.response import Redirect

from kb.core.actor import Actor
from kb.core.cursors import Cursor, read_cursor, write_cursor
from kb.core.errors import Conflict, Invalid, NotFound
from kb.core.permissions import Permission
from kb.core.saying import say
from kb.desk.teams import list_teams
from kb.sla.business_hours import ALWAYS
from kb.sla.policies import (
    list_calendars,
    list_policies,
    order_policies,
    preview,
    remove_calendar,
    remove_policy,
    save_calendar,
    save_policy,
)
from kb.sla.queries import count_kept, list_promises_made
from server.errors import STATUS
from server.pages import flash, render
from server.security.guards import requires
from server.sla.forms import (
    Asked,
    CalendarForm,
    PolicyForm,
    calendar_form_of,
    form_of,
    read_calendar,
    read_policy,
)
from server.sla.pages import CalendarPage, ClocksPage, PolicyPage, PromisesPage

ANSWER = [requires(Permission.TICKET_ANSWER)]
MANAGE = [requires(Permission.TEAM_MANAGE)]
PATH = "/desk/promises"
DAYS, SHOWN = 30, 50


@get(PATH, guards=ANSWER)
async def show_promises(request: Asked, actor: Actor) -> Response[Any]:
    """All of it."""
    policies, calendars = await list_policies(actor), await list_calendars(actor)
    kept = await count_kept(actor, days=DAYS)
    return render(request, "sla/promises.html", PromisesPage(say("Promises"), policies, calendars, kept, DAYS))


@get(f"{PATH}/kept", guards=ANSWER)
async def show_clocks(
    request: Asked, actor: Actor, kind: str = "", standing: str = "", cursor: str = ""
) -> Response[Any]:
    """The rows behind the report."""
    found = await list_promises_made(actor, kind=kind, state=standing, before=read_cursor(cursor), limit=SHOWN + 1)
    following = write_cursor(Cursor(found[SHOWN - 1].started_at, found[SHOWN - 1].id)) if len(found) > SHOWN else ""
    asked = {"kind": kind, "standing": standing, "cursor": following}
    older = f"{PATH}/kept?{urlencode(asked)}" if following else ""
    return render(request, "sla/clocks.html", ClocksPage(say("Promises made"), found[:SHOWN], kind, standing, older))


@get(f"{PATH}/new", guards=MANAGE)
async def new_policy(request: Asked, actor: Actor) -> Response[Any]:
    """The form."""
    return await _show_policy(request, actor, None, PolicyForm())


@post(PATH, guards=MANAGE)
async def make_policy(request: Asked, actor: Actor) -> Response[Any]:
    """Make it; it is tried last."""
    return await _save_policy(request, actor, None)


@get(f"{PATH}/{{policy_id:uuid}}", guards=MANAGE)
async def show_policy(request: Asked, actor: Actor, policy_id: UUID) -> Response[Any]:
    """One to change."""
    known = next((one for one in await list_policies(actor) if one.id == policy_id), None)
    if known is None:
        raise NotFound(say("There is no such policy."))
    return await _show_policy(request, actor, policy_id, form_of(known.policy))


@post(f"{PATH}/{{policy_id:uuid}}", guards=MANAGE)
async def change_policy(request: Asked, actor: Actor, policy_id: UUID) -> Response[Any]:
    """For open tickets too."""
    return await _save_policy(request, actor, policy_id)


@post(f"{PATH}/{{policy_id:uuid}}/removal", guards=MANAGE)
async def drop_policy(actor: Actor, policy_id: UUID) -> Response[Any]:
    """Open tickets fall to the next that fits."""
    await remove_policy(actor, policy_id)
    return flash(
        Redirect(PATH, status_code=303), "good", say("Removed. Open tickets are promised what fits them next.")
    )


@post(f"{PATH}/{{policy_id:uuid}}/rise", guards=MANAGE)
async def raise_policy(actor: Actor, policy_id: UUID) -> Response[Any]:
    """Try it before the one that stands above it."""
    order = [one.id for one in await list_policies(actor)]
    at = order.index(policy_id) if policy_id in order else 0
    if at:
        order[at - 1 : at + 1] = [policy_id, order[at - 1]]
        await order_policies(actor, order)
    return Redirect(PATH, status_code=303)


@get("/desk/calendars/new", guards=MANAGE)
async def new_calendar(request: Asked) -> Response[Any]:
    """The form."""
    return _show_calendar(request, None, CalendarForm())


@post("/desk/calendars", guards=MANAGE)
async def make_calendar(request: Asked, actor: Actor) -> Response[Any]:
    """Make it."""
    return await _save_calendar(request, actor, None)


@get("/desk/calendars/{calendar_id:uuid}", guards=MANAGE)
async def show_calendar(request: Asked, actor: Actor, calendar_id: UUID) -> Response[Any]:
    """One to change."""
    known = next((one for one in await list_calendars(actor) if one.id == calendar_id), None)
    if known is None:
        raise NotFound(say("There is no such calendar."))
    return _show_calendar(request, calendar_id, calendar_form_of(known.name, known.hours))


@post("/desk/calendars/{calendar_id:uuid}", guards=MANAGE)
async def change_calendar(request: Asked, actor: Actor, calendar_id: UUID) -> Response[Any]:
    """For what is promised already too."""
    return await _save_calendar(request, actor, calendar_id)


@post("/desk/calendars/{calendar_id:uuid}/removal", guards=MANAGE)
async def drop_calendar(actor: Actor, calendar_id: UUID) -> Response[Any]:
    """Where no policy counts in it."""
    await remove_calendar(actor, calendar_id)
    return flash(Redirect(PATH, status_code=303), "good", say("Removed."))


async def _save_policy(request: Asked, actor: Actor, policy_id: UUID | None) -> Response[Any]:
    form = await read_policy(request)
    try:
        await save_policy(actor, form.policy(), policy_id)
    except (Invalid, Conflict) as refusal:
        return await _show_policy(request, actor, policy_id, form, refusal)
    return flash(Redirect(PATH, status_code=303), "good", say("Saved. Open tickets follow it within moments."))


async def _show_policy(
    request: Asked, actor: Actor, policy_id: UUID | None, form: PolicyForm, refusal: Invalid | Conflict | None = None
) -> Response[Any]:
    calendars, due = await list_calendars(actor), {}
    try:
        policy = form.policy()
        hours = next((one.hours for one in calendars if one.id == policy.calendar_id), ALWAYS)
        due = preview(policy, hours)
    except Invalid:
        pass
    title = say("A promise") if policy_id else say("New promise")
    page = PolicyPage(title, policy_id, form, calendars, await list_teams(actor), due, _errors(refusal))
    return render(request, "sla/policy.html", page, status=STATUS[type(refusal)] if refusal else 200)


async def _save_calendar(request: Asked, actor: Actor, calendar_id: UUID | None) -> Response[Any]:
    form = await read_calendar(request)
    try:
        await save_calendar(actor, form.name, form.hours(), calendar_id)
    except (Invalid, Conflict) as refusal:
        return _show_calendar(request, calendar_id, form, refusal)
    return flash(Redirect(PATH, status_code=303), "good", say("Saved."))


def _show_calendar(
    request: Asked, calendar_id: UUID | None, form: CalendarForm, refusal: Invalid | Conflict | None = None
) -> Response[Any]:
    title = say("Staffed hours") if calendar_id else say("New hours")
    page = CalendarPage(title, calendar_id, form, _errors(refusal))
    return render(request, "sla/calendar.html", page, status=STATUS[type(refusal)] if refusal else 200)


def _errors(refusal: Invalid | Conflict | None) -> Mapping[str, str]:
    return (refusal.fields or {"": refusal.message}) if refusal else {}
