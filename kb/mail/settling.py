"""What becomes of a mail that was taken in, written down once."""

from dataclasses import dataclass, field
from typing import Any, Literal
from uuid import UUID

import msgspec

from kb.core.clock import now
from kb.core.database import execute
from kb.core.errors import Conflict
from kb.core.saying import say
from kb.tickets.hearing import note_mail

State = Literal["posted", "opened", "added", "noted", "reported", "repeated", "passed_over", "review", "discarded"]


class NotWaiting(Conflict):
    """Somebody else was quicker; raised inside a unit of work it undoes that."""


@dataclass(frozen=True, slots=True)
class LeftOut:
    """An attachment that was not taken over. `reason` is a sentence for agents."""

    name: str
    reason: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a mail, and what it is part of now."""

    state: State
    reason: str = ""
    person_id: UUID | None = None
    post_id: UUID | None = None
    ticket_id: UUID | None = None
    ticket_message_id: UUID | None = None
    left_out: tuple[LeftOut, ...] = field(default=())


async def settle(mail_id: UUID, outcome: Outcome, *, was: str = "waiting") -> None:
    """Write it down, inside the unit of work that makes it true where there is one. Raises `NotWaiting`."""
    values: list[Any] = [
        outcome.state,
        outcome.reason[:1000].replace("\x00", ""),
        outcome.person_id,
        outcome.post_id,
        outcome.ticket_id,
        outcome.ticket_message_id,
        msgspec.json.encode(outcome.left_out).decode(),
    ]
    done = await execute(
        "update received_mail set state = $3, reason = $4, person_id = coalesce($5, person_id), post_id = $6, ticket_id = $7,"
        " ticket_message_id = $8, left_out = $9::jsonb, handled_at = $10 where id = $1 and state = $2",
        mail_id,
        was,
        *values,
        now(),
    )
    if outcome.ticket_message_id and outcome.ticket_id:
        await note_mail(outcome.ticket_id)
    if not done:
        raise NotWaiting(say("Somebody else handled this mail meanwhile."))
