"""Reading a conversation: its turns in order, and after it was handed over what agents and the person wrote in the ticket.

What an answer said is shown while its reader may read the answer: every time it is looked at, not once.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

import asyncpg

from kb.answers.ranking import RankedAnswer, list_answers
from kb.assistant.access import Chatter, Conversation, access_conversation
from kb.assistant.composing import Line
from kb.assistant.wording import say_turn, unpack
from kb.core.actor import Actor
from kb.core.database import fetch_all
from kb.core.ids import possible_position
from kb.forum.addresses import topic_path
from kb.help.rules import say_why
from kb.search.details import keep_readable_answers

PAGE = 200
"""Turns of one reading; a talk that is longer goes on in the next."""

Speaker = Literal["person", "assistant", "agent"]


@dataclass(frozen=True, slots=True)
class Source:
    """What an answer rests on. `number` is what its lines cite."""

    number: int
    answer_id: UUID
    title: str
    path: str
    author: str
    why: str


@dataclass(frozen=True, slots=True)
class Choice:
    """One of several things that may be meant."""

    answer_id: UUID
    label: str


@dataclass(frozen=True, slots=True)
class Waiting:
    """A topic that asks the same and waits for an answer."""

    title: str
    path: str


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a flow waits for: text, choice, email or number."""

    kind: str
    choices: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Offer:
    """A button. `confirmation` is what it sends; "" once it was pressed or something else was said."""

    label: str
    confirmation: str


@dataclass(frozen=True, slots=True)
class TurnView:
    """One turn as its reader may see it. `text` may be a sentence to be told; `html` is an agent's Markdown, rendered and safe."""

    id: UUID
    position: int
    speaker: Speaker
    kind: str
    created_at: datetime
    text: str = ""
    html: str = ""
    author: str = ""
    missing: str = ""
    lines: tuple[Line, ...] = ()
    sources: tuple[Source, ...] = ()
    is_rephrased: bool = False
    choices: tuple[Choice, ...] = ()
    waiting: tuple[Waiting, ...] = ()
    wanted: Wanted | None = None
    offer: Offer | None = None
    ticket_number: int | None = None


@dataclass(frozen=True, slots=True)
class ConversationView:
    """A conversation and its turns. `awaits` is address while one is wanted; `ticket_id` is set once somebody at the desk has it."""

    id: UUID
    turns: tuple[TurnView, ...]
    awaits: str
    ticket_id: UUID | None
    is_theirs: bool

    @property
    def last(self) -> int:
        """Position of the newest turn, to ask for what comes after it."""
        return self.turns[-1].position if self.turns else 0


async def get_conversation(chatter: Chatter, conversation_id: UUID, *, after: int = 0) -> ConversationView:
    """The turns past a position. Raises `NotFound` to everybody but the one who talks."""
    talk = await access_conversation(chatter, conversation_id)
    turns = await list_turns(chatter.reader, talk, after=after)
    return ConversationView(talk.id, tuple(turns), talk.awaits, talk.ticket_id, talk.person_id is not None)


async def list_turns(reader: Actor, talk: Conversation, *, after: int = 0) -> list[TurnView]:
    """The turns past a position, as the reader may see them now; in three statements, four after a handing over."""
    rows = await fetch_all(
        "select id, position, speaker, kind, body, detail, created_at from turn where conversation_id = $1 and position > $2"
        " order by position limit $3",
        talk.id,
        possible_position(after),
        PAGE,
    )
    details = [json.loads(row["detail"]) for row in rows]
    named = {UUID(id_) for detail in details for id_ in detail.get("answers", ())}
    known = await _read_answers(reader, sorted(named))
    turns = [_turn(row, detail, known) for row, detail in zip(rows, details, strict=True)]
    turns = await _with_waiting(reader, turns, details)
    if talk.ticket_id:
        turns += await _list_of_ticket(talk, after=after, most=PAGE - len(turns))
    return turns


async def _read_answers(reader: Actor, ids: Sequence[UUID]) -> dict[UUID, RankedAnswer]:
    if not ids:
        return {}
    readable = await keep_readable_answers(reader, ids)
    return {answer.id: answer for answer in await list_answers(reader, sorted(readable))}


async def _with_waiting(
    reader: Actor, turns: Sequence[TurnView], details: Sequence[Mapping[str, Any]]
) -> list[TurnView]:
    """The topics that ask the same, as far as this reader may read them now."""
    named = sorted({UUID(id_) for detail in details for id_ in detail.get("topics", ())})
    rows = await fetch_all(_TOPICS, reader.visibilities, named) if named else []
    open_ = {str(row["id"]): Waiting(row["title"], topic_path(row["number"], row["slug"])) for row in rows}
    return [
        replace(turn, waiting=tuple(open_[id_] for id_ in detail.get("topics", ()) if id_ in open_))
        for turn, detail in zip(turns, details, strict=True)
    ]


_TOPICS = (
    "select t.id, t.number, t.slug, t.title from topic t join space s on s.id = t.space_id where t.id = any($2::uuid[])"
    " and s.visibility = any($1) and t.hidden_at is null and t.unlisted_at is null"
)


def _turn(row: asyncpg.Record, detail: Mapping[str, Any], known: Mapping[UUID, RankedAnswer]) -> TurnView:
    kind = row["kind"]
    turn = TurnView(row["id"], row["position"], row["speaker"], kind, row["created_at"])
    turn = replace(turn, text=row["body"] or say_turn(kind, detail), missing=unpack(detail.get("missing", "")))
    if kind == "answer":
        return _with_answer(turn, detail, known)
    if kind == "which":
        choices = [Choice(UUID(id_), known[UUID(id_)].title) for id_ in detail["answers"] if UUID(id_) in known]
        return replace(turn, choices=tuple(choices))
    if kind in {"asked", "wrong"}:
        return replace(turn, wanted=Wanted(detail["as"], tuple(detail["choices"])))
    if kind == "offer":
        return replace(turn, offer=Offer(detail["label"], detail.get("confirmation", "")))
    return replace(turn, ticket_number=detail.get("number"))


def _with_answer(turn: TurnView, detail: Mapping[str, Any], known: Mapping[UUID, RankedAnswer]) -> TurnView:
    """Lines whose source may not be read any more are gone with it; without any, the turn says so."""
    ids = [UUID(id_) for id_ in detail["answers"]]
    open_numbers = {number for number, id_ in enumerate(ids, 1) if id_ in known}
    lines = tuple(Line(kind, text, tuple(cites)) for kind, text, cites in detail["lines"] if set(cites) <= open_numbers)
    if not lines:
        return replace(turn, kind="nothing_left", text=say_turn("nothing_left", {}))
    sources = tuple(_source(number, known[ids[number - 1]]) for number in sorted(open_numbers))
    return replace(turn, lines=lines, sources=sources, is_rephrased=bool(detail.get("rephrased")))


def _source(number: int, answer: RankedAnswer) -> Source:
    return Source(number, answer.id, answer.title, answer.path, answer.author, say_why(answer))


_OF_TICKET = """
select m.id, $2::int + (row_number() over (order by m.created_at, m.id))::int as position, m.kind, p.name as author, m.body_html,
    m.body_source, m.created_at
from ticket own join ticket o on coalesce(own.merged_into, own.id) in (o.id, o.merged_into)
join ticket_message m on m.ticket_id = o.id join person p on p.id = m.author_id
where own.id = $1 and m.kind <> 'note' and m.created_at > (
    select max(t.created_at) from turn t where t.conversation_id = $3 and t.kind = 'handed_off')
order by position
"""


async def _list_of_ticket(talk: Conversation, *, after: int, most: int) -> list[TurnView]:
    """What was written in the ticket since it was opened, and in the one it was merged into, numbered on from the turns. Notes are
    among agents alone."""
    if most <= 0:
        return []
    rows = await fetch_all(_OF_TICKET, talk.ticket_id, talk.turn_count, talk.id)
    return [_message(row) for row in rows if row["position"] > after][:most]


def _message(row: asyncpg.Record) -> TurnView:
    if row["kind"] == "agent":
        html, author = row["body_html"], row["author"]
        return TurnView(row["id"], row["position"], "agent", "said", row["created_at"], html=html, author=author)
    return TurnView(row["id"], row["position"], "person", "said", row["created_at"], text=row["body_source"])
