"""Conversations as the API tells them: what a turn holds, in the caller's language, with absolute addresses."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from litestar import Request

from kb.assistant.composing import Line
from kb.assistant.queries import ConversationView, TurnView
from kb.help.portable import portable_tree
from kb.languages.telling import tell
from server.languages.negotiating import language_of

Asked = Request[Any, Any, Any]


@dataclass(frozen=True, slots=True)
class SourceOut:
    """What lines cite as `number`."""

    number: int
    answer_id: UUID
    title: str
    url: str
    author: str
    why: str


@dataclass(frozen=True, slots=True)
class ChoiceOut:
    """One of several answers that may be meant."""

    answer_id: UUID
    label: str


@dataclass(frozen=True, slots=True)
class WaitingOut:
    """A topic that asks the same and waits for an answer."""

    title: str
    url: str


@dataclass(frozen=True, slots=True)
class TurnOut:
    """One turn. `speaker` is person, assistant or agent; `body` an agent's message as a tree that is safe to build.

    `lines` are passages of answers with the numbers of their `sources`. `wanted` is what a flow waits for (text, choice, email or
    number), with `options` to choose from. `label` and `confirmation` are of a button that a flow offers; the confirmation is empty
    once it stands no more.
    """

    id: UUID
    position: int
    speaker: str
    kind: str
    text: str
    missing: str
    author: str
    body: list[Any]
    lines: list[Line]
    sources: list[SourceOut]
    rephrased: bool
    choices: list[ChoiceOut]
    waiting: list[WaitingOut]
    wanted: str
    options: list[str]
    label: str
    confirmation: str
    ticket: int | None
    created_at: datetime


@dataclass(frozen=True, slots=True)
class ChatOut:
    """A conversation and its turns past the position asked for. `awaits` is address while one is wanted; `at_desk`: people have it."""

    id: UUID
    turns: list[TurnOut]
    awaits: str
    at_desk: bool


def chat_out(request: Asked, view: ConversationView) -> ChatOut:
    """The conversation in the language the caller reads."""
    turns = [_turn(request, turn) for turn in view.turns]
    return ChatOut(view.id, turns, view.awaits, view.ticket_id is not None)


def _turn(request: Asked, turn: TurnView) -> TurnOut:
    base, language = request.app.state.services.settings.base_url, language_of(request)
    sources = [
        SourceOut(one.number, one.answer_id, one.title, base + one.path, one.author, tell(one.why, language))
        for one in turn.sources
    ]
    return TurnOut(
        id=turn.id,
        position=turn.position,
        speaker=turn.speaker,
        kind=turn.kind,
        text=tell(turn.text, language),
        missing=tell(turn.missing, language),
        author=turn.author,
        body=portable_tree(turn.html, base_url=base) if turn.html else [],
        lines=list(turn.lines),
        sources=sources,
        rephrased=turn.is_rephrased,
        choices=[ChoiceOut(one.answer_id, one.label) for one in turn.choices],
        waiting=[WaitingOut(one.title, base + one.path) for one in turn.waiting],
        wanted=turn.wanted.kind if turn.wanted else "",
        options=list(turn.wanted.choices) if turn.wanted else [],
        label=turn.offer.label if turn.offer else "",
        confirmation=turn.offer.confirmation if turn.offer else "",
        ticket=turn.ticket_number,
        created_at=turn.created_at,
    )
