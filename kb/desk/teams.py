"""Teams: agents who share tickets, the channels whose new tickets come to them, and the rule by which one of them gets each."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID

import asyncpg

from kb.core.actor import Actor
from kb.core.database import execute, fetch_all, fetch_value
from kb.core.errors import Conflict, Invalid, NotFound
from kb.core.ids import new_id
from kb.core.permissions import Permission
from kb.core.saying import say
from kb.core.unit_of_work import unit_of_work
from kb.desk.messages import TeamRemoved
from kb.desk.rules import TEAMS_MOST, clean_name, read_routing
from kb.tickets.assigning import ANSWERING_ROLES
from kb.tickets.rules import CHANNELS

NO_TEAM = say("There is no such team.")


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody of a team. `open_tickets` are those of theirs that wait for our reply, in any team; `capacity` None: no limit."""

    id: UUID
    name: str
    is_away: bool
    capacity: int | None
    open_tickets: int


@dataclass(frozen=True, slots=True)
class Team:
    """A team with its people, by name."""

    id: UUID
    name: str
    routing: str
    channels: tuple[str, ...]
    open_tickets: int
    members: tuple[Member, ...] = field(default=())


@dataclass(frozen=True, slots=True)
class TeamDraft:
    """What a team is to be. Channels it takes leave the team that had them."""

    name: str
    routing: str = "hand"
    channels: tuple[str, ...] = ()


async def create_team(actor: Actor, draft: TeamDraft) -> UUID:
    """Returns its id. Raises `Invalid` naming `name`, `routing` or `channels`."""
    actor.require(Permission.TEAM_MANAGE)
    name, routing, channels = clean_name(draft.name), read_routing(draft.routing), _check_channels(draft.channels)
    team_id = new_id()
    async with unit_of_work(actor) as unit:
        if await fetch_value("select count(*) from team") >= TEAMS_MOST:
            raise Conflict(say("At most {most} teams.", most=TEAMS_MOST))
        await _refuse_taken(name, team_id)
        await execute(
            "insert into team (id, name, routing, created_at) values ($1, $2, $3, $4)", team_id, name, routing, unit.now
        )
        await _set_channels(team_id, channels)
        unit.audit("team.create", "team", team_id, name=name, routing=routing, channels=channels)
    return team_id


async def change_team(actor: Actor, team_id: UUID, draft: TeamDraft) -> None:
    """Raises what `create_team` raises, and `NotFound`."""
    actor.require(Permission.TEAM_MANAGE)
    name, routing, channels = clean_name(draft.name), read_routing(draft.routing), _check_channels(draft.channels)
    async with unit_of_work(actor) as unit:
        await _refuse_taken(name, team_id)
        if not await execute("update team set name = $2, routing = $3 where id = $1", team_id, name, routing):
            raise NotFound(NO_TEAM)
        await _set_channels(team_id, channels)
        unit.audit("team.change", "team", team_id, name=name, routing=routing, channels=channels)


async def remove_team(actor: Actor, team_id: UUID) -> None:
    """Its tickets stay with whoever has them, and belong to no team."""
    actor.require(Permission.TEAM_MANAGE)
    async with unit_of_work(actor) as unit:
        name = await fetch_value("delete from team where id = $1 returning name", team_id)
        if name is None:
            raise NotFound(NO_TEAM)
        unit.audit("team.remove", "team", team_id, name=name)
        unit.emit(TeamRemoved(team_id))


async def add_member(actor: Actor, team_id: UUID, person_id: UUID) -> None:
    """They stand last in the round. Adding twice changes nothing. Raises `Invalid` naming `person_id` for somebody who answers no
    tickets."""
    actor.require(Permission.TEAM_MANAGE)
    async with unit_of_work(actor) as unit:
        if not await fetch_value("select 1 from team where id = $1 for update", team_id):
            raise NotFound(NO_TEAM)
        if not await fetch_value("select 1 from person where id = $1 and role = any($2)", person_id, ANSWERING_ROLES):
            raise Invalid(say("This person does not answer tickets."), {"person_id": say("choose an agent")})
        added = await execute(
            "insert into team_member (team_id, person_id, turn)"
            " select $1, $2, coalesce(max(turn), 0) from team_member where team_id = $1 on conflict do nothing",
            team_id,
            person_id,
        )
        if added:
            unit.audit("team.add_member", "team", team_id, person=person_id)


async def remove_member(actor: Actor, team_id: UUID, person_id: UUID) -> None:
    """Their tickets stay theirs. Raises `NotFound` for somebody who was not in it."""
    actor.require(Permission.TEAM_MANAGE)
    async with unit_of_work(actor) as unit:
        if not await execute("delete from team_member where team_id = $1 and person_id = $2", team_id, person_id):
            raise NotFound(say("They are not in this team."))
        unit.audit("team.remove_member", "team", team_id, person=person_id)


async def list_teams(actor: Actor) -> list[Team]:
    """All of them with their members, by name; two statements."""
    actor.require(Permission.TICKET_ANSWER)
    teams = await fetch_all(
        "select e.id, e.name, e.routing, array(select channel from team_channel c where c.team_id = e.id order by 1) as channels,"
        " (select count(*) from ticket t where t.team_id = e.id and t.state = 'open' and t.merged_into is null) as open_tickets"
        " from team e order by lower(e.name)"
    )
    members = await fetch_all(
        "select m.team_id, p.id, p.name, d.away_since is not null as is_away, d.capacity,"
        " (select count(*) from ticket t where t.assignee_id = p.id and t.state = 'open' and t.merged_into is null) as open_tickets"
        " from team_member m join person p on p.id = m.person_id left join desk_agent d on d.person_id = p.id order by p.name, p.id"
    )
    return [_team(row, members) for row in teams]


async def get_team(actor: Actor, team_id: UUID) -> Team:
    """Raises `NotFound`."""
    for team in await list_teams(actor):
        if team.id == team_id:
            return team
    raise NotFound(NO_TEAM)


def _team(row: asyncpg.Record, members: Sequence[asyncpg.Record]) -> Team:
    people = tuple(
        Member(**{name: value for name, value in one.items() if name != "team_id"})
        for one in members
        if one["team_id"] == row["id"]
    )
    return Team(**{**row, "channels": tuple(row["channels"])}, members=people)


def _check_channels(channels: Sequence[str]) -> list[str]:
    if set(channels) <= set(CHANNELS):
        return sorted(set(channels))
    raise Invalid(say("There is no such channel."), {"channels": say("one of {known}", known=", ".join(CHANNELS))})


async def _refuse_taken(name: str, team_id: UUID) -> None:
    if await fetch_value("select 1 from team where lower(name) = lower($1) and id <> $2", name, team_id):
        raise Invalid(say("It needs another name."), {"name": say("Another team is called so.")})


async def _set_channels(team_id: UUID, channels: Sequence[str]) -> None:
    await execute("delete from team_channel where team_id = $1 and channel <> all($2::text[])", team_id, list(channels))
    await execute(
        "insert into team_channel (channel, team_id) select unnest($2::text[]), $1"
        " on conflict (channel) do update set team_id = excluded.team_id",
        team_id,
        list(channels),
    )
