"""Handing prepared messages over: to the mail server outside any transaction, to the open page through the database."""

from collections.abc import Mapping
from datetime import timedelta
from functools import partial
from uuid import UUID

import asyncpg

from kb.core.actor import SYSTEM
from kb.core.clock import now
from kb.core.database import execute, fetch_all, fetch_one, fetch_value
from kb.core.errors import Invalid, Unavailable
from kb.core.unit_of_work import unit_of_work
from kb.languages.offered import SOURCE
from kb.outreach.composing import Draft, mail_html, mail_text
from kb.outreach.listening import LIVE
from kb.outreach.rules import (
    GIVE_UP_AFTER,
    IN_APP,
    SENDING_LEASE,
    in_words,
    wait_after,
)
from kb.outreach.sending_in_turn import send_in_turn
from kb.ports.channel import Channel, OutgoingMessage

SWEEP_AFTER = timedelta(seconds=30)
"""A younger message is still in the hands of the job that its own announcement started."""


async def deliver_message(
    message_id: UUID, channels: Mapping[str, Channel], *, base_url: str, language: str = SOURCE
) -> bool:
    """Send it unless that was done, is being done or is not due. True when it was handed over now. `language` is for whoever
    chose none.

    Raises `Unavailable` when the channel is down: the message waits. An address that never works fails it for good.
    """
    channel_name = await fetch_value("select channel from message where id = $1 and state = 'waiting'", message_id)
    if channel_name is None:
        return False
    if channel_name == IN_APP:
        return await _show(message_id)
    channel = channels.get(channel_name)
    if channel is None:
        await _fail(message_id, f"This installation has no channel for {channel_name}.")
        return False
    taken = await _take(message_id)
    return await _hand_over(taken, channel, base_url, language) if taken else False


async def sweep_unsent_messages(
    channels: Mapping[str, Channel], *, base_url: str, language: str = SOURCE, limit: int = 200
) -> int:
    """Send what waits and is due, the least tried first; returns how many went. A channel that is down is left alone."""
    rows = await fetch_all(
        "select id from message where state = 'waiting' and next_attempt_at <= $1 and created_at <= $2"
        " order by attempts, id limit $3",
        now(),
        now() - SWEEP_AFTER,
        limit,
    )
    send = partial(deliver_message, channels=channels, base_url=base_url, language=language)
    return await send_in_turn([row["id"] for row in rows], send, room="outreach")


async def _show(message_id: UUID) -> bool:
    """In the product, showing is a matter of saying that there is something: pages read it themselves."""
    async with unit_of_work(SYSTEM) as unit:
        person_id = await fetch_value(
            "update message set state = 'sent', sent_at = $2, attempts = attempts + 1 where id = $1 and state = 'waiting'"
            " returning person_id",
            message_id,
            unit.now,
        )
        if person_id is not None:
            await execute("select pg_notify($1, $2)", LIVE, str(person_id))
    return person_id is not None


async def _take(message_id: UUID) -> asyncpg.Record | None:
    """The message for this worker alone until its lease ends; None when it is sent, failed, taken or not due."""
    return await fetch_one(
        "update message set attempts = attempts + 1, next_attempt_at = $3"
        " where id = $1 and state = 'waiting' and next_attempt_at <= $2"
        " returning *, (select p.language from person p where p.id = message.person_id) as language",
        message_id,
        now(),
        now() + SENDING_LEASE,
    )


async def _hand_over(taken: asyncpg.Record, channel: Channel, base_url: str, language: str) -> bool:
    try:
        await channel.deliver(_outgoing(taken, base_url, taken["language"] or language))
    except Invalid as refused:
        await _fail(taken["id"], refused.message)
        return False
    except Unavailable as down:
        await _wait(taken, down.message)
        raise
    await execute(
        "update message set state = 'sent', sent_at = $2, error = null where id = $1 and state = 'waiting'",
        taken["id"],
        now(),
    )
    return True


def _outgoing(taken: asyncpg.Record, base_url: str, language: str) -> OutgoingMessage:
    draft = Draft(taken["subject"], taken["body_source"], taken["body_html"], taken["link"], taken["link_text"])
    return OutgoingMessage(
        id=taken["id"],
        address=taken["address"] or "",
        subject=draft.subject,
        text=mail_text(draft, base_url=base_url, language=language),
        html=mail_html(draft, base_url=base_url, language=language),
    )


async def _wait(taken: asyncpg.Record, reason: str) -> None:
    age = now() - taken["created_at"]
    if age > GIVE_UP_AFTER:
        await _fail(taken["id"], f"Given up after {in_words(age)}. {reason}")
        return
    await execute(
        "update message set next_attempt_at = $2, error = $3 where id = $1 and state = 'waiting'",
        taken["id"],
        now() + wait_after(taken["attempts"]),
        reason[:2000],
    )


async def _fail(message_id: UUID, reason: str) -> None:
    await execute(
        "update message set state = 'failed', error = $2 where id = $1 and state = 'waiting'", message_id, reason[:2000]
    )
