"""A mail that goes on with nothing opens a ticket of its own."""

import asyncio

from kb.core.actor import SYSTEM
from kb.core.errors import NotAllowed
from kb.core.saying import say
from kb.core.unit_of_work import unit_of_work
from kb.mail.arrived import Arrived
from kb.mail.keeping_files import keep_attachments
from kb.mail.office import Means
from kb.mail.participating import bring_along
from kb.mail.rules import NO_SUBJECT
from kb.mail.settling import Outcome, settle
from kb.mail.writing_up import write_up
from kb.people.corresponding import Correspondent, meet_correspondent
from kb.people.unreachable import forget_bounces
from kb.tickets.asking import NewTicket, prepare_ticket, write_down_ticket
from kb.tickets.rules import MAX_SUBJECT


async def open_by_mail(arrived: Arrived, means: Means, *, hint: str = "", was: str = "waiting") -> Outcome:
    """Open it in its sender's name, whatever that claims: it shows them nothing. `hint` is for agents.

    Raises `NotAllowed` for somebody suspended, `TooMany` for somebody too fast, `Invalid` where there is no sender.
    """
    sender = await meet_writer(arrived)
    written = await asyncio.to_thread(write_up, arrived.mail, trims=not arrived.mail.is_forward)
    with_files = await keep_attachments(
        sender.actor, arrived.mail.attachments, written, store=means.store, office=means.office
    )
    subject = (arrived.mail.subject or arrived.mail.full_subject).strip()[:MAX_SUBJECT] or NO_SUBJECT
    new = NewTicket(subject, with_files.body, "email", source="mail", source_id=str(arrived.id))
    rendered = await prepare_ticket(sender.actor, new, shown=with_files.shown)
    async with unit_of_work(sender.actor) as unit:
        ticket = await write_down_ticket(unit, new, rendered)
        await bring_along(unit, ticket.opened.id, arrived, means.office)
        await forget_bounces(unit, arrived.mail.from_address)
        outcome = Outcome(
            "opened",
            hint,
            person_id=sender.person_id,
            ticket_id=ticket.opened.id,
            ticket_message_id=ticket.message_id,
            left_out=with_files.left_out,
        )
        await settle(arrived.id, outcome, was=was)
    return outcome


async def meet_writer(arrived: Arrived) -> Correspondent:
    """Whoever the sender's address belongs to, made known if need be. Raises `NotAllowed` for somebody suspended."""
    sender = await meet_correspondent(SYSTEM, arrived.mail.from_address, arrived.mail.from_name)
    if sender.is_suspended:
        raise NotAllowed(say("Its writer is suspended."))
    return sender
