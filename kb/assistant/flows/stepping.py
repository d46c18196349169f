"""Going on in a flow until it waits: pure, so that trying it out and living it are the same. It does nothing but say what is next."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from math import isfinite

from kb.assistant.flows.checking_ways import PLACEHOLDER
from kb.assistant.flows.shapes import END, Act, Arm, Ask, Branch, Flow, HandOff, Say
from kb.core.saying import say
from kb.people.rules import email_error

LONGEST_ANSWER = 500
MOST_PASSED = 200
"""Steps in one go. A flow that was found sound cannot pass as many; one that comes from elsewhere ends here."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What branches may look at. `page` is a path; `signals` are kinds that hurt this person lately."""

    page: str = ""
    plan: str = ""
    signals: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Advanced:
    """What is said on the way, and the step that waits: a question, an offer, somebody to take over, or None at the end."""

    said: tuple[str, ...]
    waits: Ask | Act | HandOff | None
    answers: Mapping[str, str] = field(default_factory=dict)


def advance(flow: Flow, begin: str, answers: Mapping[str, str], facts: Facts) -> Advanced:
    """From `begin` to the next step that waits."""
    said: list[str] = []
    at = begin
    for _ in range(MOST_PASSED):
        step = flow.steps.get(at)
        if at == END or step is None:
            return Advanced(tuple(said), None, answers)
        if isinstance(step, Say):
            said.append(fill(step.text, answers))
            at = step.go
        elif isinstance(step, Branch):
            at = next((arm.go for arm in step.arms if _fits(arm, answers, facts)), step.otherwise)
        else:
            return Advanced(tuple(said), step, answers)
    return Advanced(tuple(said), None, answers)


def fill(text: str, answers: Mapping[str, str]) -> str:
    """The text with what was answered put in, as text and never as anything else."""
    return PLACEHOLDER.sub(lambda named: answers.get(named[1], ""), text)


def check_answer(ask: Ask, text: str) -> tuple[str, str]:
    """What was answered, and why it cannot be taken; one of the two is empty."""
    answer = " ".join(text.split())
    if ask.kind == "choice":
        return _check_choice(ask, answer)
    if ask.kind == "email":
        return ("", wrong) if (wrong := email_error(answer)) else (answer, "")
    if ask.kind == "number":
        return _check_number(ask, answer)
    return _check_text(ask, answer)


def _check_choice(ask: Ask, answer: str) -> tuple[str, str]:
    chosen = next((choice for choice in ask.choices if choice.casefold() == answer.casefold()), None)
    return (chosen, "") if chosen else ("", say("Choose one of these: {known}.", known=", ".join(ask.choices)))


def _check_number(ask: Ask, answer: str) -> tuple[str, str]:
    try:
        number = float(answer.replace(",", "."))
    except ValueError:
        return "", say("A number is wanted here.")
    if not isfinite(number) or not _lies_within(ask, number):
        return "", _say_bounds(ask, say("A number"))
    return answer, ""


def _lies_within(ask: Ask, number: float) -> bool:
    return (ask.least is None or number >= ask.least) and (ask.most is None or number <= ask.most)


def _check_text(ask: Ask, answer: str) -> tuple[str, str]:
    most = min(ask.most if ask.most is not None else LONGEST_ANSWER, LONGEST_ANSWER)
    if not (ask.least if ask.least is not None else 1) <= len(answer) <= most:
        return "", _say_bounds(
            Ask(ask.id, ask.text, ask.kind, ask.go, least=ask.least or 1, most=most), say("Characters")
        )
    return answer, ""


def _say_bounds(ask: Ask, what: str) -> str:
    if ask.least is not None and ask.most is not None:
        return say("{what} from {least} to {most}.", what=what, least=f"{ask.least:g}", most=f"{ask.most:g}")
    if ask.least is not None:
        return say("{what} from {least} on.", what=what, least=f"{ask.least:g}")
    return say("{what} up to {most}.", what=what, most=f"{ask.most or 0:g}")


def _fits(arm: Arm, answers: Mapping[str, str], facts: Facts) -> bool:
    return (
        all(answers.get(name, "").casefold() == wanted.casefold() for name, wanted in arm.answers.items())
        and (not arm.page or is_on(facts.page, arm.page))
        and (not arm.plan or facts.plan.casefold() == arm.plan.casefold())
        and (not arm.signal or arm.signal in facts.signals)
    )


def is_on(page: str, path: str) -> bool:
    """Whether a page is the path or lies below it."""
    return page == path or page.startswith(path.rstrip("/") + "/")
