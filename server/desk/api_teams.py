"""Teams and presence for programs."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from litestar import delete, get, post, put

from kb.core.actor import Actor
from kb.core.permissions import Permission
from kb.desk.presence import get_presence, set_presence
from kb.desk.teams import (
    Member,
    Team,
    TeamDraft,
    add_member,
    change_team,
    create_team,
    get_team,
    list_teams,
    remove_member,
    remove_team,
)
from server.lists import CursorIn, Items, LimitIn, part_of
from server.security.guards import requires

ANSWER = [requires(Permission.TICKET_ANSWER)]
MANAGE = [requires(Permission.TEAM_MANAGE)]


@dataclass(frozen=True, slots=True)
class TeamOut:
    """A team. `routing` says who gets a ticket that comes to it: `hand` nobody by itself, `round_robin` each in turn, `least_open` whoever
    has the fewest that wait for a reply. `channels` are those whose new tickets come to it."""

    id: UUID
    name: str
    routing: str
    channels: list[str]
    open_tickets: int
    members: list[Member]


@dataclass(frozen=True, slots=True)
class TeamIn:
    """What a team is to be. Channels it takes leave the team that had them."""

    name: str
    routing: Literal["hand", "round_robin", "least_open"] = "hand"
    channels: list[str] | None = None


@dataclass(frozen=True, slots=True)
class TeamCreated:
    """What was made."""

    id: UUID


@dataclass(frozen=True, slots=True)
class PresenceOut:
    """`away_since` null: there. `capacity` null: no limit."""

    away_since: datetime | None
    capacity: int | None


@dataclass(frozen=True, slots=True)
class PresenceIn:
    """While somebody is away no rule gives them a ticket. `capacity`: open tickets up to which the rules give them more."""

    is_away: bool
    capacity: int | None = None


@get("/api/v1/teams", guards=ANSWER)
async def api_list_teams(actor: Actor, cursor: CursorIn = "", limit: LimitIn = 50) -> Items[TeamOut]:
    """Teams with their people, by name."""
    return part_of(await list_teams(actor), _out, lambda one: str(one.id), cursor=cursor, limit=limit)


@post("/api/v1/teams", guards=MANAGE)
async def api_create_team(actor: Actor, data: TeamIn) -> TeamCreated:
    """Make a team. 409 where there are as many as there may be."""
    return TeamCreated(await create_team(actor, _draft(data)))


@get("/api/v1/teams/{team_id:uuid}", guards=ANSWER)
async def api_get_team(actor: Actor, team_id: UUID) -> TeamOut:
    """One team with its people."""
    return _out(await get_team(actor, team_id))


@put("/api/v1/teams/{team_id:uuid}", guards=MANAGE, status_code=204)
async def api_change_team(actor: Actor, team_id: UUID, data: TeamIn) -> None:
    """Name, rule and channels from now on."""
    await change_team(actor, team_id, _draft(data))


@delete("/api/v1/teams/{team_id:uuid}", guards=MANAGE)
async def api_remove_team(actor: Actor, team_id: UUID) -> None:
    """Its tickets stay with whoever has them, and belong to no team."""
    await remove_team(actor, team_id)


@put("/api/v1/teams/{team_id:uuid}/members/{person_id:uuid}", guards=MANAGE, status_code=204)
async def api_add_member(actor: Actor, team_id: UUID, person_id: UUID) -> None:
    """Put an agent into it; twice is once. 422 for somebody who answers no tickets."""
    await add_member(actor, team_id, person_id)


@delete("/api/v1/teams/{team_id:uuid}/members/{person_id:uuid}", guards=MANAGE)
async def api_remove_member(actor: Actor, team_id: UUID, person_id: UUID) -> None:
    """Take an agent out of it; their tickets stay theirs."""
    await remove_member(actor, team_id, person_id)


@get("/api/v1/me/presence", guards=ANSWER)
async def api_get_presence(actor: Actor) -> PresenceOut:
    """Whether the caller is there, and up to how many tickets the rules give them more."""
    found = await get_presence(actor)
    return PresenceOut(found.away_since, found.capacity)


@put("/api/v1/me/presence", guards=ANSWER, status_code=204)
async def api_set_presence(actor: Actor, data: PresenceIn) -> None:
    """Say whether the caller is there, and up to how many tickets the rules give them more."""
    await set_presence(actor, is_away=data.is_away, capacity=data.capacity)


def _draft(data: TeamIn) -> TeamDraft:
    return TeamDraft(data.name, data.routing, tuple(data.channels or ()))


def _out(team: Team) -> TeamOut:
    return TeamOut(team.id, team.name, team.routing, list(team.channels), team.open_tickets, list(team.members))
