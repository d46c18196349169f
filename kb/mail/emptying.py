"""Emptying a mailbox: each mail is kept here before it is called seen there, so a broken connection costs nothing but a second look."""

import structlog

from kb.core.actor import Actor
from kb.core.errors import Invalid
from kb.mail.rules import MAX_MAIL
from kb.mail.taking_in import take_in
from kb.ports.mailbox import Mailbox, OpenMailbox

log = structlog.get_logger()

AT_ONCE = 100
"""Mails of one round; the others come with the next."""


async def empty_mailbox(actor: Actor, mailbox: Mailbox) -> int:
    """Take in what nobody has seen yet; returns how many were new. Raises `Unavailable`: what was kept until then is kept."""
    async with mailbox.open() as opened:
        taken = 0
        for uid in (await opened.list_unseen())[:AT_ONCE]:
            taken += await _take(actor, opened, uid)
        return taken


async def _take(actor: Actor, opened: OpenMailbox, uid: int) -> bool:
    lying = await opened.fetch(uid, most_bytes=MAX_MAIL)
    is_new = False
    if lying is not None:
        try:
            cut_from = lying.size if lying.size > MAX_MAIL else 0
            is_new = (await take_in(actor, lying.content, "imap", cut_from=cut_from)).is_new
        except Invalid as nothing:
            log.warning("mail.nothing_in_it", uid=uid, reason=nothing.message)
    await opened.mark_seen(uid)
    return is_new
