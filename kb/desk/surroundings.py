"""What stands around every view of the desk: whom tickets can be given to, the saved views, one's own presence, and
for who writes a reply the macros. One statement."""

import json
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from kb.core.actor import Actor
from kb.core.database import fetch_one
from kb.core.permissions import Permission
from kb.desk.saved_views import SavedView
from kb.macros.queries import MOST, MacroName
from kb.tickets.assigning import ANSWERING_ROLES
from kb.tickets.queries import Agent


@dataclass(frozen=True, slots=True)
class TeamName:
    """A team a ticket can be given to."""

    id: UUID
    name: str
    is_own: bool


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Agents and teams by name, saved views in the reader's own order. `capacity` None means no limit.

    `macros` are those on offer, by name; they are read only where a reply is written.
    """

    agents: tuple[Agent, ...]
    teams: tuple[TeamName, ...]
    views: tuple[SavedView, ...]
    is_away: bool
    capacity: int | None
    macros: tuple[MacroName, ...] = ()


_SQL = f"""
select
  (select coalesce(json_agg(x), '[]') from (select id, name from person where role = any($2) and suspended_at is null
     order by name, id limit 200) x)::text as agents,
  (select coalesce(json_agg(x), '[]') from (select e.id, e.name,
     exists (select 1 from team_member m where m.team_id = e.id and m.person_id = $1) as is_own
     from team e order by lower(e.name)) x)::text as teams,
  (select coalesce(json_agg(x), '[]') from (select v.id, v.name, v.filter, v.is_shared, v.owner_id = $1 as is_own, p.name as owner
     from saved_view v join person p on p.id = v.owner_id where v.owner_id = $1 or v.is_shared
     order by array_position(d.view_order, v.id), lower(v.name), v.id limit 200) x)::text as views,
  case when $3 then (select coalesce(json_agg(x), '[]') from (select id, name from macro where archived_at is null
     order by lower(name), id limit {MOST}) x) else '[]' end::text as macros,
  d.away_since is not null as is_away, d.capacity
from (select 1) one left join desk_agent d on d.person_id = $1
"""


async def get_surroundings(actor: Actor, *, for_reply: bool = False) -> Surroundings:
    """As the reader may choose; with the macros where it is `for_reply`."""
    actor.require(Permission.TICKET_ANSWER)
    row = await fetch_one(_SQL, actor.person_id, ANSWERING_ROLES, for_reply)
    if row is None:
        return Surroundings((), (), (), is_away=False, capacity=None)
    return Surroundings(
        agents=tuple(Agent(**_with_id(one)) for one in json.loads(row["agents"])),
        teams=tuple(TeamName(**_with_id(one)) for one in json.loads(row["teams"])),
        views=tuple(SavedView(**_with_id(one)) for one in json.loads(row["views"])),
        is_away=row["is_away"],
        capacity=row["capacity"],
        macros=tuple(MacroName(**_with_id(one)) for one in json.loads(row["macros"])),
    )


def _with_id(found: dict[str, Any]) -> dict[str, Any]:
    return {**found, "id": UUID(found["id"])}
