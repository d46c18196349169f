"""What can be done with many tickets at once: how each act is done, and how it is taken back.

An act is prepared from its detail before anything changes; doing it gives, for each ticket that it changed, how that was. Taking it
back leaves alone what somebody has changed since.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from kb.core.clock import now
from kb.core.database import execute, fetch_value
from kb.core.errors import Invalid
from kb.core.saying import say
from kb.core.unit_of_work import UnitOfWork
from kb.tickets.access import LockedTicket, access_ticket
from kb.tickets.assigning import assign_in, give_in
from kb.tickets.changes import get_change
from kb.tickets.merging import merge_in
from kb.tickets.prioritising import prioritise_in
from kb.tickets.rules import check_snooze, clean_tags, read_priority
from kb.tickets.snoozing import snooze_in, wake_in
from kb.tickets.solving import reopen_in, solve_in
from kb.tickets.splitting import take_back_in
from kb.tickets.tagging import tag_in, untag_in

Was = list[tuple[UUID, Any]]
"""The tickets an act changed, each with how it was, as JSON can hold it."""

Doing = Callable[[UnitOfWork, Sequence[LockedTicket]], Awaitable[Was]]
Undoing = Callable[[UnitOfWork, UUID, Any, str], Awaitable[bool]]


@dataclass(frozen=True, slots=True)
class Act:
    """`prepare` reads the detail and raises `Invalid`; `undo` says whether the ticket is as it was again, or is refused before it has
    changed anything."""

    prepare: Callable[[str], Doing]
    undo: Undoing


def _with_each(one: Callable[[UnitOfWork, LockedTicket], Awaitable[Any]]) -> Doing:
    """With each ticket by itself; what `one` returns, unless None, is how it was."""

    async def do(unit: UnitOfWork, tickets: Sequence[LockedTicket]) -> Was:
        done = [(ticket.id, await one(unit, ticket)) for ticket in tickets]
        return [(id_, was) for id_, was in done if was is not None]

    return do


def _assigning(detail: str) -> Doing:
    wanted = _read_id(detail, "assignee_id")

    async def assign(unit: UnitOfWork, ticket: LockedTicket) -> Any:
        return str(ticket.assignee_id or "") if await assign_in(unit, ticket, wanted) else None

    return _with_each(assign)


async def _assign_back(unit: UnitOfWork, ticket_id: UUID, was: Any, detail: str) -> bool:
    ticket = await access_ticket(unit.actor, ticket_id)
    if ticket.assignee_id != _read_id(detail, "assignee_id"):
        return False
    return await assign_in(unit, ticket, _read_id(was, "assignee_id"))


def _giving(detail: str) -> Doing:
    wanted = _read_id(detail, "team_id")

    async def give(unit: UnitOfWork, ticket: LockedTicket) -> Any:
        return str(ticket.team_id or "") if await give_in(unit, ticket, wanted) else None

    return _with_each(give)


async def _give_back(unit: UnitOfWork, ticket_id: UUID, was: Any, detail: str) -> bool:
    """Whom the team's rule gave it to meanwhile keeps it."""
    ticket = await access_ticket(unit.actor, ticket_id)
    if ticket.team_id != _read_id(detail, "team_id"):
        return False
    return await give_in(unit, ticket, _read_id(was, "team_id"))


def _prioritising(detail: str) -> Doing:
    wanted = read_priority(detail.strip())

    async def prioritise(unit: UnitOfWork, ticket: LockedTicket) -> Any:
        return ticket.priority if await prioritise_in(unit, ticket, wanted) else None

    return _with_each(prioritise)


async def _prioritise_back(unit: UnitOfWork, ticket_id: UUID, was: Any, detail: str) -> bool:
    ticket = await access_ticket(unit.actor, ticket_id)
    return ticket.priority == detail.strip() and await prioritise_in(unit, ticket, was)


def _tagging(detail: str) -> Doing:
    names = _read_tags(detail)

    async def tag(unit: UnitOfWork, ticket: LockedTicket) -> Any:
        return await tag_in(unit, ticket, names) or None

    return _with_each(tag)


async def _tag_back(unit: UnitOfWork, ticket_id: UUID, was: Any, detail: str) -> bool:
    return bool(await untag_in(unit, await access_ticket(unit.actor, ticket_id), was))


def _untagging(detail: str) -> Doing:
    names = _read_tags(detail)

    async def untag(unit: UnitOfWork, ticket: LockedTicket) -> Any:
        return await untag_in(unit, ticket, names) or None

    return _with_each(untag)


async def _untag_back(unit: UnitOfWork, ticket_id: UUID, was: Any, detail: str) -> bool:
    return bool(await tag_in(unit, await access_ticket(unit.actor, ticket_id), was))


def _snoozing(detail: str) -> Doing:
    until = _read_moment(detail)

    async def snooze(unit: UnitOfWork, ticket: LockedTicket) -> Any:
        return _snooze_of(ticket) if await snooze_in(unit, ticket, until) else None

    return _with_each(snooze)


async def _snooze_back(unit: UnitOfWork, ticket_id: UUID, was: Any, detail: str) -> bool:
    """As it was snoozed before, to the microsecond; awake where it was."""
    ticket = await access_ticket(unit.actor, ticket_id)
    if not ticket.snoozed_at or ticket.snoozed_until != _read_moment(detail, is_past=True):
        return False
    if not was[0]:
        return await wake_in(unit, ticket)
    await execute(
        "update ticket set snoozed_at = $2::text::timestamptz, snoozed_until = $3::text::timestamptz where id = $1",
        ticket.id,
        *was,
    )
    unit.audit("ticket.snooze", "ticket", ticket.id, until=was[1])
    return True


def _solving(detail: str) -> Doing:
    async def solve(unit: UnitOfWork, ticket: LockedTicket) -> Any:
        had = [ticket.state, ticket.waiting_since.isoformat(), *_snooze_of(ticket), unit.now.isoformat()]
        return had if await solve_in(unit, ticket) else None

    return _with_each(solve)


async def _solve_back(unit: UnitOfWork, ticket_id: UUID, was: Any, detail: str) -> bool:
    """It waits as it waited; solving it was a mistake, not an answer that did not last, but those who heard the one hear the other."""
    ticket = await access_ticket(unit.actor, ticket_id)
    *had, solved_at = was if len(was) == 5 else [*was, None]  # batches of before say nothing of the moment
    is_anew = solved_at and await _solved_at(ticket.id) != datetime.fromisoformat(solved_at)
    if is_anew or not await reopen_in(unit, ticket):
        return False
    await execute(
        "update ticket set state = $2, waiting_since = $3::text::timestamptz, snoozed_at = $4::text::timestamptz,"
        " snoozed_until = $5::text::timestamptz where id = $1",
        ticket.id,
        *had,
    )
    return True


async def _solved_at(ticket_id: UUID) -> datetime | None:
    moment: datetime | None = await fetch_value("select solved_at from ticket where id = $1", ticket_id)
    return moment


def _merging(detail: str) -> Doing:
    async def merge(unit: UnitOfWork, tickets: Sequence[LockedTicket]) -> Was:
        """Into the oldest of them."""
        if len(tickets) < 2:
            raise Invalid(say("Nothing to merge."), {"detail": say("Choose at least two tickets.")})
        stays = tickets[0]
        return [(ticket.id, str(await merge_in(unit, ticket, stays))) for ticket in tickets[1:]]

    return merge


async def _merge_back(unit: UnitOfWork, ticket_id: UUID, was: Any, detail: str) -> bool:
    await take_back_in(unit, await get_change(UUID(was)))
    return True


ACTS: dict[str, Act] = {
    "assign": Act(_assigning, _assign_back),
    "team": Act(_giving, _give_back),
    "priority": Act(_prioritising, _prioritise_back),
    "tag": Act(_tagging, _tag_back),
    "untag": Act(_untagging, _untag_back),
    "snooze": Act(_snoozing, _snooze_back),
    "solve": Act(_solving, _solve_back),
    "merge": Act(_merging, _merge_back),
}


def _snooze_of(ticket: LockedTicket) -> list[str | None]:
    return [one.isoformat() if one else None for one in (ticket.snoozed_at, ticket.snoozed_until)]


def _read_id(text: str, name: str) -> UUID | None:
    try:
        return UUID(text.strip()) if text.strip() else None
    except ValueError:
        raise Invalid(say("There is no such choice."), {name: say("choose one of the list")}) from None


def _read_tags(text: str) -> list[str]:
    names = clean_tags(text.split(","))
    if not names:
        raise Invalid(say("Which tag?"), {"tags": say("Type at least one tag.")})
    return names


def _read_moment(text: str, *, is_past: bool = False) -> datetime | None:
    """A moment without a zone is meant in UTC. `is_past`: it was checked when it was chosen."""
    if not text.strip():
        return None
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        raise Invalid(
            say("It cannot be snoozed until then."), {"until": say("A moment like 2026-05-01T09:00.")}
        ) from None
    until = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    if not is_past:
        check_snooze(until, now())
    return until
