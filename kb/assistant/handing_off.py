"""Somebody at the desk takes over: a ticket with what was said, once a conversation, and a word on what happens next."""

import asyncio
from dataclasses import dataclass, replace
from uuid import UUID

from kb.assistant.access import Chatter, Conversation, access_conversation
from kb.assistant.queries import PAGE, TurnView, list_turns
from kb.assistant.replies import NewTurn
from kb.assistant.rules import AN_HOUR, HANDED_OVER_AN_HOUR, HandOver
from kb.assistant.transcripts import write_subject, write_transcript
from kb.assistant.writing import add_turns
from kb.core.clock import now
from kb.core.database import execute, fetch_one, fetch_value
from kb.core.errors import Invalid
from kb.core.policy import Role
from kb.core.rate_limits import spend
from kb.core.unit_of_work import UnitOfWork, unit_of_work
from kb.people.adding import add_person
from kb.people.corresponding import visitor_source
from kb.people.rules import MAX_NAME, email_error
from kb.people.tables import Person
from kb.text.markdown import RenderedText, render_markdown
from kb.tickets.access import lock_ticket
from kb.tickets.asking import NewTicket, write_down_ticket
from kb.tickets.rules import readable_tags
from kb.tickets.tagging import tag_in

FEWEST_ANSWERED = 20
"""Tickets of the last weeks under which their median says nothing about the next one."""


@dataclass(frozen=True, slots=True)
class HandedOff:
    """The ticket; its number is told to whoever talked."""

    ticket_id: UUID
    number: int


@dataclass(frozen=True, slots=True)
class Passing:
    """Why it is handed over and with what. `address` is where somebody nobody vouches for wants to be written to; `subject` and
    `extra` are what a flow adds, `said` the words that are being said right now and are no turn yet."""

    why: HandOver
    address: str = ""
    subject: str = ""
    extra: str = ""
    said: str = ""


@dataclass(frozen=True, slots=True)
class Prepared:
    """A ticket ready to be written: what takes time is done."""

    new: NewTicket
    rendered: RenderedText
    hours: float | None
    address: str
    why: HandOver


async def hand_off(chatter: Chatter, conversation_id: UUID, passing: Passing, *, base_url: str) -> HandedOff | None:
    """Open the ticket, or lead to the one there is. None where an address is wanted first: then the conversation asks for it.

    Raises `Invalid` for an address that is none, `TooMany` for whoever hands over more than anybody can mean.
    """
    talk = await access_conversation(chatter, conversation_id)
    if talk.ticket_id:
        return await _lead_to(talk.ticket_id)
    prepared = await prepare_ticket(chatter, talk, passing, base_url=base_url)
    async with unit_of_work(chatter.writer) as unit:
        talk = await access_conversation(chatter, conversation_id, locks=True)
        if talk.ticket_id:
            return await _lead_to(talk.ticket_id)
        return await take_over(unit, chatter, talk, prepared, passing.why)


async def prepare_ticket(chatter: Chatter, talk: Conversation, passing: Passing, *, base_url: str) -> Prepared | None:
    """Everything but the rows; None where nobody would know whom to answer."""
    address = _check_address(passing.address) or talk.address
    if not chatter.actor.is_signed_in and not address:
        return None
    await spend(f"chat:hand-off:{chatter.key}", HANDED_OVER_AN_HOUR, AN_HOUR)
    wanted = await _wanted_by_flow(talk)
    passing = replace(passing, address=address, subject=passing.subject or wanted[0], extra=passing.extra or wanted[1])
    new, rendered = await _write_ticket(chatter, talk, passing, base_url)
    return Prepared(new, rendered, await _usual_wait(), address, passing.why)


async def take_over(
    unit: UnitOfWork, chatter: Chatter, talk: Conversation, prepared: Prepared | None, why: HandOver
) -> HandedOff | None:
    """Pass it on, or say what is wanted first."""
    if prepared is not None:
        return await _pass_on(unit, chatter, talk, prepared)
    await _ask_for_address(unit, talk, why)
    return None


async def _pass_on(unit: UnitOfWork, chatter: Chatter, talk: Conversation, prepared: Prepared) -> HandedOff:
    """The ticket, and that it is one, with the conversation's row locked. What a flow had waiting for it is done with it."""
    requester_id = chatter.actor.person_id or await _add_visitor(unit, talk.id, prepared.address)
    new = replace(prepared.new, requester_id=requester_id)
    opened = (await write_down_ticket(unit, new, prepared.rendered)).opened
    await tag_in(unit, await lock_ticket(opened.id), readable_tags(talk.tags))
    await execute(
        "update conversation set ticket_id = $2, awaits = '', address = $3, flow_step = '', person_id = coalesce(person_id, $4)"
        " where id = $1",
        talk.id,
        opened.id,
        prepared.address,
        chatter.actor.person_id,
    )
    await execute(
        "update chat_action set done_at = $2 where conversation_id = $1 and kind = 'open_ticket' and done_at is null",
        talk.id,
        unit.now,
    )
    told = NewTurn("handed_off", detail={"number": opened.number, "hours": prepared.hours, "why": prepared.why})
    await add_turns(unit, talk, [("assistant", told)])
    unit.audit("chat.hand_off", "conversation", talk.id, ticket=opened.id, why=prepared.why)
    return HandedOff(opened.id, opened.number)


async def _ask_for_address(unit: UnitOfWork, talk: Conversation, why: HandOver) -> None:
    """Say that an address is wanted, once."""
    if talk.awaits != "address":
        await add_turns(unit, talk, [("assistant", NewTurn("address_wanted", detail={"why": why}))])
        await execute("update conversation set awaits = 'address' where id = $1", talk.id)


def _check_address(address: str) -> str:
    cleaned = address.strip()
    if cleaned and (wrong := email_error(cleaned)):
        raise Invalid(wrong, {"address": wrong})
    return cleaned


async def _lead_to(ticket_id: UUID) -> HandedOff:
    return HandedOff(ticket_id, await fetch_value("select number from ticket where id = $1", ticket_id))


async def _wanted_by_flow(talk: Conversation) -> tuple[str, str]:
    """Subject and words of a ticket that was confirmed in a flow and waited for an address."""
    row = await fetch_one(
        "select detail ->> 'subject' as subject, coalesce(detail ->> 'body', '') as body from chat_action"
        " where conversation_id = $1 and kind = 'open_ticket' and done_at is null order by confirmed_at desc limit 1",
        talk.id,
    )
    return (row["subject"], row["body"]) if row else ("", "")


async def _write_ticket(
    chatter: Chatter, talk: Conversation, passing: Passing, base_url: str
) -> tuple[NewTicket, RenderedText]:
    """The newest turns, rendered before the transaction. That an address is nobody's word stands in it for the agent to read."""
    turns = await list_turns(chatter.reader, talk, after=max(0, talk.turn_count - PAGE))
    if passing.said and passing.said != passing.address:
        turns.append(TurnView(talk.id, talk.turn_count + 1, "person", "said", now(), text=passing.said))
    left = [] if chatter.actor.is_signed_in else [f"> Left {passing.address} to be written to; nobody vouches for it."]
    body = (
        write_transcript(turns, base_url=base_url, extra="\n\n".join([*filter(None, [passing.extra]), *left])) or "> …"
    )
    subject = passing.subject or write_subject(turns, talk.last_question)
    return NewTicket(subject, body, "chat", talk.page_url), await asyncio.to_thread(render_markdown, body)


async def _add_visitor(unit: UnitOfWork, conversation_id: UUID, address: str) -> UUID:
    """Somebody of their own for this one conversation, without an address that could be taken for proved: whoever holds the address
    in truth gets none of it, and whoever typed it gets nothing of theirs."""
    name = address.partition("@")[0][:MAX_NAME]
    return await add_person(
        Person(
            name=name,
            role=Role.MEMBER.value,
            source="chat",
            source_id=visitor_source(conversation_id, address),
            created_at=unit.now,
        )
    )


async def _usual_wait() -> float | None:
    """Hours to an agent's first reply, the median of the newest 200 tickets of the last 30 days; None where they are too few."""
    hours: float | None = await fetch_value(
        "select case when count(*) >= $1 then percentile_cont(0.5) within group (order by hours) end from ("
        " select extract(epoch from (select min(m.created_at) from ticket_message m where m.ticket_id = t.id and m.kind = 'agent')"
        "   - t.created_at) / 3600 as hours from ticket t where t.created_at > now() - interval '30 days' and t.channel <> 'import'"
        " order by t.created_at desc limit 200) w where hours is not null",
        FEWEST_ANSWERED,
    )
    return None if hours is None else round(float(hours), 1)
