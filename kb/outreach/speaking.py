"""Writing down a decision: with a claim and its messages, or with the reason for silence. One unit of work each."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from kb.core.actor import Actor
from kb.core.clock import now
from kb.core.database import execute, fetch_all, fetch_one
from kb.core.ids import new_id
from kb.core.unit_of_work import UnitOfWork, unit_of_work
from kb.outreach.claiming import claim_problem
from kb.outreach.composing import Draft
from kb.outreach.messages import MessagePrepared
from kb.outreach.rules import already_spoken


@dataclass(frozen=True, slots=True)
class Occasion:
    """Somebody to speak to about something, because a trigger says so. Nobody known: only silence is possible."""

    trigger_id: UUID
    person_id: UUID | None
    problem: str
    episode: str = ""
    signal_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Decided:
    """What was decided. `outcome` is send or refuse; `message_ids` are those of the claim, whoever took it."""

    outcome: str
    reason: str
    claim_id: UUID | None = None
    message_ids: tuple[UUID, ...] = ()

    @property
    def is_sent(self) -> bool:
        """Whether this decision speaks."""
        return self.outcome == "send"


async def speak(
    actor: Actor, occasion: Occasion, draft: Draft, addresses: Mapping[str, str | None], *, reason: str
) -> Decided:
    """Claim the problem and prepare one message for each channel of `addresses`; refused, with the reason, if claimed."""
    person_id = occasion.person_id
    if person_id is None:
        raise ValueError("nobody to speak to")
    async with unit_of_work(actor) as unit:
        claim = await claim_problem(unit, person_id, occasion.problem, occasion.episode, occasion.trigger_id)
        if not claim.is_new:
            refusal = Decided("refuse", already_spoken(claim.created_at), claim.id)
            await _write_decision(occasion, refusal)
            return await _as_stored(occasion, refusal)
        prepared = [await _write_message(unit, claim.id, occasion, draft, where) for where in addresses.items()]
        decided = Decided("send", reason, claim.id, tuple(prepared))
        await _write_decision(occasion, decided)
        for message_id in prepared:
            unit.emit(MessagePrepared(message_id))
        unit.audit("outreach.send", "person", person_id, problem=occasion.problem, channels=list(addresses))
    return decided


async def stay_silent(actor: Actor, occasion: Occasion, reason: str) -> Decided:
    """Write down that nothing was said, and why."""
    async with unit_of_work(actor):
        await _write_decision(occasion, Decided("refuse", reason))
    return Decided("refuse", reason)


async def find_decision(trigger_id: UUID, signal_id: UUID) -> Decided | None:
    """What was decided about this signal already: a job may run twice, a decision is made once."""
    row = await fetch_one(
        "select outcome, reason, claim_id from decision where trigger_id = $1 and signal_id = $2", trigger_id, signal_id
    )
    if row is None:
        return None
    return Decided(row["outcome"], row["reason"], row["claim_id"], await list_message_ids(row["claim_id"]))


async def list_message_ids(claim_id: UUID | None) -> tuple[UUID, ...]:
    """The messages prepared under a claim."""
    rows = await fetch_all("select id from message where claim_id = $1 order by id", claim_id) if claim_id else []
    return tuple(row["id"] for row in rows)


async def _as_stored(occasion: Occasion, refusal: Decided) -> Decided:
    """The same signal decided twice at one moment: the first decision is the decision."""
    stored = await find_decision(occasion.trigger_id, occasion.signal_id) if occasion.signal_id else None
    return stored or refusal


async def _write_decision(occasion: Occasion, decided: Decided) -> None:
    await execute(
        "insert into decision (id, trigger_id, person_id, signal_id, problem, outcome, reason, claim_id, created_at)"
        " values ($1, $2, $3, $4, $5, $6, $7, $8, $9) on conflict (trigger_id, signal_id) do nothing",
        new_id(),
        occasion.trigger_id,
        occasion.person_id,
        occasion.signal_id,
        occasion.problem,
        decided.outcome,
        decided.reason,
        decided.claim_id,
        now(),
    )


async def _write_message(
    unit: UnitOfWork, claim_id: UUID, occasion: Occasion, draft: Draft, where: tuple[str, str | None]
) -> UUID:
    message_id, (channel, address) = new_id(), where
    values: tuple[Any, ...] = (message_id, claim_id, occasion.person_id, channel, address)
    await execute(
        "insert into message (id, claim_id, person_id, channel, address, subject, body_source, body_html, link, link_text,"
        " next_attempt_at, created_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $11)",
        *values,
        draft.subject,
        draft.body_source,
        draft.body_html,
        draft.link,
        draft.link_text,
        unit.now,
    )
    return message_id
