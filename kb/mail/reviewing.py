"""Mail that nobody but people can place: read again, put aside, or made a ticket of by hand."""

import asyncio
from dataclasses import dataclass, replace
from uuid import UUID

from kb.core.actor import Actor
from kb.core.database import execute, fetch_value
from kb.core.errors import Conflict, Invalid
from kb.core.saying import say
from kb.core.unit_of_work import unit_of_work
from kb.mail.keeping_files import keep_attachments
from kb.mail.messages import MailArrived
from kb.mail.office import Means
from kb.mail.queries import ReceivedWhole, get_received_whole
from kb.mail.reading import Attachment, Unreadable, read_message
from kb.mail.settling import Outcome, settle
from kb.mail.writing_up import WrittenUp, write_up
from kb.people.corresponding import meet_correspondent
from kb.tickets.asking import NewTicket, OpenedTicket, prepare_ticket, write_down_ticket

SHOWN_RAW = 20_000
"""Characters of a mail that cannot be read."""

NOT_THERE = say("This mail is not in the review folder any more.")


@dataclass(frozen=True, slots=True)
class Legible:
    """As much of a mail as can be made out: what a ticket made of it by hand would hold, and what is attached.

    `problem` says why it cannot be read; `text` is then the beginning of what came.
    """

    sender: str
    name: str
    subject: str
    text: str
    files: tuple[str, ...]
    problem: str = ""


@dataclass(frozen=True, slots=True)
class HandMade:
    """A ticket as an agent makes it of a mail. `sender` is whoever asks, by their address."""

    sender: str
    name: str
    subject: str
    body: str


async def make_out(mail: ReceivedWhole) -> Legible:
    """Read it as far as it goes. Never refuses."""
    return await asyncio.to_thread(_make_out, mail)


def _make_out(mail: ReceivedWhole) -> Legible:
    content = mail.content or b""
    try:
        read = read_message(content)
    except Unreadable as unreadable:
        text = content.decode("utf-8", "replace").replace("\x00", "")[:SHOWN_RAW]
        return Legible(mail.line.sender, "", mail.line.subject, text, (), unreadable.reason)
    files = tuple(one.name for one in read.attachments)
    text = write_up(replace(read, attachments=()), trims=False).text
    return Legible(read.from_address, read.from_name, read.full_subject, text, files)


async def read_again(actor: Actor, mail_id: UUID) -> None:
    """Have it handled as if it had just come. Raises `Conflict` where it is not in review, `Invalid` for one that came in part."""
    await get_received_whole(actor, mail_id)
    async with unit_of_work(actor) as unit:
        if await _is_cut(mail_id):
            raise Invalid(say("Only the beginning of this mail is here: make a ticket of it by hand."))
        await _move(mail_id, "review", "waiting")
        await execute(
            "update received_mail set attempts = 0, next_attempt_at = $2, identity = null where id = $1",
            mail_id,
            unit.now,
        )
        unit.emit(MailArrived(mail_id))
        unit.audit("mail.read_again", "mail", mail_id)


async def discard_mail(actor: Actor, mail_id: UUID) -> None:
    """Put it aside for good, unless it is taken back. Raises `Conflict` where it is not in review."""
    await get_received_whole(actor, mail_id)
    async with unit_of_work(actor) as unit:
        await _move(mail_id, "review", "discarded")
        unit.audit("mail.discard", "mail", mail_id)


async def restore_mail(actor: Actor, mail_id: UUID) -> None:
    """Back into the review folder. Raises `Conflict` where it was not discarded."""
    await get_received_whole(actor, mail_id)
    async with unit_of_work(actor) as unit:
        await _move(mail_id, "discarded", "review")
        unit.audit("mail.restore", "mail", mail_id)


async def make_ticket(actor: Actor, mail_id: UUID, made: HandMade, means: Means) -> OpenedTicket:
    """Open a ticket in somebody's name with what the agent made out, and with the mail's files.

    Raises `Invalid` with fields, `Conflict` where it is not in review.
    """
    mail = await get_received_whole(actor, mail_id)
    if mail.line.state != "review":
        raise Conflict(NOT_THERE)
    requester = await meet_correspondent(actor, made.sender.strip(), made.name)
    written = WrittenUp(made.body.strip())
    with_files = await keep_attachments(
        actor, await asyncio.to_thread(_files_of, mail), written, store=means.store, office=means.office
    )
    new = NewTicket(
        made.subject, with_files.body, "email", requester_id=requester.person_id, source="mail", source_id=str(mail_id)
    )
    rendered = await prepare_ticket(actor, new)
    async with unit_of_work(actor) as unit:
        ticket = await write_down_ticket(unit, new, rendered)
        outcome = Outcome(
            "opened",
            person_id=requester.person_id,
            ticket_id=ticket.opened.id,
            ticket_message_id=ticket.message_id,
            left_out=with_files.left_out,
        )
        await settle(mail_id, outcome, was="review")
        unit.audit("mail.make_ticket", "mail", mail_id, ticket=ticket.opened.number)
    return ticket.opened


def _files_of(mail: ReceivedWhole) -> tuple[Attachment, ...]:
    try:
        return read_message(mail.content or b"").attachments
    except Unreadable:
        return ()


async def _is_cut(mail_id: UUID) -> bool:
    return bool(
        await fetch_value("select coalesce(size > length(content), true) from received_mail where id = $1", mail_id)
    )


async def _move(mail_id: UUID, was: str, becomes: str) -> None:
    if not await execute("update received_mail set state = $3 where id = $1 and state = $2", mail_id, was, becomes):
        raise Conflict(NOT_THERE)
