"""Pressing the button of what a flow offers: the only way anything is ever done in a conversation."""

import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from kb.answers.reusing import insert_shown
from kb.assistant.access import Chatter, Conversation, access_conversation
from kb.assistant.facts import find_answer_of_article, find_facts
from kb.assistant.finding import Means, compose_from
from kb.assistant.flows.queries import EnabledFlow, get_version
from kb.assistant.flows.telling import go_on_in_flow
from kb.assistant.handing_off import Passing, Prepared, prepare_ticket, take_over
from kb.assistant.messages import ActionConfirmed
from kb.assistant.queries import ConversationView, get_conversation
from kb.assistant.remembering import remember
from kb.assistant.replies import NewTurn, Reply
from kb.assistant.tables import ChatAction
from kb.assistant.writing import add_turns
from kb.core.database import execute, fetch_one
from kb.core.errors import Conflict, NotFound
from kb.core.saying import say
from kb.core.unit_of_work import UnitOfWork, unit_of_work
from kb.tickets.rules import MAX_SUBJECT

TOO_LATE = say("This offer does not stand any more. Look at what was said since.")


@dataclass(frozen=True, slots=True)
class _Offered:
    """An offer as its turn keeps it."""

    turn_id: UUID
    action: str
    values: Mapping[str, str]
    go: str


@dataclass(frozen=True, slots=True)
class _Doing:
    """What pressing brings about, prepared: further turns, where the flow goes on, a ticket."""

    turns: tuple[NewTurn, ...]
    follows: Reply
    shown: tuple[UUID, ...] = ()
    ticket: Prepared | None = None
    hands_over: bool = False
    is_done: bool = True


async def confirm_action(
    chatter: Chatter, conversation_id: UUID, turn_id: UUID, confirmation: str, *, means: Means
) -> ConversationView:
    """Do what the offer of this turn says. Pressing twice does it once.

    Raises `Conflict` where something else was said since, `NotFound` where nothing was offered there with this confirmation.
    """
    talk = await access_conversation(chatter, conversation_id)
    offered = await _find_offer(talk, turn_id, confirmation)
    if offered is None:
        return await get_conversation(chatter, conversation_id)
    doing = await _prepare(chatter, talk, offered, means)
    async with unit_of_work(chatter.writer) as unit:
        locked = await access_conversation(chatter, conversation_id, locks=True)
        if locked.turn_count != talk.turn_count or locked.ticket_id:
            raise Conflict(TOO_LATE)
        await _write_down(unit, chatter, locked, offered, doing)
    return await get_conversation(chatter, conversation_id, after=talk.turn_count)


async def _find_offer(talk: Conversation, turn_id: UUID, confirmation: str) -> _Offered | None:
    """None where it was pressed before."""
    row = await fetch_one(
        "select t.detail, a.id is not null as is_pressed from turn t left join chat_action a on a.turn_id = t.id"
        " where t.id = $1 and t.conversation_id = $2 and t.kind = 'offer'",
        turn_id,
        talk.id,
    )
    detail: dict[str, Any] = json.loads(row["detail"]) if row else {}
    if row is None or not confirmation:
        raise NotFound(say("Nothing was offered there."))
    if row["is_pressed"]:
        return None
    if "confirmation" not in detail:
        raise Conflict(TOO_LATE)
    if not hmac.compare_digest(str(detail["confirmation"]).encode(), confirmation.encode()):
        raise NotFound(say("Nothing was offered there."))
    return _Offered(turn_id, detail["action"], detail["values"], detail["go"])


async def _prepare(chatter: Chatter, talk: Conversation, offered: _Offered, means: Means) -> _Doing:
    """Everything but the rows. What goes wrong here is said, and the flow goes on."""
    if offered.action == "open_ticket":
        passing = Passing("flow", subject=offered.values["subject"][:MAX_SUBJECT], extra=offered.values.get("body", ""))
        ticket = await prepare_ticket(chatter, talk, passing, base_url=means.base_url)
        return _Doing((), Reply((), talk.last_question), ticket=ticket, hands_over=True, is_done=ticket is not None)
    follows = await _go_on(chatter, talk, offered.go)
    doing = await _prepare_other(chatter, offered, follows, means)
    if not follows.hands_over:
        return doing
    ticket = await prepare_ticket(chatter, talk, Passing("flow"), base_url=means.base_url)
    return replace(doing, ticket=ticket, hands_over=True)


async def _prepare_other(chatter: Chatter, offered: _Offered, follows: Reply, means: Means) -> _Doing:
    if offered.action == "show_article":
        return await _show(chatter, offered.values["article"], follows, means)
    if offered.action == "call_webhook":
        return _Doing((NewTurn("acted", detail={"kind": "waiting"}),), follows, is_done=False)
    return _Doing((NewTurn("acted", detail={"kind": offered.action}),), follows)


async def _go_on(chatter: Chatter, talk: Conversation, step: str) -> Reply:
    place = talk.place
    flow = await get_version(place.flow_id, place.version) if place else None
    if place is None or flow is None:
        return Reply((), talk.last_question)
    facts = await find_facts(chatter, talk.page_url)
    kept = EnabledFlow(place.flow_id, place.version, flow)
    return go_on_in_flow(kept, step, place.answers, facts, question=talk.last_question)


async def _show(chatter: Chatter, number: str, follows: Reply, means: Means) -> _Doing:
    """The article's own sentences, as far as this reader may read it."""
    answer_id = await find_answer_of_article(int(number)) if number.isdecimal() and len(number) <= 18 else None
    composed = await compose_from(chatter.reader, "", [answer_id], base_url=means.base_url) if answer_id else None
    if composed is None or not composed.lines:
        return _Doing((NewTurn("acted", detail={"failed": True}),), follows)
    detail = {
        "lines": [[line.kind, line.text, list(line.cites)] for line in composed.lines],
        "answers": [str(id_) for id_ in composed.answer_ids],
    }
    shown = NewTurn("answer", detail=detail)
    return _Doing((NewTurn("acted", detail={"kind": "show_article"}), shown), follows, shown=composed.answer_ids)


async def _write_down(unit: UnitOfWork, chatter: Chatter, talk: Conversation, offered: _Offered, doing: _Doing) -> None:
    row = ChatAction(
        conversation_id=talk.id,
        turn_id=offered.turn_id,
        kind=offered.action,
        detail=json.dumps(dict(offered.values)),
        confirmed_at=unit.now,
        done_at=unit.now if doing.is_done else None,
    )
    await ChatAction.insert(row)
    said = [("person", NewTurn("pressed")), *(("assistant", turn) for turn in (*doing.turns, *doing.follows.turns))]
    talk = await add_turns(unit, talk, said)  # type: ignore[arg-type]
    talk = await remember(talk, doing.follows)
    who = (chatter.actor.person_id, chatter.visitor)
    await insert_shown(unit, chatter.reader, doing.shown, "assistant", who, talk.page_url)
    if offered.action == "set_tag":
        await _set_tag(talk, offered.values["tag"])
    if doing.hands_over:
        await take_over(unit, chatter, talk, doing.ticket, "flow")
    if offered.action == "call_webhook":
        unit.emit(ActionConfirmed(row.id))
    unit.audit("chat.confirm", "conversation", talk.id, action=offered.action)


async def _set_tag(talk: Conversation, tag: str) -> None:
    """The ticket bears it, should there come one."""
    await execute(
        "update conversation set tags = array(select distinct unnest(tags || $2::text)) where id = $1", talk.id, tag
    )
