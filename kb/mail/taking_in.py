"""Taking in a mail: kept whole before anybody reads it. Whoever handed it over may forget it once this returns."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from kb.core.actor import Actor
from kb.core.database import fetch_one
from kb.core.errors import Invalid, TooLarge
from kb.core.ids import new_id
from kb.core.permissions import Permission
from kb.core.saying import say
from kb.core.unit_of_work import unit_of_work
from kb.mail.messages import MailArrived
from kb.mail.rules import MAX_MAIL, CameBy, digest_of


@dataclass(frozen=True, slots=True)
class TakenIn:
    """The kept mail; `is_new` is False where the very same mail was kept before, by whatever way."""

    id: UUID
    is_new: bool


async def take_in(
    actor: Actor, raw: bytes, came_by: CameBy, *, recipients: Sequence[str] = (), cut_from: int = 0
) -> TakenIn:
    """Keep the mail and have it read soon. `recipients` are those of the envelope, where there is one.

    `cut_from` is the size of a mail of which only the beginning is here, because it is too large: whoever reads it leaves it to people.
    Raises `TooLarge` past `MAX_MAIL`, `Invalid` for nothing at all.
    """
    actor.require(Permission.MAIL_RECEIVE)
    if not raw.strip():
        raise Invalid(say("There is nothing in this mail."), {"body": say("send the mail as it came")})
    if len(raw) > MAX_MAIL:
        raise TooLarge(say("At most {most} MB of mail.", most=MAX_MAIL // 1024 // 1024))
    digest = await asyncio.to_thread(digest_of, raw)
    async with unit_of_work(actor) as unit:
        row = await fetch_one(
            "insert into received_mail as m (id, digest, came_by, recipients, content, size, state, next_attempt_at, received_at)"
            " values ($1, $2, $3, $4, $5, $6, 'waiting', $7, $7)"
            # the same mail again, for another recipient: whoever reads it, reads of both
            " on conflict (digest) do update set recipients ="
            " array(select distinct unnest(m.recipients || excluded.recipients) order by 1)"
            " returning id, xmax = 0 as is_new",
            new_id(),
            digest,
            came_by,
            sorted({one.lower() for one in recipients}),
            raw,
            cut_from or len(raw),
            unit.now,
        )
        taken = TakenIn(row["id"], row["is_new"]) if row else TakenIn(new_id(), is_new=False)
        if taken.is_new:
            unit.emit(MailArrived(taken.id))
    return taken
