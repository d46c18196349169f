"""Answers by durable success: the lower bound of the share of people for whom they held, never votes or views.

Who counts, and how, is said and judged in `outcomes.py`.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

from kb.answers.access import READABLE_ANSWER
from kb.answers.addresses import answer_path
from kb.answers.outcomes import OUTCOMES
from kb.answers.rules import DURABLE_AFTER, EARLIER_REVISION_WEIGHT, EXCERPT_LENGTH, MAX_RANKED
from kb.answers.versions import BEST_FIRST, in_their_language
from kb.core.actor import Actor
from kb.core.clock import now
from kb.core.database import fetch_all, planned_once
from kb.core.saying import say, say_many
from kb.core.shares import wilson
from kb.text.excerpts import excerpt


@dataclass(frozen=True, slots=True)
class RankedAnswer:
    """An answer with its record. `used` people tried it with a known end, `stayed` of them stayed solved.

    It was sent in `tickets` with a known end, `tickets_stayed` of which stayed solved; one person counts once, their tickets each.
    `copies` is how often it was written, itself included.
    """

    id: UUID
    kind: str
    title: str
    excerpt: str
    cluster_id: UUID | None
    revision: int
    accepted: bool
    created_at: datetime
    author: str
    path: str
    successes: int = 0
    failures: int = 0
    earlier_successes: int = 0
    earlier_failures: int = 0
    tickets: int = 0
    tickets_stayed: int = 0
    copies: int = 1
    score: float = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "score", durable_success(self))

    @property
    def used(self) -> int:
        """Parties whose use has a known end, over all revisions."""
        return self.stayed + self.failures + self.earlier_failures

    @property
    def stayed(self) -> int:
        """Parties for whom it stayed solved, over all revisions."""
        return self.successes + self.earlier_successes

    @property
    def why_at_the_desk(self) -> str:
        """The same for whoever answers tickets: the tickets it was sent in."""
        if not self.tickets and not self.used and self.copies > 1:
            return say("written {n} times, too lately to say whether it held", n=self.copies)
        if not self.tickets:
            return self.why
        return say_many(
            "used in {n} ticket, {stayed} stayed solved",
            "used in {n} tickets, {stayed} stayed solved",
            self.tickets,
            stayed=self.tickets_stayed,
        )

    @property
    def why(self) -> str:
        """Why it stands where it stands, for the reader."""
        if self.used:
            return say_many(
                "used by {n} person, {stayed} stayed solved",
                "used by {n} people, {stayed} stayed solved",
                self.used,
                stayed=self.stayed,
            )
        return say("accepted answer") if self.accepted else say("new: not yet used")


def lower_bound(successes: float, trials: float) -> float:
    """Wilson's lower bound of a share at 95 %; 0 for no trials. 1 of 1 gives 0.21, 36 of 41 gives 0.74."""
    if trials <= 0 or successes <= 0:
        return 0.0
    return wilson(successes / trials, trials)[0]


def durable_success(answer: RankedAnswer) -> float:
    """The lower bound over the present revision, with earlier ones as a prior."""
    successes = answer.successes + EARLIER_REVISION_WEIGHT * answer.earlier_successes
    failures = answer.failures + EARLIER_REVISION_WEIGHT * answer.earlier_failures
    return lower_bound(successes, successes + failures)


def rank_answers(answers: Sequence[RankedAnswer]) -> list[RankedAnswer]:
    """Best first. Without any success: the least failed, then accepted ones, then articles, then the newest."""
    return sorted(
        answers,
        key=lambda a: (
            -a.score,
            a.failures + EARLIER_REVISION_WEIGHT * a.earlier_failures,
            not a.accepted,
            a.kind != "article",
            -a.created_at.timestamp(),
            a.id,
        ),
    )


async def list_answers_of_cluster(actor: Actor, cluster_id: UUID, limit: int = 5) -> list[RankedAnswer]:
    """The cluster's answers the actor may read, best first."""
    return rank_answers(await _read(actor, "a.cluster_id = any($2::uuid[])", [cluster_id]))[:limit]


async def list_answers_of_clusters(
    actor: Actor, cluster_ids: Sequence[UUID], *, each: int
) -> dict[UUID, list[RankedAnswer]]:
    """The best `each` answers of every cluster that has any the actor may read, best first, in one statement."""
    best: dict[UUID, list[RankedAnswer]] = {}
    for answer in rank_answers(await _read(actor, "a.cluster_id = any($2::uuid[])", cluster_ids)):
        if answer.cluster_id is not None and len(best.setdefault(answer.cluster_id, [])) < each:
            best[answer.cluster_id].append(answer)
    return best


async def list_best_answers(actor: Actor, cluster_ids: Sequence[UUID]) -> dict[UUID, RankedAnswer]:
    """The best answer of each cluster that has one the actor may read, in one statement."""
    best: dict[UUID, RankedAnswer] = {}
    for answer in rank_answers(await _read(actor, "a.cluster_id = any($2::uuid[])", cluster_ids)):
        if answer.cluster_id is not None:
            best.setdefault(answer.cluster_id, answer)
    return best


async def list_answers(actor: Actor, answer_ids: Sequence[UUID]) -> list[RankedAnswer]:
    """These answers as far as the actor may read them, best first."""
    return rank_answers(await _read(actor, "a.id = any($2::uuid[])", answer_ids))


async def _read(actor: Actor, which: str, ids: Sequence[UUID]) -> list[RankedAnswer]:
    if not ids:
        return []
    sql = in_their_language(_statement(which), actor)
    rows = await fetch_all(sql, actor.visibilities, list(ids), now(), DURABLE_AFTER, MAX_RANKED * len(ids))
    return [_ranked(row) for row in rows]


@cache
def _statement(which: str) -> str:
    return planned_once(OUTCOMES.format(readable=READABLE_ANSWER, which=which, best_first=BEST_FIRST))


def _ranked(row: Any) -> RankedAnswer:
    path = answer_path(row["kind"], row["source_id"], row["number"], row["slug"])
    fields = {key: row[key] for key in _FIELDS}
    if row["translated"]:
        fields["excerpt"] = excerpt(row["translated"], EXCERPT_LENGTH)
    return RankedAnswer(path=path, **fields)


_FIELDS = (
    "id", "kind", "title", "excerpt", "cluster_id", "revision", "accepted", "created_at", "author",
    "successes", "failures", "earlier_successes", "earlier_failures", "tickets", "tickets_stayed", "copies",
)  # fmt: skip
