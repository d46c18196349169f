"""By the clock: warnings, broken promises, and tickets whose clocks a lost message left behind."""

from uuid import UUID

from kb.core.actor import SYSTEM
from kb.core.clock import now
from kb.core.database import fetch_all
from kb.core.unit_of_work import unit_of_work
from kb.sla.following import follow_ticket
from kb.sla.messages import SlaBreached, SlaWarned

AT_ONCE = 500


async def watch_promises() -> int:
    """Note what is broken and announce it, and what soon will be, each once; returns how many were announced."""
    moment = now()
    async with unit_of_work(SYSTEM) as unit:
        broken = await fetch_all(
            "update sla_clock set breached_at = due_at where id in (select id from sla_clock where due_at <= $1 and met_at is null"
            " and breached_at is null order by due_at limit $2 for update skip locked) returning id, ticket_id",
            moment,
            AT_ONCE,
        )
        close = await fetch_all(
            "update sla_clock set warned_at = $1 where id in (select id from sla_clock where warn_at <= $1 and met_at is null"
            " and warned_at is null and breached_at is null order by warn_at limit $2 for update skip locked) returning id, ticket_id",
            moment,
            AT_ONCE,
        )
        for row in broken:
            unit.emit(SlaBreached(row["id"], row["ticket_id"]))
        for row in close:
            unit.emit(SlaWarned(row["id"], row["ticket_id"]))
    return len(broken) + len(close)


async def follow_left_behind(limit: int = AT_ONCE) -> int:
    """Follow tickets whose clocks do not stand as the ticket does; returns how many were."""
    rows = await fetch_all(
        "select t.id from ticket t left join sla_ticket s on s.ticket_id = t.id where t.channel <> 'import' and t.merged_into is null"
        " and t.state <> 'solved' and exists (select from sla_policy) and (s.ticket_id is null"
        "   or s.policy_id is not null and t.message_count > 0 and s.played_position < (select max(m.position) from ticket_message m"
        "     where m.ticket_id = t.id and m.kind in ('customer', 'agent')))"
        " union select c.ticket_id from sla_clock c join ticket t on t.id = c.ticket_id where c.met_at is null and t.merged_into is null"
        " and (t.state = 'solved' or (c.running_since is not null) <> (t.snoozed_at is null"
        "   and (t.state = 'open' or t.state = 'pending' and c.kind <> 'solution')))"
        " limit $1",
        limit,
    )
    for row in rows:
        await follow_ticket(row["id"])
    return len(rows)


async def follow_all(policy_id: UUID | None = None) -> int:
    """After a policy or a calendar changed: all open tickets, or those of one policy; returns how many."""
    rows = await fetch_all(
        "select t.id from ticket t left join sla_ticket s on s.ticket_id = t.id where t.state <> 'solved' and t.channel <> 'import'"
        " and t.merged_into is null and ($1::uuid is null or s.policy_id = $1) order by t.priority_rank desc, t.waiting_since",
        policy_id,
    )
    for row in rows:
        await follow_ticket(row["id"])
    return len(rows)
