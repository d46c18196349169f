"""What was written again and again is proposed as a macro, once: an agent takes it over, changed or not, or dismisses it for good."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import asyncpg

from kb.answers.collecting_macros import put_among_answers
from kb.answers.drafting_macros import COPIES_READ, Copy, draft_macro
from kb.answers.rules import MACRO_FROM
from kb.clusters.audiences import LABEL
from kb.core.actor import SYSTEM, Actor
from kb.core.cursors import Cursor
from kb.core.database import execute, fetch_all, fetch_one
from kb.core.errors import Conflict, NotFound
from kb.core.ids import new_id
from kb.core.permissions import Permission
from kb.core.saying import say
from kb.core.unit_of_work import unit_of_work
from kb.macros.rules import NAME_MAX, check_macro, clean_body, clean_name
from kb.macros.writing import insert_macro

PAGE = 30


@dataclass(frozen=True, slots=True)
class MacroProposal:
    """A reply written `copies` times by `agents`, and the macro drafted of it. `example_path` leads to the last ticket with it."""

    id: UUID
    name: str
    body: str
    copies: int
    agents: int
    cluster_number: int | None
    cluster_label: str
    example_path: str
    created_at: datetime


_FAMILIES = f"""
select f.id, count(*) as copies, count(distinct c.author_id) as agents
from answer c join answer f on f.id = coalesce(c.same_as, c.id) and f.cluster_id = c.cluster_id
left join macro_proposal own on own.answer_id = f.id
where c.kind = 'reply' and c.retired_at is null and f.kind = 'reply'
    and not exists (select from macro_proposal p join answer d on d.id = p.answer_id
        where p.state <> 'waiting' and coalesce(d.same_as, d.id) = f.id)
group by f.id, own.copies
having count(distinct c.parent_id) >= {MACRO_FROM} and count(*) is distinct from own.copies
"""
"""Replies written often enough, that nobody decided about and whose copies are not all in their draft."""

_COPIES = """
select m.body_source as body, t.number as ticket_number, t.subject, asker.name as requester, asker.email, company.name as company,
    author.name as agent
from answer c join ticket_message m on m.id = c.source_id join ticket t on t.id = m.ticket_id
join person asker on asker.id = t.requester_id join person author on author.id = m.author_id
left join account company on company.id = asker.account_id
where coalesce(c.same_as, c.id) = $1 and c.kind = 'reply' and c.retired_at is null order by m.created_at desc, m.id desc limit $2
"""


async def propose_macros() -> int:
    """Draft one macro for each reply written often enough, or draft it again where copies came; returns how many. Safe to repeat."""
    families = await fetch_all(_FAMILIES)
    for row in families:
        copies = await fetch_all(_COPIES, row["id"], COPIES_READ)
        body = await asyncio.to_thread(draft_macro, [Copy(one["body"], _known(one)) for one in reversed(copies)])
        if body:
            await _store(row, body)
    return len(families)


def _known(row: asyncpg.Record) -> Mapping[str, str]:
    """What stands in a reply because of its ticket, by the placeholder that says so."""
    known = {
        "requester.name": row["requester"],
        "requester.first_name": row["requester"].split(" ")[0],
        "requester.email": row["email"],
        "account.name": row["company"],
        "ticket.number": f"{row['ticket_number']}" if row["ticket_number"] > 99 else "",
        "agent.name": row["agent"],
        "agent.first_name": row["agent"].split(" ")[0],
    }
    return {name: value for name, value in known.items() if value}


async def _store(row: asyncpg.Record, body: str) -> None:
    async with unit_of_work(SYSTEM) as unit:
        await execute(
            "insert into macro_proposal as p (id, answer_id, cluster_id, name, body, copies, agents, created_at, updated_at)"
            f" select $2, a.id, a.cluster_id, left(coalesce(nullif({LABEL}, ''), a.title), {NAME_MAX}), $4, $5, $6, $7, $7"
            " from answer a left join cluster c on c.id = a.cluster_id where a.id = $3"
            " on conflict (answer_id) do update set body = excluded.body, copies = excluded.copies, agents = excluded.agents,"
            "   cluster_id = excluded.cluster_id, updated_at = excluded.updated_at where p.state = 'waiting'",
            SYSTEM.visibilities,
            new_id(),
            row["id"],
            body,
            row["copies"],
            row["agents"],
            unit.now,
        )


_PROPOSALS = f"""
select p.id, p.name, p.body, p.copies, p.agents, p.created_at, c.number as cluster_number,
    case when c.id is null then '' else {LABEL} end as cluster_label,
    (select '/desk/' || t.number from answer a join ticket t on t.id = a.parent_id
        where a.id = p.answer_id or a.same_as = p.answer_id order by a.created_at desc limit 1) as example_path
from macro_proposal p left join cluster c on c.id = p.cluster_id
where p.state = 'waiting' and {{which}}
"""


async def list_macro_proposals(actor: Actor, *, after: Cursor | None = None, limit: int = PAGE) -> list[MacroProposal]:
    """What waits for a decision, the newest first."""
    actor.require(Permission.TICKET_ANSWER)
    moment, last = after or (None, None)
    rows = await fetch_all(
        _PROPOSALS.format(which="($2::timestamptz is null or (p.created_at, p.id) < ($2, $3))")
        + " order by p.created_at desc, p.id desc limit $4",
        actor.visibilities,
        moment,
        last,
        limit,
    )
    return [MacroProposal(**row) for row in rows]


async def count_macro_proposals(actor: Actor) -> int:
    """How many wait."""
    actor.require(Permission.TICKET_ANSWER)
    row = await fetch_one("select count(*) as n from macro_proposal where state = 'waiting'")
    return row["n"] if row else 0


async def get_macro_proposal(actor: Actor, proposal_id: UUID) -> MacroProposal:
    """One that waits. Raises `NotFound`, also for one decided about."""
    actor.require(Permission.TICKET_ANSWER)
    row = await fetch_one(_PROPOSALS.format(which="p.id = $2"), actor.visibilities, proposal_id)
    if row is None:
        raise NotFound(_MISSING)
    return MacroProposal(**row)


async def accept_macro(actor: Actor, proposal_id: UUID, *, name: str, body: str) -> UUID:
    """Make the macro, as the agent left it, and let it stand for all its copies; returns its id.

    Raises `Conflict` where somebody decided already, `Invalid` as `create_macro` does.
    """
    actor.require(Permission.TICKET_ANSWER)
    name, body = clean_name(name), clean_body(body)
    check_macro(name=name, body=body)
    async with unit_of_work(actor) as unit:
        proposal = await _lock(proposal_id)
        macro_id = await insert_macro(unit, name=name, body=body)
        await put_among_answers(unit, macro_id, first=proposal["answer_id"])
        await _decide(unit.actor, proposal_id, "accepted", unit.now, macro_id)
        unit.audit("macro_proposal.accept", "macro_proposal", proposal_id, macro=macro_id)
    return macro_id


async def dismiss_macro(actor: Actor, proposal_id: UUID) -> None:
    """Not worth a macro: it is never proposed again, however often it is written. `Conflict` where it became one."""
    actor.require(Permission.TICKET_ANSWER)
    async with unit_of_work(actor) as unit:
        await _lock(proposal_id)
        await _decide(unit.actor, proposal_id, "dismissed", unit.now, None)
        unit.audit("macro_proposal.dismiss", "macro_proposal", proposal_id)


async def _lock(proposal_id: UUID) -> asyncpg.Record:
    row = await fetch_one("select answer_id, state from macro_proposal where id = $1 for update", proposal_id)
    if row is None:
        raise NotFound(_MISSING)
    if row["state"] != "waiting":
        raise Conflict(say("Somebody decided about this already."))
    return row


async def _decide(actor: Actor, proposal_id: UUID, state: str, moment: datetime, macro_id: UUID | None) -> None:
    await execute(
        "update macro_proposal set state = $2, macro_id = $3, decided_by = $4, decided_at = $5, updated_at = $5 where id = $1",
        proposal_id,
        state,
        macro_id,
        actor.person_id,
        moment,
    )


_MISSING = say("There is no such proposal.")
