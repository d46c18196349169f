"""Handing prepared mails over, outside any transaction. What its reader has seen or may not read any more is left out."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from uuid import UUID

import asyncpg

from kb.core.actor import Actor
from kb.core.clock import now
from kb.core.database import execute, fetch_all, fetch_one, fetch_value
from kb.core.errors import Invalid, Unavailable
from kb.notices.composing import Envelope, Told, compose_digest, compose_topic_mail
from kb.notices.preferring import find_chosen
from kb.notices.queries import NOTICE, READABLE, as_view, reading_rights
from kb.notices.rules import DIGEST, EMAIL, NEVER, choice_of
from kb.notices.site import Site
from kb.outreach.rules import GIVE_UP_AFTER, SENDING_LEASE, in_words, wait_after
from kb.outreach.sending_in_turn import send_in_turn
from kb.people.sessions import ACTS_WITH, as_actor
from kb.people.unreachable import REACHABLE
from kb.ports.channel import Channel, OutgoingMessage

_IN_MAIL = NOTICE.replace(" from notice n", ", p.body_source, p.body_html, s.slug as space_slug from notice n")


async def send_mail(mail_id: UUID, channel: Channel, site: Site) -> bool:
    """Send it unless that was done, is being done or is not due; True when it was handed over now.

    A mail that has nothing left to say is dropped. Raises `Unavailable` when the channel is down: the mail waits.
    """
    taken = await _take(mail_id)
    if taken is None:
        return False
    message = await _compose(taken, site)
    if message is None:
        await _end(
            mail_id, "dropped", "Everything in it was seen, or may not be read any more, or is not wanted by mail."
        )
        return False
    return await _hand_over(taken, message, channel)


async def sweep_unsent_mails(channel: Channel, site: Site, *, limit: int = 200) -> int:
    """Send what waits and is due; returns how many went. A channel that is down is left alone until the next sweep."""
    rows = await fetch_all(
        "select id from notice_mail where state = 'waiting' and next_attempt_at <= $1 order by attempts, id limit $2",
        now(),
        limit,
    )
    send = partial(send_mail, channel=channel, site=site)
    return await send_in_turn([row["id"] for row in rows], send, room="notices")


async def _take(mail_id: UUID) -> asyncpg.Record | None:
    """The mail for this worker alone until its lease ends."""
    return await fetch_one(
        "update notice_mail set attempts = attempts + 1, next_attempt_at = $3"
        " where id = $1 and state = 'waiting' and next_attempt_at <= $2 returning *",
        mail_id,
        now(),
        now() + SENDING_LEASE,
    )


@dataclass(frozen=True, slots=True)
class _Reader:
    actor: Actor
    person_id: UUID
    address: str


async def _compose(taken: asyncpg.Record, site: Site) -> OutgoingMessage | None:
    reader = await _find_reader(taken["person_id"])
    if reader is None:
        return None
    told = await _list_told(taken, reader)
    if not told:
        return None
    language = reader.actor.language or site.language
    envelope = Envelope(
        taken["id"],
        reader.person_id,
        reader.address,
        taken["topic_id"],
        await _find_before(taken),
        language,
    )
    return (compose_digest if taken["day"] else compose_topic_mail)(envelope, told, site)


async def _find_reader(person_id: UUID) -> _Reader | None:
    row = await fetch_one(
        f"select id, role, name, username, account_id, email, {ACTS_WITH} from person p"
        f" where id = $1 and suspended_at is null and email is not null and email_verified_at is not null and {REACHABLE}",
        person_id,
    )
    return _Reader(as_actor(row), row["id"], row["email"]) if row else None


async def _list_told(taken: asyncpg.Record, reader: _Reader) -> Sequence[Told]:
    if taken["day"] and choice_of(await find_chosen(reader.person_id), DIGEST, EMAIL) == NEVER:
        return []
    rows = await fetch_all(
        f"{_IN_MAIL}{READABLE} and n.mail_id = $5 and n.seen_at is null and ($6 or n.mail_due_at is not null) order by n.id",
        *reading_rights(reader.actor, reader.person_id),
        taken["id"],
        taken["day"] is not None,
    )
    return [
        Told(as_view(row, reader.person_id), row["body_source"] or "", row["body_html"] or "", row["space_slug"] or "")
        for row in rows
    ]


async def _find_before(taken: asyncpg.Record) -> UUID | None:
    """The mail about the same topic that went to this person last."""
    found: UUID | None = await fetch_value(
        "select id from notice_mail where person_id = $1 and topic_id = $2 and state = 'sent' order by sent_at desc limit 1",
        taken["person_id"],
        taken["topic_id"],
    )
    return found


async def _hand_over(taken: asyncpg.Record, message: OutgoingMessage, channel: Channel) -> bool:
    try:
        await channel.deliver(message)
    except Invalid as refused:
        await _end(taken["id"], "failed", refused.message)
        return False
    except Unavailable as down:
        await _wait(taken, down.message)
        raise
    await _end(taken["id"], "sent", None)
    return True


async def _wait(taken: asyncpg.Record, reason: str) -> None:
    age = now() - taken["created_at"]
    if age > GIVE_UP_AFTER:
        await _end(taken["id"], "failed", f"Given up after {in_words(age)}. {reason}")
        return
    await execute(
        "update notice_mail set next_attempt_at = $2, error = $3 where id = $1 and state = 'waiting'",
        taken["id"],
        now() + wait_after(taken["attempts"]),
        reason[:2000],
    )


async def _end(mail_id: UUID, state: str, reason: str | None) -> None:
    await execute(
        "update notice_mail set state = $2, error = $3, sent_at = case when $2 = 'sent' then $4::timestamptz end"
        " where id = $1 and state = 'waiting'",
        mail_id,
        state,
        reason,
        now(),
    )
