"""What was promised to customers and whether it was kept, for programs. Lengths are seconds of staffed time."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from litestar import get

from kb.core.actor import Actor
from kb.core.cursors import read_cursor
from kb.core.errors import Invalid
from kb.core.permissions import Permission
from kb.core.saying import say
from kb.sla.queries import ClockView, Kept, count_kept, list_clocks, list_promises_made
from kb.tickets.access import find_ticket_id
from server.lists import CursorIn, Items, LimitIn, check_limit, listed, page_of, part_of
from server.security.guards import requires

ANSWER = [requires(Permission.TICKET_ANSWER)]


@dataclass(frozen=True, slots=True)
class ClockOut:
    """One promise to one customer. `state` is running, paused, met or broken; `left` is seconds of staffed time until it is broken,
    negative once it is."""

    id: UUID
    ticket: int
    kind: str
    policy: str
    state: str
    started_at: datetime
    due_at: datetime | None
    met_at: datetime | None
    left: int


@get("/api/v1/tickets/{number:int}/clocks", guards=ANSWER)
async def api_list_clocks(actor: Actor, number: int, cursor: CursorIn = "", limit: LimitIn = 50) -> Items[ClockOut]:
    """What is promised in one ticket, the open promises first."""
    clocks = await list_clocks(actor, await find_ticket_id(actor, number))
    return part_of(clocks, _clock_out, lambda one: str(one.id), cursor=cursor, limit=limit)


@get("/api/v1/promises", guards=ANSWER)
async def api_list_promises(
    actor: Actor, kind: str = "", standing: str = "", cursor: CursorIn = "", limit: LimitIn = 50
) -> Items[ClockOut]:
    """Promises made, newest first; `kind` is first_reply, next_reply or solution, `standing` the state of each of them."""
    found = await list_promises_made(
        actor, kind=kind, state=standing, before=read_cursor(cursor), limit=check_limit(limit) + 1
    )
    return page_of(found, _clock_out, lambda one: (one.started_at, one.id), limit=limit)


@get("/api/v1/promises/kept", guards=ANSWER)
async def api_count_kept(actor: Actor, days: int = 30, cursor: CursorIn = "", limit: LimitIn = 50) -> Items[Kept]:
    """How many promises of the last `days` (1 to 3,650) were kept and broken, by kind."""
    if not 1 <= days <= 3650:
        raise Invalid(say("This report does not exist."), {"days": say("from 1 to 3650")})
    return listed(await count_kept(actor, days=days), lambda one: one.kind, cursor=cursor, limit=limit)


def _clock_out(one: ClockView) -> ClockOut:
    return ClockOut(
        one.id,
        one.ticket,
        one.kind,
        one.policy,
        one.state,
        one.started_at,
        one.due_at,
        one.met_at,
        int(one.left.total_seconds()),
    )
