"""Replying by mail: a mail to a signed address becomes the reply of whoever the address was made for, once."""

import asyncio
import re
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

import asyncpg

from kb.core.actor import Actor
from kb.core.clock import now
from kb.core.database import execute, fetch_one
from kb.core.errors import KbError, TooLarge, TooMany
from kb.core.ids import new_id
from kb.core.permissions import Permission
from kb.core.saying import say
from kb.forum.replying import reply_to_topic
from kb.notices.reading_mail import ReadMail, read_mail
from kb.notices.site import Site
from kb.notices.tokens import read_reply_token
from kb.people.sessions import ACTS_WITH, as_actor
from kb.screening.rules import OPEN, Screen

MAX_MAIL = 10 * 1024 * 1024
"""Bytes. A reply with a picture or two; pictures are not taken over."""

KEPT_OF_REFUSED = 100_000
"""Bytes of a refused mail that are kept, enough to see why."""

REPLY_WORKS = timedelta(days=90)
"""How long after a mail its reply address works; an address that leaked is of no use later."""

TAKEN_FOR = timedelta(minutes=2)
"""After that, whoever took the mail is presumed dead and it may be taken again; the same text twice is one reply anyway."""

_TOKEN = re.compile(r"reply\+([a-z2-7]+)")


@dataclass(frozen=True, slots=True)
class Received:
    """What became of a mail: `posted`, or `refused` with the reason."""

    state: str
    reason: str
    post_id: UUID | None


class _Refused(Exception):
    """Why a mail is not posted."""


async def receive_mail(actor: Actor, raw: bytes, site: Site, *, screen: Screen = OPEN) -> Received:
    """Post it, or keep it with the reason why not. The same Message-ID again changes nothing.

    Raises `TooLarge`, and `TooMany` where its writer is too fast: then the mail is to be handed in again later.
    """
    actor.require(Permission.MAIL_RECEIVE)
    if len(raw) > MAX_MAIL:
        raise TooLarge(say("At most {most} MB of mail.", most=MAX_MAIL // 1024 // 1024))
    mail = await asyncio.to_thread(read_mail, raw)
    earlier = await _take(mail)
    if earlier:
        return earlier
    try:
        post_id = await _post(mail, site, screen)
    except _Refused as refusal:
        return await _refuse(mail, str(refusal), raw)
    except TooMany:
        await execute("delete from inbound_mail where message_id = $1", mail.message_id)
        raise
    except KbError as refusal:
        said = " ".join([refusal.message, *refusal.fields.values()])
        return await _refuse(mail, said, raw)
    await execute(
        "update inbound_mail set state = 'posted', post_id = $2 where message_id = $1", mail.message_id, post_id
    )
    return Received("posted", "", post_id)


async def _take(mail: ReadMail) -> Received | None:
    """What became of the mail before; None when it is this caller's to post."""
    taken = await fetch_one(
        "insert into inbound_mail (id, message_id, sender, recipient, subject, state, received_at)"
        " values ($1, $2, $3, $4, $5, 'taken', $6) on conflict (message_id) do update set received_at = $6"
        " where inbound_mail.state = 'taken' and inbound_mail.received_at < $7 returning id",
        new_id(),
        mail.message_id,
        mail.sender[:300],
        ", ".join(mail.recipients)[:1000],
        mail.subject,
        now(),
        now() - TAKEN_FOR,
    )
    if taken:
        return None
    row = await fetch_one("select state, reason, post_id from inbound_mail where message_id = $1", mail.message_id)
    return Received(row["state"], row["reason"] or "", row["post_id"]) if row else None


async def _post(mail: ReadMail, site: Site, screen: Screen) -> UUID:
    answered = await _find_answered(mail, site)
    if mail.is_automatic:
        raise _Refused("A machine wrote it.")
    if answered["created_at"] < now() - REPLY_WORKS:
        raise _Refused("The reply address is too old.")
    if answered["suspended_at"]:
        raise _Refused("Its writer is suspended.")
    if mail.sender != (answered["email"] or "").lower():
        raise _Refused("It came from another address than the mail it answers went to.")
    if not mail.text:
        raise _Refused("There is no text of its own in it.")
    await execute(
        "update inbound_mail set person_id = $2, topic_id = $3 where message_id = $1",
        mail.message_id,
        answered["id"],
        answered["topic_id"],
    )
    return await reply_to_topic(as_actor(answered), answered["topic_id"], mail.text, screen=screen)


async def _find_answered(mail: ReadMail, site: Site) -> asyncpg.Record:
    """The mail that is answered, with whom it went to."""
    tokens = [
        found[1]
        for recipient in mail.recipients
        if (found := _TOKEN.fullmatch(recipient.rpartition("@")[0])) and recipient.endswith(f"@{site.reply_domain}")
    ]
    if not tokens:
        raise _Refused("It is not addressed to a reply address of ours.")
    mail_id = next((read for token in tokens if (read := read_reply_token(site.secret, token))), None)
    row = await fetch_one(
        f"select m.topic_id, m.created_at, p.id, p.role, p.name, p.username, p.account_id, p.email, p.suspended_at, {ACTS_WITH}"
        " from notice_mail m join person p on p.id = m.person_id where m.id = $1 and m.topic_id is not null",
        mail_id,
    )
    if row is None:
        raise _Refused("The reply address is not one that we made.")
    return row


async def _refuse(mail: ReadMail, reason: str, raw: bytes) -> Received:
    await execute(
        "update inbound_mail set state = 'refused', reason = $2, content = $3 where message_id = $1",
        mail.message_id,
        reason[:1000],
        raw[:KEPT_OF_REFUSED],
    )
    return Received("refused", reason, None)
