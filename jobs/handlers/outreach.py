"""What the outreach room does when pain was found or a message is to go out."""

from jobs.registry import Handlers
from jobs.tools import Tools
from kb.outreach import deciding, passing_on, sending
from kb.outreach.messages import MessagePrepared
from kb.signals.messages import SignalFound
from kb.tickets.messages import AgentReplied


def _where_and_how(tools: Tools) -> dict[str, str]:
    return {"base_url": tools.settings.base_url, "language": tools.settings["DEFAULT_LANGUAGE"]}


async def decide_on_signal(tools: Tools, message: SignalFound) -> None:
    """Speak to the person, or write down why not."""
    await deciding.decide_on_signal(message.signal_id, language=tools.settings["DEFAULT_LANGUAGE"])


async def pass_on_reply(tools: Tools, message: AgentReplied) -> None:
    """Whoever asked gets the reply where they are."""
    await passing_on.pass_on_reply(message.ticket_id, message.message_id, language=tools.settings["DEFAULT_LANGUAGE"])


async def deliver_message(tools: Tools, message: MessagePrepared) -> None:
    """Hand the message over; a channel that is down is tried again."""
    await sending.deliver_message(
        message.message_id,
        tools.channels,
        base_url=tools.settings.base_url,
        language=tools.settings["DEFAULT_LANGUAGE"],
    )


async def sweep_unsent_messages(tools: Tools) -> int:
    """Hand over what still waits."""
    return await sending.sweep_unsent_messages(
        tools.channels, base_url=tools.settings.base_url, language=tools.settings["DEFAULT_LANGUAGE"]
    )


HANDLERS: Handlers = {
    SignalFound: (decide_on_signal,),
    AgentReplied: (pass_on_reply,),
    MessagePrepared: (deliver_message,),
}
