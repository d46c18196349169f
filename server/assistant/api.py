"""Conversations for programs on a product's page: /api/v1/help/chats, beside the other help operations and with their headers.

`X-Chat-Secret` is what `POST …/chats` answered; it opens the conversation where no identity token says whose it is.
"""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from litestar import Request, route
from litestar.di import Provide

from kb.assistant.access import Chatter
from kb.assistant.confirming import confirm_action
from kb.assistant.handing_off import Passing, hand_off
from kb.assistant.queries import get_conversation
from kb.assistant.replying import Heard
from kb.assistant.saying import greet, say_in_chat
from kb.assistant.starting import start_conversation
from kb.assistant.using import record_chat_use
from kb.core.permissions import Permission
from server.assistant.api_turns import ChatOut, chat_out
from server.assistant.chatting import means_of, provide_chatter
from server.help.callers import provide_caller
from server.help.origins import AnyOrigin
from server.security.guards import requires
from server.wiring import Services

Asked = Request[Any, Any, Any]

OPEN: dict[str, Any] = {
    "guards": [requires(Permission.ASSISTANT_ASK)],
    "middleware": [AnyOrigin()],
    "dependencies": {"caller": Provide(provide_caller), "chatter": Provide(provide_chatter, sync_to_thread=False)},
}


@dataclass(frozen=True, slots=True)
class ChatIn:
    """Where the conversation begins."""

    page_url: str | None = None


@dataclass(frozen=True, slots=True)
class TurnIn:
    """What is said: words, or the answer chosen of those that a turn of kind `which` offers. `after` is the position of the last turn
    that is known: what came since is answered, too."""

    text: str = ""
    choice: UUID | None = None
    after: int | None = None


@dataclass(frozen=True, slots=True)
class HandOffIn:
    """`address` is wanted from somebody no token names; it is written to and opens nothing."""

    address: str = ""


@dataclass(frozen=True, slots=True)
class ConfirmationIn:
    """The turn with the offer, and its `confirmation`."""

    turn_id: UUID
    confirmation: str


@dataclass(frozen=True, slots=True)
class ChatUseIn:
    """`opened` or `said_solved`, of an answer this conversation cites."""

    kind: str
    answer_id: UUID


@dataclass(frozen=True, slots=True)
class ChatStarted:
    """The conversation, and its secret, told this once."""

    secret: str
    chat: ChatOut


@dataclass(frozen=True, slots=True)
class HandedOffOut:
    """The ticket's number, null where an address is wanted first; and what is said about it."""

    ticket: int | None
    chat: ChatOut


@dataclass(frozen=True, slots=True)
class ChatUseRecorded:
    """The row of the ledger."""

    id: UUID


@route("/api/v1/help/chats", http_method=["POST", "OPTIONS"], status_code=201, **OPEN)
async def api_start_chat(request: Asked, chatter: Chatter, data: ChatIn) -> ChatStarted:
    """Begin a conversation; where a flow greets on this page, its first words are in it."""
    started = await start_conversation(chatter, page_url=data.page_url)
    begun = Chatter(chatter.actor, chatter.surface, chatter.visitor, chatter.app, started.secret, chatter.distinct_id)
    return ChatStarted(started.secret, chat_out(request, await greet(begun, started.id)))


@route("/api/v1/help/chats/{chat_id:uuid}", http_method=["GET", "OPTIONS"], **OPEN)
async def api_get_chat(request: Asked, chatter: Chatter, chat_id: UUID, after: int = 0) -> ChatOut:
    """The conversation's turns past the position `after`, at most 200; agents' replies are among them once people have it."""
    return chat_out(request, await get_conversation(chatter, chat_id, after=after))


@route("/api/v1/help/chats/{chat_id:uuid}/turns", http_method=["POST", "OPTIONS"], status_code=200, **OPEN)
async def api_say(request: Asked, services: Services, chatter: Chatter, chat_id: UUID, data: TurnIn) -> ChatOut:
    """Say something and have what comes of it. It is text: whatever it holds, nothing is done because of it but answering and
    handing over."""
    heard = Heard(data.text, data.choice, data.after)
    said = await say_in_chat(chatter, chat_id, heard, means=means_of(services), rephraser=services.rephraser)
    return chat_out(request, said)


@route("/api/v1/help/chats/{chat_id:uuid}/hand-off", http_method=["POST", "OPTIONS"], status_code=200, **OPEN)
async def api_hand_off(
    request: Asked, services: Services, chatter: Chatter, chat_id: UUID, data: HandOffIn
) -> HandedOffOut:
    """Talk to a person: a ticket with what was said so far, once however often it is asked for."""
    passed = await hand_off(chatter, chat_id, Passing("button", data.address), base_url=services.settings.base_url)
    chat = chat_out(request, await get_conversation(chatter, chat_id))
    return HandedOffOut(passed.number if passed else None, chat)


@route("/api/v1/help/chats/{chat_id:uuid}/confirmations", http_method=["POST", "OPTIONS"], status_code=200, **OPEN)
async def api_confirm(
    request: Asked, services: Services, chatter: Chatter, chat_id: UUID, data: ConfirmationIn
) -> ChatOut:
    """Press the button of what a flow offers: it is done once, and nothing is done without. 409 where it stands no more."""
    done = await confirm_action(chatter, chat_id, data.turn_id, data.confirmation, means=means_of(services))
    return chat_out(request, done)


@route("/api/v1/help/chats/{chat_id:uuid}/uses", http_method=["POST", "OPTIONS"], status_code=200, **OPEN)
async def api_record_chat_use(chatter: Chatter, chat_id: UUID, data: ChatUseIn) -> ChatUseRecorded:
    """Tell the reuse ledger that a cited answer was opened, or solved it."""
    return ChatUseRecorded(await record_chat_use(chatter, chat_id, kind=data.kind, answer_id=data.answer_id))


ROUTES: list[Any] = [
    api_start_chat,
    api_get_chat,
    api_say,
    api_hand_off,
    api_confirm,
    api_record_chat_use,
]
