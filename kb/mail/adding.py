"""A mail that goes on with a ticket: its requester's, or that of somebody the requester brought along."""

import asyncio

from kb.core.rate_limits import spend
from kb.core.unit_of_work import unit_of_work
from kb.mail.arrived import Arrived
from kb.mail.keeping_files import keep_attachments
from kb.mail.office import Means
from kb.mail.opening import meet_writer, open_by_mail
from kb.mail.participating import bring_along
from kb.mail.settling import Outcome, settle
from kb.mail.threading import TicketThread, is_participant
from kb.mail.writing_up import write_up
from kb.people.unreachable import forget_bounces
from kb.text.markdown import render_markdown
from kb.tickets.hearing import Heard, hear_message
from kb.tickets.rules import ASK_WINDOW, WRITTEN_PER_PERSON

NOTHING_OWN = "There is no text of its own in it."


async def add_to_ticket(arrived: Arrived, thread: TicketThread, means: Means) -> Outcome:
    """Add it, or open a ticket of its own where its writer has no place in that one: a forwarded mail hands nobody a ticket."""
    address = arrived.mail.from_address
    is_own = address in {thread.requester, thread.addressee}
    if not is_own and not await is_participant(thread.ticket_id, address):
        return await open_by_mail(
            arrived, means, hint="Its writer answers a mail of another ticket, in which this address has no part."
        )
    return await _add(arrived, thread, means, brings=is_own)


async def _add(arrived: Arrived, thread: TicketThread, means: Means, *, brings: bool) -> Outcome:
    sender = await meet_writer(arrived)
    written = await asyncio.to_thread(write_up, arrived.mail)
    if not written.text and not arrived.mail.attachments:
        outcome = Outcome("review", NOTHING_OWN, person_id=sender.person_id, ticket_id=thread.ticket_id)
        await settle(arrived.id, outcome)
        return outcome
    await spend(f"ticket:write:{sender.person_id}", WRITTEN_PER_PERSON, ASK_WINDOW)
    with_files = await keep_attachments(
        sender.actor, arrived.mail.attachments, written, store=means.store, office=means.office
    )
    rendered = await asyncio.to_thread(render_markdown, with_files.shown)
    async with unit_of_work(sender.actor) as unit:
        heard = Heard(sender.person_id, with_files.body, rendered)
        message_id = await hear_message(unit, thread.ticket_id, heard)
        if brings:
            await bring_along(unit, thread.ticket_id, arrived, means.office)
        await forget_bounces(unit, arrived.mail.from_address)
        outcome = Outcome(
            "added",
            person_id=sender.person_id,
            ticket_id=thread.ticket_id,
            ticket_message_id=message_id,
            left_out=with_files.left_out,
        )
        await settle(arrived.id, outcome)
    return outcome
