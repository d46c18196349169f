"""Reading a mail that was taken in, and doing what it asks. Whatever goes wrong, the mail stays whole, with the reason.

A mail is claimed for two minutes, so two workers never read it at once; a worker that dies leaves it to the sweep.
"""

import asyncio
from datetime import timedelta
from uuid import UUID

import asyncpg
import structlog
from asyncpg import UniqueViolationError

from kb.core.clock import now
from kb.core.database import execute, fetch_all, fetch_one, fetch_value
from kb.core.errors import KbError, TooMany, Unavailable
from kb.mail import rules
from kb.mail.arrived import arrived_as
from kb.mail.office import Means
from kb.mail.reading import ReadMail, Unreadable, read_message
from kb.mail.routing import route_mail
from kb.mail.settling import NotWaiting, Outcome, settle
from kb.mail.threading import note_reply, reply_addresses_in

log = structlog.get_logger()


async def handle_mail(mail_id: UUID, means: Means) -> None:
    """Read it and do what it asks, unless that was done or is being done. Never raises for what stands in a mail."""
    taken = await _take(mail_id)
    if taken is None:
        return
    try:
        if reason := _refusal_to_read(taken):
            await _leave_to_people(taken, reason, means)
        else:
            await _read_and_route(taken, means)
    except NotWaiting:
        log.info("mail.handled_elsewhere", mail_id=str(mail_id))
    except Exception as error:  # whatever a mail can do to us, it must not be lost over it
        await _keep_for_later(taken, error, means)


def _refusal_to_read(taken: asyncpg.Record) -> str:
    if taken["size"] > len(taken["content"]):
        return f"It is too large: {taken['size'] / 1024 / 1024:.0f} MB. Only its beginning is kept here."
    if taken["attempts"] > rules.READ_AT_MOST:
        return f"Reading it was broken off {rules.READ_AT_MOST} times. {taken['reason']}"
    return ""


async def _leave_to_people(taken: asyncpg.Record, reason: str, means: Means) -> None:
    """Whom it was for may never have been read: that is looked for in all its text, since a reply to a topic is for its readers alone."""
    named = await asyncio.to_thread(reply_addresses_in, bytes(taken["content"]))
    await note_reply(taken["id"], (*taken["recipients"], *named), means.office)
    await settle(taken["id"], Outcome("review", reason))


async def _keep_for_later(taken: asyncpg.Record, error: Exception, means: Means) -> None:
    """What may pass is tried again; what will not is for people to look at."""
    if isinstance(error, TooMany):
        await _wait(taken, error.message, timedelta(seconds=error.retry_after), means)
    elif isinstance(error, Unavailable):
        await _wait(taken, error.message, rules.wait_by_age(now() - taken["received_at"]), means)
    elif isinstance(error, Unreadable):
        await _leave_to_people(taken, f"It cannot be read: {error.reason}", means)
    elif isinstance(error, KbError):
        await settle(taken["id"], Outcome("review", " ".join([error.message, *error.fields.values()])))
    else:
        log.warning("mail.failed", mail_id=str(taken["id"]), exc_info=error)
        reason = f"{type(error).__name__}: {error}"
        await _wait(taken, reason, rules.wait_after(taken["attempts"]), means, counts=True)


async def sweep_received_mail(means: Means, *, limit: int = 100) -> int:
    """Handle what waits and is due: what a lost message or a killed worker left, and what was to be tried later."""
    rows = await fetch_all(
        "select id from received_mail where state = 'waiting' and next_attempt_at <= $1 order by next_attempt_at limit $2",
        now(),
        limit,
    )
    for row in rows:
        await handle_mail(row["id"], means)
    return len(rows)


async def _take(mail_id: UUID) -> asyncpg.Record | None:
    return await fetch_one(
        "update received_mail set attempts = attempts + 1, next_attempt_at = $3"
        " where id = $1 and state = 'waiting' and next_attempt_at <= $2"
        " returning id, content, size, recipients, came_by, attempts, reason, received_at",
        mail_id,
        now(),
        now() + rules.TAKEN_FOR,
    )


async def _read_and_route(taken: asyncpg.Record, means: Means) -> None:
    mail = await asyncio.to_thread(read_message, bytes(taken["content"]))
    if same := await _claim(taken["id"], mail):
        await settle(taken["id"], same)
        return
    arrived = arrived_as(taken["id"], mail, tuple(taken["recipients"]), taken["came_by"])
    await note_reply(arrived.id, arrived.recipients, means.office)
    await route_mail(arrived, means)


async def _claim(mail_id: UUID, mail: ReadMail) -> Outcome | None:
    """Note what the mail says of itself; what became of the same message where it came before."""
    identity = rules.identity_of(mail)
    try:
        await execute(
            "update received_mail set identity = $2, message_id = $3, sender = $4, subject = $5 where id = $1",
            mail_id,
            identity,
            mail.message_id[:998],
            mail.from_address[:300],
            mail.full_subject[:500],
        )
    except UniqueViolationError:
        ticket_id = await fetch_value("select ticket_id from received_mail where identity = $1", identity)
        return Outcome("repeated", "The same message came before.", ticket_id=ticket_id)
    return None


async def _wait(taken: asyncpg.Record, reason: str, wait: timedelta, means: Means, *, counts: bool = False) -> None:
    """Try again later; only tries that broke off count against the mail."""
    if now() - taken["received_at"] > rules.GIVE_UP_AFTER:
        await _leave_to_people(taken, f"Given up after three days. {reason}", means)
        return
    await execute(
        "update received_mail set next_attempt_at = $2, reason = $3, attempts = attempts - $4"
        " where id = $1 and state = 'waiting'",
        taken["id"],
        now() + wait,
        reason[:1000].replace("\x00", ""),
        0 if counts else 1,
    )
