"""The assistant's page: a conversation that works without scripts, and goes on without a new page with them."""

from contextlib import suppress
from dataclasses import replace
from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.response import Redirect

from kb.assistant.confirming import confirm_action
from kb.assistant.handing_off import Passing, hand_off
from kb.assistant.queries import ConversationView, get_conversation
from kb.assistant.replying import Heard
from kb.assistant.rules import MOST_TYPED
from kb.assistant.saying import say_in_chat
from kb.assistant.starting import Started, start_conversation
from kb.assistant.using import record_chat_use
from kb.core.actor import Actor
from kb.core.errors import Conflict, Invalid, KbError, NotFound, TooMany
from kb.core.permissions import Permission
from kb.core.saying import say
from server.assistant.chatting import Talker, means_of, remember, talker_of
from server.assistant.pages import TalkPage
from server.errors import STATUS
from server.forum.forms import read_id
from server.pages import flash, render
from server.security.guards import CHANGES_NO_PAGE, requires
from server.wiring import Services

Asked = Request[Any, Any, Any]
ASK = [requires(Permission.ASSISTANT_ASK)]
NEWEST = "/assistant#saying"
TITLE = say("Assistant")


@get("/assistant", guards=ASK)
async def show_assistant(request: Asked, actor: Actor, services: Services, q: str = "") -> Response[Any]:
    """The conversation so far, or how to begin one; `q` stands in the field already."""
    talker = await talker_of(request, actor, services)
    page = TalkPage(TITLE, await _find(talker), text=q[:MOST_TYPED], robots="noindex")
    return render(request, "assistant/talk.html", page)


@get("/assistant/turns", guards=ASK)
async def show_new_turns(request: Asked, actor: Actor, services: Services, after: int = 0) -> Response[Any]:
    """What was said since, for the page that waits for a reply; nothing where nothing was."""
    talker = await talker_of(request, actor, services)
    talk = await _find(talker, after=after)
    if talk is None or not talk.turns:
        return Response(None, status_code=204)
    return render(request, "assistant/_came.html", TalkPage(TITLE, talk))


@post("/assistant", guards=ASK, opt=CHANGES_NO_PAGE)
async def say_on_page(request: Asked, actor: Actor, services: Services) -> Response[Any]:
    """Say something, or choose; the first word begins a conversation. A refusal leaves what was typed in its field."""
    talker = await talker_of(request, actor, services)
    sent = await _read(request)
    started: Started | None = None
    try:
        talker, started = await _in_conversation(talker)
        said = await _say(talker, _heard(request, sent), services)
    except (Invalid, TooMany, Conflict) as refusal:
        return _refuse(request, await _find(talker), refusal, started, text=sent.get("text", ""))
    first = said.turns[0].position if said.turns else 1
    response: Response[Any] = Redirect(f"/assistant#turn-{first}", status_code=303)
    if _stays(request):
        response = render(request, "assistant/_said.html", TalkPage(TITLE, said))
    if started:
        remember(request, response, started)
    return response


@post("/assistant/hand-off", guards=ASK, opt=CHANGES_NO_PAGE)
async def hand_off_on_page(request: Asked, actor: Actor, services: Services) -> Response[Any]:
    """Talk to a person; whoever is not signed in leaves an address."""
    talker = await talker_of(request, actor, services)
    sent = await _read(request)
    started: Started | None = None
    try:
        talker, started = await _in_conversation(talker)
        passing = Passing("button", sent.get("address", ""))
        await hand_off(talker.chatter, _id(talker), passing, base_url=services.settings.base_url)
    except (Invalid, TooMany) as refusal:
        return _refuse(request, await _find(talker), refusal, started, address=sent.get("address", ""))
    response = Redirect(NEWEST, status_code=303)
    if started:
        remember(request, response, started)
    return response


@post("/assistant/confirmations", guards=ASK, opt=CHANGES_NO_PAGE)
async def confirm_on_page(request: Asked, actor: Actor, services: Services) -> Response[Any]:
    """Press the button of what a flow offers."""
    talker = await talker_of(request, actor, services)
    sent = await _read(request)
    turn_id, confirmation = read_id(sent.get("turn", "")), sent.get("confirmation", "")
    try:
        await confirm_action(talker.chatter, _id(talker), turn_id, confirmation, means=means_of(services))
    except Conflict as refusal:
        return flash(Redirect(NEWEST, status_code=303), "warn", refusal.message)
    return Redirect(NEWEST, status_code=303)


@post("/assistant/uses", guards=ASK, opt=CHANGES_NO_PAGE)
async def say_solved(request: Asked, actor: Actor, services: Services) -> Response[Any]:
    """This answer solved it."""
    talker = await talker_of(request, actor, services)
    answer_id = read_id((await _read(request)).get("answer", ""))
    await record_chat_use(talker.chatter, _id(talker), kind="said_solved", answer_id=answer_id)
    return flash(Redirect(NEWEST, status_code=303), "good", say("Glad it helped. Thank you."))


@post("/assistant/conversations", guards=ASK, opt=CHANGES_NO_PAGE)
async def begin_afresh(request: Asked, actor: Actor, services: Services) -> Response[Any]:
    """Leave the conversation as it is and begin another one."""
    talker = await talker_of(request, actor, services)
    response = Redirect("/assistant", status_code=303)
    remember(request, response, await start_conversation(talker.chatter))
    return response


@get("/assistant/sources/{answer_id:uuid}", guards=ASK)
async def open_source(request: Asked, actor: Actor, services: Services, answer_id: UUID) -> Response[Any]:
    """Lead to what an answer of the conversation rests on, and note that it was opened. 404 where it is none of its sources."""
    talker = await talker_of(request, actor, services)
    talk = await get_conversation(talker.chatter, _id(talker))
    path = next((one.path for turn in talk.turns for one in turn.sources if one.answer_id == answer_id), "")
    if not path:
        raise NotFound(say("This conversation did not name that answer."))
    with suppress(TooMany):
        await record_chat_use(talker.chatter, talk.id, kind="opened", answer_id=answer_id)
    return Redirect(path, status_code=303)


async def _find(talker: Talker, *, after: int = 0) -> ConversationView | None:
    """None before the first word, and where the cookie is of a conversation that is gone or another's."""
    if talker.conversation_id is None:
        return None
    try:
        return await get_conversation(talker.chatter, talker.conversation_id, after=after)
    except NotFound:
        return None


async def _in_conversation(talker: Talker) -> tuple[Talker, Started | None]:
    if await _find(talker) is not None:
        return talker, None
    started = await start_conversation(talker.chatter, page_url="/assistant")
    return Talker(replace(talker.chatter, secret=started.secret), started.id), started


def _heard(request: Asked, sent: dict[str, str]) -> Heard:
    """What the form says; a page that stays is answered with all it has not seen yet."""
    choice = read_id(sent["choice"]) if sent.get("choice") else None
    seen = sent.get("after", "")
    stays = _stays(request) and seen.isascii() and seen.isdigit() and len(seen) < 9
    return Heard(sent.get("text", ""), choice, int(seen) if stays else None)


def _stays(request: Asked) -> bool:
    return "hx-request" in request.headers


async def _say(talker: Talker, heard: Heard, services: Services) -> ConversationView:
    means = means_of(services)
    return await say_in_chat(talker.chatter, _id(talker), heard, means=means, rephraser=services.rephraser)


def _id(talker: Talker) -> UUID:
    if talker.conversation_id is None:
        raise NotFound(say("There is no conversation yet. Say something first."))
    return talker.conversation_id


def _refuse(
    request: Asked, talk: ConversationView | None, refusal: KbError, started: Started | None = None, **typed: str
) -> Response[Any]:
    """The page again with what was typed in its field; a page that stays has only its form changed, which htmx does for a 422."""
    errors = refusal.fields or {"text": refusal.message}
    page = TalkPage(TITLE, talk, text=typed.get("text", ""), address=typed.get("address", ""), errors=errors)
    if _stays(request):
        response = render(request, "assistant/_refused.html", page, status=422)
    else:
        response = render(request, "assistant/talk.html", page, status=STATUS[type(refusal)])
    if started:
        remember(request, response, started)
    return response


async def _read(request: Asked) -> dict[str, str]:
    form = await request.form()
    return {name: value for name, value in form.items() if isinstance(value, str)}


ROUTES: list[Any] = [
    show_assistant,
    show_new_turns,
    say_on_page,
    hand_off_on_page,
    confirm_on_page,
    say_solved,
    begin_afresh,
    open_source,
]
