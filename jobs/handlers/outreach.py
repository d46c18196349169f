"""What the outreach room does when pain was found or a message is to go out."""

from jobs.registry import Handlers
from jobs.tools import Tools
from kb.clusters.duplicates.messages import (
    DuplicateConfirmed,
    DuplicateContested,
    DuplicateMarked,
    DuplicateUndone,
)
from kb.outreach import deciding, leading_on, passing_on, sending
from kb.outreach.messages import MessagePrepared
from kb.signals.messages import SignalFound
from kb.tickets.messages import AgentReplied


async def decide_on_signal(tools: Tools, message: SignalFound) -> None:
    """Speak to the person, or write down why not."""
    await deciding.decide_on_signal(message.signal_id)


async def pass_on_reply(tools: Tools, message: AgentReplied) -> None:
    """Whoever asked gets the reply where they are."""
    await passing_on.pass_on_reply(message.ticket_id, message.message_id)


async def tell_of_mark(tools: Tools, message: DuplicateMarked) -> None:
    """The asker may object."""
    await leading_on.tell_of_duplicate(message.duplicate_id, "marked")


async def tell_of_confirmation(tools: Tools, message: DuplicateConfirmed) -> None:
    """The asker and the followers learn where it goes on."""
    await leading_on.tell_of_duplicate(message.duplicate_id, "confirmed")


async def tell_of_contest(tools: Tools, message: DuplicateContested) -> None:
    """Those who said so learn that the asker objects."""
    await leading_on.tell_of_duplicate(message.duplicate_id, "contested")


async def tell_of_undoing(tools: Tools, message: DuplicateUndone) -> None:
    """Those who heard of the duplicate learn that it is none."""
    await leading_on.tell_of_duplicate(message.duplicate_id, "undone")


async def deliver_message(tools: Tools, message: MessagePrepared) -> None:
    """Hand the message over; a channel that is down is tried again."""
    await sending.deliver_message(message.message_id, tools.channels, base_url=tools.settings.base_url)


async def sweep_unsent_messages(tools: Tools) -> int:
    """Hand over what still waits."""
    return await sending.sweep_unsent_messages(tools.channels, base_url=tools.settings.base_url)


HANDLERS: Handlers = {
    SignalFound: (decide_on_signal,),
    AgentReplied: (pass_on_reply,),
    DuplicateMarked: (tell_of_mark,),
    DuplicateConfirmed: (tell_of_confirmation,),
    DuplicateContested: (tell_of_contest,),
    DuplicateUndone: (tell_of_undoing,),
    MessagePrepared: (deliver_message,),
}
