"""Mail that came in is read; agents' replies and acknowledgements go out; mailboxes are emptied."""

from jobs.registry import Handlers
from jobs.tools import Tools
from kb.core.actor import SYSTEM
from kb.mail.asking_how_it_was import ask_how_it_was
from kb.mail.emptying import empty_mailbox
from kb.mail.forgetting import forget_old_mail
from kb.mail.handling import handle_mail, sweep_received_mail
from kb.mail.messages import MailArrived, TicketMailPrepared
from kb.mail.office import Means, office_of
from kb.mail.planning import plan_acknowledgement, plan_reply, sweep_unacknowledged, sweep_unplanned_replies
from kb.mail.sending import send_ticket_mail, sweep_unsent_ticket_mail
from kb.tickets.messages import AgentReplied, TicketOpened


async def read_arrived_mail(tools: Tools, heard: MailArrived) -> None:
    """It becomes what it asks for, or waits for people to look at it."""
    if means := _means(tools):
        await handle_mail(heard.mail_id, means)


async def mail_reply(tools: Tools, heard: AgentReplied) -> None:
    """To whoever asked, where they asked by mail or left an address."""
    await plan_reply(heard.message_id, office_of(tools.settings))


async def acknowledge_ticket(tools: Tools, heard: TicketOpened) -> None:
    """That a mail came."""
    await plan_acknowledgement(heard.ticket_id, heard.message_id, office_of(tools.settings))


async def send_prepared_mail(tools: Tools, heard: TicketMailPrepared) -> None:
    """Hand it over; a mail server that is down is tried again."""
    if "email" in tools.channels and tools.files:
        await send_ticket_mail(heard.mail_id, tools.channels["email"], office_of(tools.settings), store=tools.files)


async def poll_mailbox(tools: Tools) -> int:
    """Take in what lies in our mailbox on another server."""
    return await empty_mailbox(SYSTEM, tools.mailbox) if tools.mailbox else 0


async def sweep_mail_in(tools: Tools) -> int:
    """Read what a lost message or a killed worker left unread."""
    means = _means(tools)
    return await sweep_received_mail(means) if means else 0


async def sweep_mail_out(tools: Tools) -> int:
    """Plan replies and acknowledgements that a lost message left out, and send what waits."""
    office = office_of(tools.settings)
    await sweep_unplanned_replies(office)
    await sweep_unacknowledged(office)
    if "email" not in tools.channels or not tools.files:
        return 0
    return await sweep_unsent_ticket_mail(tools.channels["email"], office, store=tools.files)


async def ask(tools: Tools) -> int:
    """How it was, once a ticket."""
    return await ask_how_it_was(office_of(tools.settings)) if "email" in tools.channels else 0


async def forget_mail(tools: Tools) -> int:
    """What stands in mail is not kept for ever."""
    return await forget_old_mail()


def _means(tools: Tools) -> Means | None:
    return Means(office_of(tools.settings), tools.files, tools.screen) if tools.files else None


HANDLERS: Handlers = {
    MailArrived: (read_arrived_mail,),
    AgentReplied: (mail_reply,),
    TicketOpened: (acknowledge_ticket,),
    TicketMailPrepared: (send_prepared_mail,),
}
