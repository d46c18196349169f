"""What a flow is made of."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

END = "end"
"""Where `go` leads when nothing is to follow."""

AnswerKind = Literal["text", "choice", "email", "number"]
ActionKind = Literal["open_ticket", "show_article", "call_webhook", "set_tag"]
ANSWER_KINDS: tuple[AnswerKind, ...] = ("text", "choice", "email", "number")

ACTIONS: Mapping[ActionKind, tuple[frozenset[str], frozenset[str]]] = {
    "open_ticket": (frozenset({"subject"}), frozenset({"subject", "body"})),
    "show_article": (frozenset({"article"}), frozenset({"article"})),
    "call_webhook": (frozenset({"webhook"}), frozenset({"webhook", "data"})),
    "set_tag": (frozenset({"tag"}), frozenset({"tag"})),
}
"""Every action there is, with the values it needs and those it may have. A flow can do nothing else."""


@dataclass(frozen=True, slots=True)
class Start:
    """When a flow begins: one of the phrases or clusters, on one of the pages where any are named. Pages alone greet."""

    phrases: tuple[str, ...] = ()
    clusters: tuple[int, ...] = ()
    pages: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Say:
    """The assistant says something and goes on."""

    id: str
    text: str
    go: str


@dataclass(frozen=True, slots=True)
class Ask:
    """The flow waits for an answer. `least` and `most` bound a number, or a text's characters."""

    id: str
    text: str
    kind: AnswerKind
    go: str
    choices: tuple[str, ...] = ()
    least: float | None = None
    most: float | None = None


@dataclass(frozen=True, slots=True)
class Arm:
    """One way out of a branch, taken where all of its conditions hold: `answers` by step, the page, the plan, a signal."""

    go: str
    answers: Mapping[str, str] = field(default_factory=dict)
    page: str = ""
    plan: str = ""
    signal: str = ""


@dataclass(frozen=True, slots=True)
class Branch:
    """The first arm that fits, else `otherwise`."""

    id: str
    arms: tuple[Arm, ...]
    otherwise: str


@dataclass(frozen=True, slots=True)
class Act:
    """Something is done once the person has pressed the button `confirm`; `text` says what."""

    id: str
    action: ActionKind
    values: Mapping[str, str]
    text: str
    confirm: str
    go: str


@dataclass(frozen=True, slots=True)
class HandOff:
    """Somebody at the desk takes over."""

    id: str
    text: str


Step = Say | Ask | Branch | Act | HandOff


@dataclass(frozen=True, slots=True)
class Flow:
    """A flow that was read and found sound. Steps stand by their id; the first one begins."""

    name: str
    start: Start
    steps: Mapping[str, Step]

    @property
    def first(self) -> str:
        """Where it begins."""
        return next(iter(self.steps))
