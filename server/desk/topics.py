"""Questions of the forum at the desk: who waits, and one of them to answer, with what worked for others beside it."""

from dataclasses import replace
from typing import Any
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.response import Redirect

from kb.core.actor import Actor
from kb.core.errors import Invalid, NotFound, TooMany
from kb.core.permissions import Permission
from kb.core.saying import say
from kb.desk.surroundings import get_surroundings
from kb.desk.topics import count_waiting_topics, list_topic_values, list_waiting_topics
from kb.desk.views import count_views
from kb.drafts.places import reply_place
from kb.forum.access import access_topic_number
from kb.forum.queries import TopicPage, get_topic_page
from kb.forum.replying import reply_to_topic
from kb.macros.rules import check_filled
from kb.search.answering import Asked, asked_in_topic, find_answers_for
from server.desk.pages import TOPICS_ADDRESS
from server.desk.topic_pages import DeskTopicPage, DeskTopicsPage
from server.drafts.fields import sent_off
from server.errors import STATUS, wants_json
from server.files.uploading import take_files
from server.pages import flash, render
from server.security.guards import requires
from server.tickets.forms import ReplyForm, read_macro, read_reply
from server.tickets.inserting import not_inserted, put_below, tell_taken
from server.tickets.offering import Taken, restore_reply, take_answer, take_macro
from server.wiring import Services

ANSWER = [requires(Permission.TICKET_ANSWER)]
Sent = Request[Any, Any, Any]


@get(TOPICS_ADDRESS, guards=ANSWER)
async def show_topics(request: Sent, actor: Actor, past: str = "") -> Response[Any]:
    """Whose question nobody of us has answered, or who wrote last; who has waited longest first."""
    found = await list_waiting_topics(actor, cursor=past)
    older = f"{TOPICS_ADDRESS}?past={found.next_cursor}" if found.next_cursor else ""
    counts, waiting = await count_views(actor), await count_waiting_topics(actor)
    page = DeskTopicsPage(say("Questions in the forum"), found.topics, older, not past, counts, waiting)
    return render(request, "desk/topics.html", page)


@get(f"{TOPICS_ADDRESS}/{{number:int}}", guards=ANSWER)
async def show_topic(request: Sent, actor: Actor, services: Services, number: int) -> Response[Any]:
    """One to answer."""
    return await _show(request, actor, services, number)


@post(f"{TOPICS_ADDRESS}/{{number:int}}/posts", guards=ANSWER)
async def answer_topic(request: Sent, actor: Actor, services: Services, number: int) -> Response[Any]:
    """Everybody reads the reply; a refusal shows the question with the text still in its field."""
    topic, form = await access_topic_number(actor, number), await read_reply(request)
    taken = await take_files(request, actor, services, form.body)
    form = replace(form, body=taken.body)
    try:
        taken.check()
        gaps, form = form.gaps, replace(form, gaps=())  # who sends it again means it
        check_filled(form.body, gaps)
        await reply_to_topic(actor, topic.id, form.body, drafted=True)
    except (Invalid, TooMany) as refusal:
        return await _show(request, actor, services, number, form, refusal)
    posted = flash(
        Redirect(f"{TOPICS_ADDRESS}/{number}", status_code=303), "good", say("Posted. Everybody reads it now.")
    )
    return sent_off(posted, reply_place(number))


@post(f"{TOPICS_ADDRESS}/{{number:int}}/insertions/{{answer_id:uuid}}", guards=ANSWER, status_code=200)
async def insert_into_post(
    request: Sent, actor: Actor, services: Services, number: int, answer_id: UUID
) -> Response[Any]:
    """A script gets the text alone; a form comes back with the answer below what was typed."""
    asked = ask_of_topic(actor, await get_topic_page(actor, number), services)
    return await _put_in(request, actor, services, number, await take_answer(actor, asked, answer_id))


@post(f"{TOPICS_ADDRESS}/{{number:int}}/macro-insertions", guards=ANSWER, status_code=200)
async def insert_macro_into_post(request: Sent, actor: Actor, services: Services, number: int) -> Response[Any]:
    """The same for the macro that was chosen; what it would do with a ticket, it does not do with a topic."""
    asked = ask_of_topic(actor, await get_topic_page(actor, number), services)
    try:
        taken = await take_macro(actor, asked, await read_macro(request))
    except (Invalid, NotFound) as refusal:
        if wants_json(request):
            raise
        return await _show(request, actor, services, number, await read_reply(request), not_inserted(refusal))
    return await _put_in(request, actor, services, number, replace(taken, boxes=()))


async def _put_in(request: Sent, actor: Actor, services: Services, number: int, taken: Taken) -> Response[Any]:
    if wants_json(request):
        return tell_taken(request, taken)
    return await _show(request, actor, services, number, put_below(await read_reply(request), taken))


def ask_of_topic(actor: Actor, thread: TopicPage, services: Services) -> Asked:
    """What is looked at beside a topic."""
    topic, values = thread.topic, list_topic_values(thread, actor, base_url=services.settings.base_url)
    return asked_in_topic(topic.id, topic.path, topic.asker_id, values)


async def _show(
    request: Sent,
    actor: Actor,
    services: Services,
    number: int,
    form: ReplyForm | None = None,
    refusal: Invalid | TooMany | None = None,
) -> Response[Any]:
    thread = await get_topic_page(actor, number)
    asked = ask_of_topic(actor, thread, services)
    offered = await find_answers_for(actor, asked)
    around = await get_surroundings(actor, for_reply=True)
    reply = form or await restore_reply(actor, asked, thread.topic.draft_body)
    errors = (refusal.fields or {"body": refusal.message}) if refusal else {}
    page = DeskTopicPage(thread.topic.title, thread, around, offered, reply, errors)
    headers = {"Retry-After": str(refusal.retry_after)} if isinstance(refusal, TooMany) else None
    return render(request, "desk/topic.html", page, status=STATUS[type(refusal)] if refusal else 200, headers=headers)
