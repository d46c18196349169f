"""Teams: who is in them and there; and, for admins, making, changing and removing them."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.response import Redirect

from kb.core.actor import Actor
from kb.core.errors import Conflict, Invalid
from kb.core.permissions import Permission
from kb.core.saying import say
from kb.desk.presence import get_presence, set_presence
from kb.desk.teams import (
    TeamDraft,
    add_member,
    change_team,
    create_team,
    get_team,
    list_teams,
    remove_member,
    remove_team,
)
from kb.tickets.queries import list_agents
from server.desk.forms import Asked, read_person, read_presence, read_team
from server.desk.pages import TeamPage, TeamsPage
from server.errors import STATUS
from server.pages import flash, render
from server.security.guards import requires

ANSWER = [requires(Permission.TICKET_ANSWER)]
MANAGE = [requires(Permission.TEAM_MANAGE)]


@get("/desk/teams", guards=ANSWER)
async def show_teams(request: Asked, actor: Actor) -> Response[Any]:
    """All teams, and whether the reader is there."""
    return await _show_teams(request, actor)


@post("/desk/presence", guards=ANSWER)
async def change_presence(request: Asked, actor: Actor) -> Response[Any]:
    """Away or there, and how many tickets the rules may give one."""
    is_away, capacity = await read_presence(request)
    try:
        await set_presence(actor, is_away=is_away, capacity=capacity)
    except Invalid as refusal:
        return await _show_teams(request, actor, refusal)
    said = say("You are away: no rule gives you tickets.") if is_away else say("You are there.")
    return flash(Redirect("/desk/teams", status_code=303), "good", said)


@get("/desk/teams/new", guards=MANAGE)
async def new_team(request: Asked) -> Response[Any]:
    """The form."""
    return render(request, "desk/team.html", TeamPage(say("New team"), TeamDraft("", "round_robin"), None, []))


@post("/desk/teams", guards=MANAGE)
async def make_team(request: Asked, actor: Actor) -> Response[Any]:
    """Make it; its people come next."""
    draft = await read_team(request)
    try:
        team_id = await create_team(actor, draft)
    except (Invalid, Conflict) as refusal:
        page = TeamPage(say("New team"), draft, None, [], _errors(refusal))
        return render(request, "desk/team.html", page, status=STATUS[type(refusal)])
    return flash(Redirect(f"/desk/teams/{team_id}", status_code=303), "good", say("Made. Add its people below."))


@get("/desk/teams/{team_id:uuid}", guards=MANAGE)
async def show_team(request: Asked, actor: Actor, team_id: UUID) -> Response[Any]:
    """One team to change."""
    return await _show_team(request, actor, team_id)


@post("/desk/teams/{team_id:uuid}", guards=MANAGE)
async def update_team(request: Asked, actor: Actor, team_id: UUID) -> Response[Any]:
    """Name, rule and channels."""
    draft = await read_team(request)
    try:
        await change_team(actor, team_id, draft)
    except Invalid as refusal:
        return await _show_team(request, actor, team_id, draft, refusal)
    return flash(Redirect("/desk/teams", status_code=303), "good", say("Changed."))


@post("/desk/teams/{team_id:uuid}/removal", guards=MANAGE)
async def delete_team(actor: Actor, team_id: UUID) -> Response[Any]:
    """Its tickets stay with whoever has them."""
    await remove_team(actor, team_id)
    return flash(Redirect("/desk/teams", status_code=303), "good", say("Removed. Its tickets belong to no team now."))


@post("/desk/teams/{team_id:uuid}/members", guards=MANAGE)
async def add_to_team(request: Asked, actor: Actor, team_id: UUID) -> Response[Any]:
    """One agent more."""
    person_id = await read_person(request)
    if person_id is None:
        refusal = Invalid(say("Nobody was chosen."), {"person_id": say("choose an agent")})
        return await _show_team(request, actor, team_id, refusal=refusal)
    await add_member(actor, team_id, person_id)
    return Redirect(f"/desk/teams/{team_id}", status_code=303)


@post("/desk/teams/{team_id:uuid}/members/{person_id:uuid}/removal", guards=MANAGE)
async def take_from_team(actor: Actor, team_id: UUID, person_id: UUID) -> Response[Any]:
    """One agent less."""
    await remove_member(actor, team_id, person_id)
    return Redirect(f"/desk/teams/{team_id}", status_code=303)


async def _show_teams(request: Asked, actor: Actor, refusal: Invalid | None = None) -> Response[Any]:
    page = TeamsPage(
        say("Teams"), await list_teams(actor), await get_presence(actor), refusal.fields if refusal else {}
    )
    return render(request, "desk/teams.html", page, status=422 if refusal else 200)


async def _show_team(
    request: Asked, actor: Actor, team_id: UUID, draft: TeamDraft | None = None, refusal: Invalid | None = None
) -> Response[Any]:
    team = await get_team(actor, team_id)
    inside = {member.id for member in team.members}
    agents = [one for one in await list_agents(actor) if one.id not in inside]
    draft = draft or TeamDraft(team.name, team.routing, team.channels)
    page = TeamPage(team.name, draft, team, agents, _errors(refusal))
    return render(request, "desk/team.html", page, status=422 if refusal else 200)


def _errors(refusal: Invalid | Conflict | None) -> Mapping[str, str]:
    return (refusal.fields or {"": refusal.message}) if refusal else {}
