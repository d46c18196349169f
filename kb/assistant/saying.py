"""Saying something: what was said and what is answered are written down together, and what was shown goes into the ledger with them."""

from uuid import UUID

from kb.answers.reusing import insert_shown
from kb.assistant.access import Chatter, Conversation, access_conversation
from kb.assistant.facts import find_facts, page_of
from kb.assistant.finding import Means
from kb.assistant.flows.choosing import choose_greeting
from kb.assistant.flows.queries import list_enabled_flows
from kb.assistant.flows.telling import begin_flow
from kb.assistant.handing_off import Passing, Prepared, prepare_ticket, take_over
from kb.assistant.messages import ChatAsked
from kb.assistant.queries import ConversationView, get_conversation
from kb.assistant.remembering import remember
from kb.assistant.rephrasing import AS_WRITTEN, Rephraser
from kb.assistant.replies import NewTurn, Reply
from kb.assistant.replying import Heard, choose_reply
from kb.assistant.rules import AN_HOUR, SAID_AN_HOUR, check_said
from kb.assistant.writing import Said, add_turns
from kb.core.actor import Actor
from kb.core.database import fetch_one
from kb.core.errors import Conflict, NotFound
from kb.core.ids import new_id
from kb.core.policy import Role
from kb.core.rate_limits import spend
from kb.core.saying import say
from kb.core.unit_of_work import unit_of_work
from kb.tickets.answering import reply_to_ticket

MEANWHILE = say("Something was said in this conversation at the same moment. Look at it and say yours again.")


async def say_in_chat(
    chatter: Chatter, conversation_id: UUID, heard: Heard, *, means: Means, rephraser: Rephraser = AS_WRITTEN
) -> ConversationView:
    """Say it and have what came since the last turn the person has seen (`heard.after`), else what came of it.

    Whatever the text holds, it is text: nothing is done because of it but answering, and handing over to people.
    Raises `Invalid` with the field, `TooMany`, `NotFound`, and `Conflict` where two said something at once.
    """
    talk = await access_conversation(chatter, conversation_id)
    await spend(f"chat:say:{chatter.key}", SAID_AN_HOUR, AN_HOUR)
    if talk.ticket_id:
        seen = heard.after if heard.after is not None else (await get_conversation(chatter, talk.id)).last
        await _write_to_desk(chatter, talk.ticket_id, heard.text)
        return await get_conversation(chatter, conversation_id, after=seen)
    said = "" if heard.choice else check_said(heard.text)
    heard = Heard(said, await _offered(talk, heard.choice), heard.after)
    reply = await choose_reply(chatter, talk, heard, means, rephraser=rephraser)
    passing = Passing(reply.hands_over, reply.address, said=heard.text) if reply.hands_over else None
    ticket = await prepare_ticket(chatter, talk, passing, base_url=means.base_url) if passing else None
    await _write_down(chatter, talk, heard, reply, ticket)
    seen = talk.turn_count if heard.after is None else heard.after
    return await get_conversation(chatter, conversation_id, after=seen)


async def greet(chatter: Chatter, conversation_id: UUID) -> ConversationView:
    """Let the flow of this page begin, where there is one and nothing has been said yet."""
    talk = await access_conversation(chatter, conversation_id)
    begun = choose_greeting(await list_enabled_flows(), page_of(talk.page_url)) if talk.turn_count == 0 else None
    if begun:
        reply = begin_flow(begun, await find_facts(chatter, talk.page_url), question="")
        await _write_down(chatter, talk, None, reply)
    return await get_conversation(chatter, conversation_id)


async def _offered(talk: Conversation, choice: UUID | None) -> UUID | None:
    """The choice, if the assistant offered it in this conversation. Raises `NotFound` otherwise."""
    if choice is None:
        return None
    found = await fetch_one(
        "select 1 from turn where conversation_id = $1 and kind = 'which' and detail -> 'answers' ? $2 limit 1",
        talk.id,
        str(choice),
    )
    if found is None:
        raise NotFound(say("That was not among what was offered."))
    return choice


async def _write_down(
    chatter: Chatter, before: Conversation, heard: Heard | None, reply: Reply, ticket: Prepared | None = None
) -> None:
    asked_id = new_id() if reply.asks else None
    async with unit_of_work(chatter.writer) as unit:
        talk = await access_conversation(chatter, before.id, locks=True)
        if talk.turn_count != before.turn_count or talk.ticket_id:
            raise Conflict(MEANWHILE)
        talk = await add_turns(unit, talk, _turns(heard, reply), asks=asked_id)
        talk = await remember(talk, reply)
        if asked_id:
            unit.emit(ChatAsked(asked_id))
        who = (chatter.actor.person_id, chatter.visitor)
        await insert_shown(unit, chatter.reader, reply.shown, "assistant", who, talk.page_url)
        if reply.hands_over:
            await take_over(unit, chatter, talk, ticket, reply.hands_over)


def _turns(heard: Heard | None, reply: Reply) -> list[Said]:
    answered: list[Said] = [("assistant", turn) for turn in reply.turns]
    if heard is None:
        return answered
    detail = {"answers": [str(heard.choice)]} if heard.choice else {}
    said = reply.said_as or NewTurn("chose" if heard.choice else "said", heard.text, detail)
    return [("person", said), *answered]


async def _write_to_desk(chatter: Chatter, ticket_id: UUID, text: str) -> None:
    """After the handing over it is a message to the team. Somebody nobody vouches for writes as the visitor they were made."""
    row = await fetch_one("select requester_id from ticket where id = $1", ticket_id)
    if row is None:
        raise NotFound(say("The ticket is gone."))
    is_own = chatter.actor.person_id == row["requester_id"]
    writer = chatter.actor if is_own else Actor(role=Role.MEMBER, person_id=row["requester_id"])
    await reply_to_ticket(writer, ticket_id, check_said(text), "customer")
