"""What a turn brings about, decided and not yet written."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from kb.assistant.rules import HandOver


@dataclass(frozen=True, slots=True)
class NewTurn:
    """One thing said. `detail` is what its kind needs: see `kb.assistant.queries`."""

    kind: str
    body: str = ""
    detail: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class FlowPlace:
    """Where a conversation stands in a flow; no step: at its end."""

    flow_id: UUID
    version: int
    step: str
    answers: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Reply:
    """The assistant's turns, and what the conversation remembers after them.

    `asks`: the person's turn was a question of its own. `question` is what a follow-up will be about. `hands_over` says why somebody
    at the desk is to take over now, `address` where they want to be written to.
    """

    turns: tuple[NewTurn, ...]
    question: str
    misses: int = 0
    awaits: str = ""
    flow: FlowPlace | None = None
    asks: bool = False
    shown: tuple[UUID, ...] = ()
    hands_over: HandOver | None = None
    address: str = ""
    said_as: NewTurn | None = None
