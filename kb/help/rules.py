"""Which clusters somebody at a place wants answers of, which answers are good enough, and in what words each is offered. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from math import prod
from uuid import UUID

from kb.answers.ranking import RankedAnswer
from kb.core.saying import say, say_many

SHOWN = 3
"""Answers at once: what fits a phone without scrolling. More is a list to search, and searching has its own field."""

FLOOR = 0.2
"""Score below which nothing is shown. A place whose pain is a cluster's for sure (`MAIN_LINK`, 0.5) reaches it by itself;
a weak link (0.3) or two questions asked from the page do not."""

STUCK_HERE = 1.0
STUCK_ELSEWHERE = 0.7
IN_EPISODE = 0.5
SAME_ELEMENT = 0.7
SAME_ROUTE = 0.4
ASKED_HERE = 0.4
ENOUGH_ASKED = 5
"""People who asked from this page at whom it says as much as it can."""

DURABILITY_WEIGHT = 0.4
"""How far durable success moves an answer among those that fit: fitting comes first, an answer to something else helps nobody."""

NAMING_LENGTH = 60


@dataclass(frozen=True, slots=True)
class Hint:
    """One reason. `how` is stuck (their own signal), place (others' signals), episode, or asked; `weight` that of its link."""

    cluster_id: UUID
    how: str
    weight: float
    kind: str
    is_here: bool
    element: str | None
    target: str | None
    felt_at: datetime | None
    people: int


@dataclass(frozen=True, slots=True)
class Lead:
    """A cluster worth answering from, with the strongest reason for it in words. `is_stuck`: they got stuck here just now."""

    cluster_id: UUID
    score: float
    because: str
    is_stuck: bool = False
    target: str = ""


def weigh_hints(hints: Iterable[Hint], *, element: str | None = None) -> list[Lead]:
    """The clusters at or above the floor, best first. Independent hints together weigh more than either."""
    by_cluster: dict[UUID, list[Hint]] = defaultdict(list)
    for hint in hints:
        by_cluster[hint.cluster_id].append(hint)
    leads = [_lead(cluster_id, found, element) for cluster_id, found in by_cluster.items()]
    return sorted((lead for lead in leads if lead.score >= FLOOR), key=lambda lead: (-lead.score, str(lead.cluster_id)))


def _lead(cluster_id: UUID, hints: Sequence[Hint], element: str | None) -> Lead:
    strongest = max(hints, key=lambda hint: _strength(hint, element))
    score = 1 - prod(1 - _strength(hint, element) for hint in hints)
    return Lead(
        cluster_id,
        round(score, 4),
        _because(strongest),
        is_stuck=any(hint.how == "stuck" and hint.is_here for hint in hints),
        target=next((_short(hint.target) for hint in hints if hint.how == "stuck" and hint.target), ""),
    )


def _strength(hint: Hint, element: str | None) -> float:
    if hint.how == "stuck":
        return hint.weight * (STUCK_HERE if hint.is_here else STUCK_ELSEWHERE)
    if hint.how == "episode":
        return IN_EPISODE
    if hint.how == "asked":
        return ASKED_HERE * min(1.0, hint.people / ENOUGH_ASKED)
    return hint.weight * (SAME_ELEMENT if element and hint.element == element else SAME_ROUTE)


_BECAUSE = {"episode": say("You ran into this lately"), "asked": say("Often asked on this page")}


def _because(hint: Hint) -> str:
    """Their own pain may be named to them; how many others it hurt is for staff, so a place says no number."""
    if hint.how == "stuck":
        if hint.kind == "rage_click" and hint.target:
            return say("“{target}” did not respond just now", target=_short(hint.target))
        return say("Signing in failed just now") if hint.kind == "failed_logins" else say("You got stuck just now")
    return _BECAUSE.get(hint.how, say("People get stuck here"))


def _short(text: str | None) -> str:
    line = " ".join((text or "").split())
    return line if len(line) <= NAMING_LENGTH else line[: NAMING_LENGTH - 1].rstrip() + "…"


def join_scores(place: float, words: float) -> float:
    """The score of an answer that both the place and the words lead to."""
    return 1 - (1 - place) * (1 - words)


def is_worth_showing(answer: RankedAnswer) -> bool:
    """Somebody vouched for it, or it held for people; and it did not fail more people than it helped."""
    failed = answer.used - answer.stayed
    return failed <= answer.stayed and (answer.accepted or answer.kind == "article" or answer.stayed > 0)


def rank(answer: RankedAnswer, fit: float) -> float:
    """Where an answer stands that fits so well."""
    return fit * (1 - DURABILITY_WEIGHT + DURABILITY_WEIGHT * answer.score)


def say_why(answer: RankedAnswer) -> str:
    """What speaks for the answer, for the one it is offered to."""
    if answer.used:
        return say_many(
            "worked for {stayed} of {n} person with this problem",
            "worked for {stayed} of {n} people with this problem",
            answer.used,
            stayed=answer.stayed,
        )
    return say("from the knowledge base") if answer.kind == "article" else say("accepted answer")
