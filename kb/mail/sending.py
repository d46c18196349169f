"""Handing mails about tickets over, outside any transaction, and saying what came of it beside the message.

The mail's id stands in its Message-ID and was written down before it left, so an answer finds its ticket however soon it comes.
"""

import asyncio
from functools import partial
from uuid import UUID

import asyncpg

from kb.core.clock import now
from kb.core.database import execute, fetch_all, fetch_one, fetch_value
from kb.core.errors import Invalid, Unavailable
from kb.core.saying import say
from kb.files.enclosing import EnclosedFile, read_files_of
from kb.mail.composing import RATING, REPLY_KIND, TicketLetter, Turn, compose_letter
from kb.mail.office import Office
from kb.mail.rating_links import write_rating_token
from kb.mail.rules import MOST_REFERENCES
from kb.outreach.rules import GIVE_UP_AFTER, SENDING_LEASE, in_words, wait_after
from kb.outreach.sending_in_turn import send_in_turn
from kb.ports.channel import Channel, OutgoingMessage
from kb.ports.file_store import FileStore

MOST_ENCLOSED = 10 * 1024 * 1024
"""Bytes of files in one mail; a third more once encoded, which mailboxes of 20 MB still take. The others are links."""


async def send_ticket_mail(mail_id: UUID, channel: Channel, office: Office, *, store: FileStore) -> bool:
    """Send it unless that was done, is being done or is not due; True when it was handed over now.

    Raises `Unavailable` when the channel or the store is down: the mail waits.
    """
    taken = await _take(mail_id)
    if taken is None:
        return False
    if await _was_read(taken):
        await _end(mail_id, "withheld", "It was read here before.")
        return False
    try:
        message = await _compose(taken, office, store)
        await channel.deliver(message)
    except Invalid as refused:
        await _end(mail_id, "failed", refused.message)
        return False
    except Unavailable as down:
        await _wait(taken, down.message)
        raise
    await _end(mail_id, "sent", "")
    return True


async def sweep_unsent_ticket_mail(channel: Channel, office: Office, *, store: FileStore, limit: int = 200) -> int:
    """Send what waits and is due; returns how many went. A channel that is down is left alone until the next sweep."""
    rows = await fetch_all(
        "select id from ticket_mail where state = 'waiting' and next_attempt_at <= $1 order by attempts, id limit $2",
        now(),
        limit,
    )
    send = partial(send_ticket_mail, channel=channel, office=office, store=store)
    return await send_in_turn([row["id"] for row in rows], send, room="mail")


async def _take(mail_id: UUID) -> asyncpg.Record | None:
    """The mail for this worker alone until its lease ends."""
    return await fetch_one(
        "update ticket_mail set attempts = attempts + 1, next_attempt_at = $3"
        " where id = $1 and state = 'waiting' and next_attempt_at <= $2 returning *",
        mail_id,
        now(),
        now() + SENDING_LEASE,
    )


async def _was_read(taken: asyncpg.Record) -> bool:
    """Whether its reader has seen the message on our pages; who wrote by mail is answered by mail, and who gets a copy sees no page."""
    if taken["copies"]:
        return False
    found = await fetch_value(
        "select 1 from ticket_message m join ticket t on t.id = m.ticket_id join ticket_seen s on s.ticket_id = t.id"
        " where m.id = $1 and $2 = 'reply' and t.channel <> 'email' and s.position >= m.position",
        taken["ticket_message_id"],
        taken["kind"],
    )
    return found is not None


_LETTER = (
    "select t.number, t.subject, p.language, p.password_hash is not null as may_sign_in,"
    " m.body_source as source, m.body_html as html, m.created_at as at, s.name as author, m.position,"
    " b.body_source as answered_source, b.body_html as answered_html, b.created_at as answered_at, bp.name as answered_author"
    " from ticket_message m join ticket t on t.id = m.ticket_id join person p on p.id = t.requester_id"
    " join person s on s.id = m.author_id"
    " left join lateral (select o.* from ticket_message o where o.ticket_id = t.id and o.kind = 'customer'"
    "   and o.position < m.position order by o.position desc limit 1) b on true"
    " left join person bp on bp.id = b.author_id where m.id = $1"
)


_HERE = (
    "select m.id from ticket_message m join ticket i on i.id = m.ticket_id join ticket t on t.id in (i.id, i.merged_into)"
    " join ticket_message s on s.ticket_id = t.id where s.id = $1"
)
"""Messages that stand in the ticket of the message `$1`, those of tickets merged into it among them."""


async def _compose(taken: asyncpg.Record, office: Office, store: FileStore) -> OutgoingMessage:
    row = await fetch_one(_LETTER, taken["ticket_message_id"])
    if row is None:
        raise Invalid(say("The message is gone."))
    is_reply = taken["kind"] == REPLY_KIND
    answered = (
        Turn(row["answered_author"], row["answered_at"], row["answered_source"], row["answered_html"])
        if row["answered_source"] is not None
        else None
    )
    letter = TicketLetter(
        mail_id=taken["id"],
        kind=taken["kind"],
        address=taken["address"],
        copies=tuple(taken["copies"]),
        number=row["number"],
        subject=row["subject"],
        language=row["language"] or office.site.language,
        said=Turn(row["author"], row["at"], row["source"], row["html"]),
        answered=answered,
        thread=await _list_thread(taken, office),
        may_sign_in=row["may_sign_in"],
        rating=write_rating_token(office.site.secret, taken["ticket_id"]) if taken["kind"] == RATING else "",
        files=tuple(await _files(taken, store)) if is_reply else (),
    )
    return await asyncio.to_thread(compose_letter, letter, office)


async def _files(taken: asyncpg.Record, store: FileStore) -> list[EnclosedFile]:
    return await read_files_of("ticket_message", taken["ticket_message_id"], store=store, most_bytes=MOST_ENCLOSED)


async def _list_thread(taken: asyncpg.Record, office: Office) -> tuple[str, ...]:
    """Message-IDs of the ticket before this mail, received and sent, the oldest first; of a long thread the first and the newest."""
    rows = await fetch_all(
        f"with here as ({_HERE})"
        " select message_id from ("
        " select o.message_id, o.received_at as at from received_mail o join here on here.id = o.ticket_message_id"
        "   where o.state in ('opened', 'added') and o.message_id <> '' and o.received_at <= $3"
        " union all select '<' || o.id || '@' || $4 || '>', o.created_at from ticket_mail o join here on here.id = o.ticket_message_id"
        "   where o.id <> $2 and o.sent_at is not null and o.created_at <= $3"
        ") as thread order by at, message_id",
        taken["ticket_message_id"],
        taken["id"],
        taken["created_at"],
        office.site.domain,
    )
    ids = [row["message_id"] for row in rows]
    return tuple(ids if len(ids) <= MOST_REFERENCES else [ids[0], *ids[1 - MOST_REFERENCES :]])


async def _wait(taken: asyncpg.Record, reason: str) -> None:
    age = now() - taken["created_at"]
    if age > GIVE_UP_AFTER:
        await _end(taken["id"], "failed", f"Given up after {in_words(age)}. {reason}")
        return
    await execute(
        "update ticket_mail set next_attempt_at = $2, reason = $3 where id = $1 and state = 'waiting'",
        taken["id"],
        now() + wait_after(taken["attempts"]),
        reason[:1000],
    )


async def _end(mail_id: UUID, state: str, reason: str) -> None:
    """A service may have told of its delivery before we hear its yes: that stands."""
    await execute(
        "update ticket_mail set state = case when state = 'waiting' then $2 else state end,"
        " reason = case when state = 'waiting' then $3 else reason end,"
        " sent_at = case when $2 = 'sent' then $4::timestamptz end"
        " where id = $1 and (state = 'waiting' or $2 = 'sent')",
        mail_id,
        state,
        reason[:1000],
        now(),
    )
