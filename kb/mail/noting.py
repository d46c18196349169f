"""What a machine answered to a ticket's mail (somebody is away, a mail was opened) is noted there: it neither reopens nor answers."""

import asyncio

from kb.core.unit_of_work import unit_of_work
from kb.mail.arrived import Arrived
from kb.mail.kinds import Kind
from kb.mail.opening import meet_writer
from kb.mail.rules import NO_TEXT
from kb.mail.settling import Outcome, settle
from kb.mail.threading import TicketThread, is_participant
from kb.mail.writing_up import keep_breaks, write_up
from kb.text.markdown import render_markdown
from kb.tickets.hearing import Heard, hear_message

LONGEST_NOTE = 2_000
"""Characters. That somebody is away is said in two lines; what follows is a company's small print."""


async def note_automatic(arrived: Arrived, thread: TicketThread, kind: Kind) -> None:
    """A note among agents, where its sender has a place in the ticket; else the mail is only kept."""
    address = arrived.mail.from_address
    if address not in {thread.requester, thread.addressee} and not await is_participant(thread.ticket_id, address):
        await settle(arrived.id, Outcome("passed_over", kind.reason, ticket_id=thread.ticket_id))
        return
    sender = await meet_writer(arrived)
    text = (await asyncio.to_thread(write_up, arrived.mail, trims=False)).text[:LONGEST_NOTE] or NO_TEXT
    body = f"**{arrived.mail.full_subject.strip() or NO_TEXT}**\n\n{text}"
    rendered = await asyncio.to_thread(render_markdown, keep_breaks(body))
    async with unit_of_work(sender.actor) as unit:
        message_id = await hear_message(unit, thread.ticket_id, Heard(sender.person_id, body, rendered, "note"))
        outcome = Outcome(
            "noted",
            kind.reason,
            person_id=sender.person_id,
            ticket_id=thread.ticket_id,
            ticket_message_id=message_id,
        )
        await settle(arrived.id, outcome)
