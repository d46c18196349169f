"""Replying by mail: what comes to a signed address becomes the reply of whoever the address was made for."""

from datetime import timedelta
from uuid import UUID

import asyncpg

from kb.core.clock import now
from kb.core.database import fetch_one
from kb.core.errors import Invalid
from kb.core.saying import say
from kb.forum.replying import reply_to_topic
from kb.people.sessions import ACTS_WITH, as_actor
from kb.screening.rules import OPEN, Screen

REPLY_WORKS = timedelta(days=90)
"""How long after a mail its reply address works; an address that leaked is of no use later."""


async def reply_by_mail(mail_id: UUID, *, sender: str, text: str, screen: Screen = OPEN) -> UUID | None:
    """Post it and return the post's id; None where the address was made for no mail about a topic. The same text twice is one reply.

    Raises `Invalid` with why it cannot be posted, `TooMany` where its writer is too fast, and what `reply_to_topic` raises.
    """
    answered = await _find_answered(mail_id)
    if answered is None:
        return None
    if answered["created_at"] < now() - REPLY_WORKS:
        raise Invalid(say("The reply address is too old."))
    if answered["suspended_at"]:
        raise Invalid(say("Its writer is suspended."))
    if sender != (answered["email"] or "").lower():
        raise Invalid(say("It came from another address than the mail it answers went to."))
    if not text:
        raise Invalid(say("There is no text of its own in it."))
    return await reply_to_topic(as_actor(answered), answered["topic_id"], text, screen=screen)


async def _find_answered(mail_id: UUID) -> asyncpg.Record | None:
    """The mail that is answered, with whom it went to."""
    return await fetch_one(
        f"select m.topic_id, m.created_at, p.id, p.role, p.name, p.username, p.account_id, p.email, p.suspended_at, {ACTS_WITH}"
        " from notice_mail m join person p on p.id = m.person_id where m.id = $1 and m.topic_id is not null",
        mail_id,
    )
