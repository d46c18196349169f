"""How well the assistant answers, asks back and keeps silent: labelled questions and texts without an answer, through the very
functions a conversation goes through. `answerloop eval assistant` prints it."""

import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import quantiles
from uuid import UUID

from kb.assistant.access import Chatter
from kb.assistant.finding import Means, compose_from, look_for
from kb.core.actor import ANONYMOUS


@dataclass(frozen=True, slots=True)
class LabelledQuestion:
    """A question and the problem it is about."""

    text: str
    problem: str


@dataclass(frozen=True, slots=True)
class AssistantScores:
    """Shares. `answered`, `asked_back` and `unknown` add up to 1 over `questions`; `right` is of those answered, `right_among` of those
    asked back whose choices held the right one. `silence` is over `no_answer` texts. Times are of a whole turn but its writing."""

    questions: int
    answered: float
    right: float
    asked_back: float
    right_among: float
    unknown: float
    no_answer: int
    silence: float
    milliseconds_p50: float
    milliseconds_p95: float


@dataclass(slots=True)
class _Seen:
    """What came of one question."""

    kind: str
    is_right: bool
    milliseconds: float


TRIES = 5
"""Of one text, where the machine was too slow for the patience of a search: that would be another behaviour than is measured."""


async def evaluate_assistant(
    asked: Sequence[LabelledQuestion],
    no_answer: Sequence[str],
    problem_of: Mapping[UUID, str],
    means: Means,
    *,
    progress: Callable[[int], None] = lambda done: None,
) -> AssistantScores:
    """Ask as a stranger. `problem_of` says of each answer what it solves; an answer it does not name is a wrong one."""
    seen: list[_Seen] = []
    for number, one in enumerate(asked, 1):
        seen.append(await _ask(one.text, one.problem, problem_of, means))
        if number % 50 == 0:
            progress(number)
    silent = [(await _ask(text, "", problem_of, means)).kind == "unknown" for text in no_answer]
    return _score(seen, silent)


async def _ask(text: str, problem: str, problem_of: Mapping[UUID, str], means: Means) -> _Seen:
    reader = Chatter(ANONYMOUS, "page", "evaluation").reader
    for _ in range(TRIES):
        started = time.perf_counter()
        looked = await look_for(reader, text, means=means)
        chosen = looked.chosen
        if chosen.kind == "answer":
            await compose_from(reader, text, [fit.answer.id for fit in chosen.fits], base_url=means.base_url)
        spent = (time.perf_counter() - started) * 1000
        if not looked.degraded:
            break
    counts = chosen.fits[:1] if chosen.kind == "answer" else chosen.fits  # a choice is right if any of it is
    is_right = any(problem_of.get(fit.answer.id) == problem for fit in counts)
    return _Seen(chosen.kind, is_right, spent)


def _score(seen: Sequence[_Seen], silent: Sequence[bool]) -> AssistantScores:
    kinds = Counter(one.kind for one in seen)
    times = sorted(one.milliseconds for one in seen) or [0.0]
    cuts = quantiles(times, n=20, method="inclusive") if len(times) > 1 else [times[0]] * 19
    return AssistantScores(
        questions=len(seen),
        answered=_share(kinds["answer"], len(seen)),
        right=_right([one for one in seen if one.kind == "answer"]),
        asked_back=_share(kinds["which"], len(seen)),
        right_among=_right([one for one in seen if one.kind == "which"]),
        unknown=_share(kinds["unknown"], len(seen)),
        no_answer=len(silent),
        silence=_share(sum(silent), len(silent)),
        milliseconds_p50=cuts[9],
        milliseconds_p95=cuts[18],
    )


def _right(seen: Sequence[_Seen]) -> float:
    return _share(sum(one.is_right for one in seen), len(seen))


def _share(part: int, whole: int) -> float:
    return round(part / whole, 3) if whole else 0.0
