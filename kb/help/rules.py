"""Which clusters somebody at a place wants answers of, which answers are good enough, and in what words each is offered. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from math import prod
from uuid import UUID

from kb.answers.ranking import RankedAnswer, lower_bound
from kb.answers.rules import EARLIER_REVISION_WEIGHT
from kb.core.saying import say, say_many
from kb.help.evidence import Evidence
from kb.help.fixes import Fix

SHOWN = 3
"""Answers at once: what fits a phone without scrolling. More is a list to search, and searching has its own field."""

FOUND = 6
"""Answers to what was typed: somebody who searches looks down a list."""

LEADS = 6
"""Clusters whose answers are looked at: twice what is shown, because what held here may lift one over others."""

CANDIDATES = 3
"""Answers of one cluster among which what held for this very pain decides; the fourth of a cluster was hardly ever used."""

UNKNOWN = Evidence()
"""Of an answer nobody is known to have used for this pain."""

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

HERE_WEIGHT = 2
"""What one person with this very pain says of an answer, beside one of all who had the cluster's problem somewhere."""

OTHER_LANGUAGE = 0.7
"""What an answer is worth in a language that is not the page's: before a worse one they can read, behind one as good."""

UNCHECKED_RELEASE = 0.85
"""What an answer is worth that nobody checked for the person's release, where their release is known."""

FIXED_FOR_THEM = 0.4
"""What others' pain at a place says to somebody who runs the release that fixed it."""

NAMING_LENGTH = 60


@dataclass(frozen=True, slots=True)
class Hint:
    """One reason. `how` is stuck (their own signal), place (others' signals), episode, or asked; `weight` that of its link.

    `point_id` is where it hurts, `release` what they ran when it hurt them.
    """

    cluster_id: UUID
    how: str
    weight: float
    kind: str
    is_here: bool
    element: str | None
    target: str | None
    felt_at: datetime | None
    people: int
    point_id: UUID | None = None
    release: str | None = None


@dataclass(frozen=True, slots=True)
class Lead:
    """A cluster worth answering from, with the strongest reason for it in words. `is_stuck`: they got stuck here just now.

    `is_own` says that it hurt them, here or elsewhere; `points` are the friction points that led to it.
    """

    cluster_id: UUID
    score: float
    because: str
    is_stuck: bool = False
    target: str = ""
    is_own: bool = False
    points: tuple[UUID, ...] = ()


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
        is_own=any(hint.how in OWN for hint in hints),
        points=tuple(dict.fromkeys(hint.point_id for hint in hints if hint.point_id)),
    )


OWN = ("stuck", "episode")


def newest_release(hints: Iterable[Hint]) -> str | None:
    """What they ran when it hurt them last, as their events said."""
    told = [(hint.felt_at, hint.release) for hint in hints if hint.felt_at and hint.release]
    return max(told)[1] if told else None


def heed_fixes(leads: Sequence[Lead], fixes: Mapping[UUID, Fix]) -> list[Lead]:
    """What others met here before it was fixed for this person says little about what they need now; their own pain says what it did."""
    heeded = [
        replace(lead, score=round(lead.score * FIXED_FOR_THEM, 4))
        if not lead.is_own and (fix := fixes.get(lead.cluster_id)) and fix.is_theirs
        else lead
        for lead in leads
    ]
    return sorted(
        (lead for lead in heeded if lead.score >= FLOOR), key=lambda lead: (-lead.score, str(lead.cluster_id))
    )


def find_update(leads: Sequence[Lead], fixes: Mapping[UUID, Fix]) -> str:
    """The release that would end their own pain, "" where there is none or they run it already."""
    return next(
        (fix.version for lead in leads if lead.is_own and (fix := fixes.get(lead.cluster_id)) and not fix.is_theirs), ""
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


def is_worth_showing(answer: RankedAnswer, here: Evidence = UNKNOWN) -> bool:
    """Somebody vouched for it, or it held for people; and it did not fail more people than it helped, those with this pain included."""
    stayed, failed = answer.stayed + here.held, answer.used - answer.stayed + here.failed
    return failed <= stayed and (answer.accepted or answer.kind == "article" or stayed > 0)


def rank(
    answer: RankedAnswer, fit: float, here: Evidence = UNKNOWN, *, language: str = "", release: str | None = None
) -> float:
    """Where an answer stands that fits so well, for somebody who reads this language and runs this release."""
    worth = fit * (1 - DURABILITY_WEIGHT + DURABILITY_WEIGHT * _durable(answer, here))
    if language and here.language and here.language != language:
        worth *= OTHER_LANGUAGE
    return worth * UNCHECKED_RELEASE if release and here.verified_for != release else worth


def _durable(answer: RankedAnswer, here: Evidence) -> float:
    """The lower bound of durable success in which whoever had this very pain counts more."""
    held = answer.successes + EARLIER_REVISION_WEIGHT * answer.earlier_successes + HERE_WEIGHT * here.held
    failed = answer.failures + EARLIER_REVISION_WEIGHT * answer.earlier_failures + HERE_WEIGHT * here.failed
    return lower_bound(held, held + failed)


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
