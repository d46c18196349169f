"""Questions of the forum that wait for an agent, for programs: which, and what worked for others who asked the same."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from litestar import get, post

from kb.core.actor import Actor
from kb.core.permissions import Permission
from kb.desk.topics import WaitingTopic, list_waiting_topics
from kb.forum.queries import get_topic_page
from kb.search.answering import find_answers_for
from server.desk.topics import ask_of_topic
from server.lists import CursorIn, Items, LimitIn, check_limit, items_of
from server.security.guards import requires
from server.tickets.offering import (
    InsertionIn,
    InsertionOut,
    MacroInsertionIn,
    OffersOut,
    take_answer,
    take_macro,
    tell_offers,
)
from server.wiring import Services

ANSWER = [requires(Permission.TICKET_ANSWER)]


@dataclass(frozen=True, slots=True)
class WaitingTopicOut:
    """A topic that is not solved and whose last word is not an agent's."""

    id: UUID
    number: int
    url: str
    title: str
    space: str
    asker: str
    replies: int
    me_too: int
    asked_at: datetime
    waiting_since: datetime


@get("/api/v1/desk/topics", guards=ANSWER)
async def api_list_waiting_topics(
    actor: Actor, services: Services, cursor: CursorIn = "", limit: LimitIn = 50
) -> Items[WaitingTopicOut]:
    """The forum's questions of the last thirty days that wait for an agent, who has waited longest first; answer one with
    `POST /api/v1/topics/{number}/posts`."""
    found = await list_waiting_topics(actor, cursor=cursor, limit=check_limit(limit))
    base = services.settings.base_url
    return items_of(found.topics, found.next_cursor, lambda one: _topic(one, base))


@get("/api/v1/topics/{number:int}/answers", guards=ANSWER)
async def api_find_answers_for_topic(actor: Actor, services: Services, number: int) -> OffersOut:
    """Each problem of the topic and answers to it, the best first; take one with `POST …/insertions`."""
    asked = ask_of_topic(actor, await get_topic_page(actor, number), services)
    return tell_offers(await find_answers_for(actor, asked), services)


@post("/api/v1/topics/{number:int}/insertions", guards=ANSWER)
async def api_insert_answer_into_post(actor: Actor, services: Services, number: int, data: InsertionIn) -> InsertionOut:
    """Take an offered answer into the reply that is being written. 404 where it is not offered for this topic."""
    asked = ask_of_topic(actor, await get_topic_page(actor, number), services)
    taken = await take_answer(actor, asked, data.answer_id)
    return InsertionOut(taken.text, list(taken.gaps), taken.acts)


@post("/api/v1/topics/{number:int}/macro-insertions", guards=ANSWER)
async def api_insert_macro_into_post(
    actor: Actor, services: Services, number: int, data: MacroInsertionIn
) -> InsertionOut:
    """Fill in a macro for this topic and take it into the reply that is being written. 404 where it is not on offer."""
    asked = ask_of_topic(actor, await get_topic_page(actor, number), services)
    taken = await take_macro(actor, asked, data.macro_id)
    return InsertionOut(taken.text, list(taken.gaps), taken.acts)


def _topic(one: WaitingTopic, base: str) -> WaitingTopicOut:
    return WaitingTopicOut(
        id=one.id,
        number=one.number,
        url=base + one.path,
        title=one.title,
        space=one.space_name,
        asker=one.asker,
        replies=one.replies,
        me_too=one.me_too,
        asked_at=one.asked_at,
        waiting_since=one.waiting_since,
    )
