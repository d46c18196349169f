"""When to answer, to ask back, to say "I don't know" and to hand over. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal
from uuid import UUID

from kb.answers.ranking import RankedAnswer
from kb.assistant.passages import stems_of
from kb.core.errors import Invalid
from kb.core.saying import say
from kb.help.rules import is_worth_showing, rank

MOST_TYPED = 2_000
"""Characters of one turn: what is longer is a ticket, and its box takes it."""

SAID_AN_HOUR = 60
STARTED_AN_HOUR = 30
HANDED_OVER_AN_HOUR = 6
"""Of one person or address. A talk has a turn a minute; a script has more."""

AN_HOUR = timedelta(hours=1)

MISSES_HAND_OVER = 2
"""Questions in a row without an answer. A third try with the same words finds no more, and people leave."""

NO_FARTHER = 0.03
"""Similarity by which an answered question may be farther than the nearest question of all. Where the nearest waits for its own answer,
the answer to a farther one is most likely one to something else: on the demo (`answerloop eval assistant`, 208 tickets asked of its
topics and articles, MiniLM) 75 % of what was said was right with .03, 66 % with .1 and 57 % without a limit, and no right answer less."""

NEARLY_EQUAL = 0.03
"""Similarity by which two problems may differ and still both be meant. There 9 of 11 had the right one among the choices; answered
with the nearer one, as with .01, 3 of 7 would have been answered rightly."""

FOLLOWS_UP = 2
"""Words that say something up to which a text that is no whole question may be about what was asked before ("the phone app")."""

CHOICES = 3
CITED = 2
"""Answers in one reply: one that answers and one beside it."""

HandOver = Literal["asked", "misses", "frustration", "flow", "button"]

_GOES_ON = ("what about", "how about", "and", "but", "or", "so", "then", "also", "ok", "okay", "same", "was ist mit", "wie ist es mit",
    "wie sieht es", "und", "aber", "oder", "auch", "dann", "ماذا عن", "وماذا", "و", "لكن", "أو", "ثم", "et", "mais", "y", "pero", "e", "ma",
    "mas", "en", "maar")  # fmt: skip
"""How a text begins that goes on with what was said."""

_ASKS_BY_ITSELF = frozenset(
    """
    who what which when where why how can could do does did is are will would should was wer wie wo wann warum welche welcher welches
    kann ist sind من ما ماذا متى أين كيف لماذا هل qui que quoi quand où comment pourquoi qué cómo cuándo dónde
    """.split()  # noqa: SIM905 - a list of sixty quoted words cannot be read
)
_POINTS_BACK = frozenset(
    """
    it that this them those these there one das dies dieses es sie dort damit darin davon
    هذا هذه ذلك تلك هناك ça cela eso esto isso isto
    """.split()  # noqa: SIM905
)


@dataclass(frozen=True, slots=True)
class Fit:
    """An answer that may be meant. `similarity` is None where words alone led to it."""

    answer: RankedAnswer
    similarity: float | None
    cluster_id: UUID | None
    order: int

    @property
    def problem(self) -> UUID:
        """What it solves; an answer of no cluster stands for its own."""
        return self.cluster_id or self.answer.id

    @property
    def nearness(self) -> float:
        """Similarity, 0 where it is not known."""
        return self.similarity or 0.0


@dataclass(frozen=True, slots=True)
class Chosen:
    """What is to be said: these answers of one problem, a choice between problems by their best answer, or nothing."""

    kind: Literal["answer", "which", "unknown"]
    fits: tuple[Fit, ...] = ()


def choose(fits: Sequence[Fit], *, nearest: float = 0.0) -> Chosen:
    """Decide over fits that all stand above the floor; `nearest` is the similarity of the nearest question, answered or not.

    One problem's answers come together, the one that held best first.
    """
    worthy = [fit for fit in fits if is_worth_showing(fit.answer) and fit.nearness >= nearest - NO_FARTHER]
    if not worthy:
        return Chosen("unknown")
    first, *others = _nearest_by_problem(worthy)
    also_meant = [fit for fit in others if fit.similarity is not None and first.nearness - fit.nearness < NEARLY_EQUAL]
    if first.similarity is not None and also_meant:
        return Chosen("which", tuple([first, *also_meant][:CHOICES]))
    of_problem = [fit for fit in worthy if fit.problem == first.problem]
    return Chosen("answer", tuple(sorted(of_problem, key=_standing)[:CITED]))


def _nearest_by_problem(fits: Sequence[Fit]) -> list[Fit]:
    best: dict[UUID, Fit] = {}
    for fit in fits:
        known = best.get(fit.problem)
        if known is None or (fit.nearness, -fit.order) > (known.nearness, -known.order):
            best[fit.problem] = fit
    return sorted(best.values(), key=lambda fit: (-fit.nearness, fit.order))


def _standing(fit: Fit) -> tuple[float, int]:
    return (-rank(fit.answer, max(fit.nearness, 0.01)), fit.order)


def may_follow_up(text: str) -> bool:
    """Whether a text might be about what was asked before: it goes on, points back, or says too little to be a question of its own."""
    words = _words(text)
    line = " ".join(words)
    if points_back(text) or any(line == begin or line.startswith(f"{begin} ") for begin in _GOES_ON):
        return True
    said = len(stems_of(text))
    return said == 0 or (said <= FOLLOWS_UP and words[0] not in _ASKS_BY_ITSELF)


def points_back(text: str) -> bool:
    """Whether it speaks of something without naming it."""
    return bool(_POINTS_BACK.intersection(_words(text)))


def _words(text: str) -> list[str]:
    return [word.strip(",.;:?!…") for word in text.casefold().split()]


def goes_on(text: str, *, alone: float, together: float) -> bool:
    """Whether what may be a follow-up is one, by the similarity of what is nearest to it, 0 where nothing stands over the floor.

    What finds something by itself is a question of its own, however near the former one is: together they are always near that.
    Only what points back ("how do I do that on Android") is taken by whichever is nearer.
    """
    return together > alone and (alone == 0 or points_back(text))


def join_question(before: str, news: str) -> str:
    """The question a follow-up asks: always the one asked by itself with the newest words, so that a talk does not drift."""
    return f"{before.rstrip(' .?!')} {news}" if before else news


def check_said(text: str) -> str:
    """The text as it is kept. Raises `Invalid` naming the field."""
    said = text.replace("\x00", "").strip()
    if not said:
        raise Invalid(say("Write a few words first."), {"text": say("Write a few words first.")})
    if len(said) > MOST_TYPED:
        wrong = say("At most {most} characters; this has {has}.", most=MOST_TYPED, has=len(said))
        raise Invalid(wrong, {"text": wrong})
    return said
