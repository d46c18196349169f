"""What is asked in chats becomes questions; what was confirmed in them is carried out."""

from jobs.registry import Handlers
from jobs.tools import Tools
from kb.assistant.acting import carry_out_action, sweep_actions
from kb.assistant.forgetting import forget_old_conversations
from kb.assistant.messages import ActionConfirmed, ChatAsked
from kb.assistant.questions import extract_chat_questions, sweep_chat_questions


async def extract_chat_question(tools: Tools, heard: ChatAsked) -> None:
    """What somebody asked the assistant."""
    await extract_chat_questions([heard.turn_id])


async def carry_out_confirmed(tools: Tools, heard: ActionConfirmed) -> None:
    """Call the webhook that a flow offered to call."""
    if tools.postman:
        await carry_out_action(heard.action_id, tools.postman)


HANDLERS: Handlers = {ChatAsked: (extract_chat_question,), ActionConfirmed: (carry_out_confirmed,)}


async def sweep_chats(tools: Tools) -> None:
    """Find questions that a lost message left behind."""
    await sweep_chat_questions()


async def sweep_confirmed(tools: Tools) -> None:
    """Carry out what a lost message left undone."""
    if tools.postman:
        await sweep_actions(tools.postman)


async def forget_conversations(tools: Tools) -> None:
    """Forget those that are old or empty."""
    await forget_old_conversations(days=int(tools.settings["CHAT_KEPT_DAYS"]))
