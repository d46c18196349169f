"""Measures every published article once a day and writes down what was found; reading the list costs nothing then."""

import asyncio
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC
from typing import Any
from uuid import UUID

from kb.core.actor import SYSTEM
from kb.core.clock import now
from kb.core.database import execute, execute_many, fetch_value
from kb.core.unit_of_work import unit_of_work
from kb.staleness.disagreeing import find_differences
from kb.staleness.gathering import Known, gather_known
from kb.staleness.rolling import is_up_to_date, roll_up_days
from kb.staleness.rules import (
    SHIPPED_SINCE,
    Rise,
    Share,
    chance_distance2,
    combine,
    contradiction,
    drift,
    find_rise,
)


@dataclass(frozen=True, slots=True)
class Evidence:
    """One kind of evidence, how strong it is, and the figures it is said with."""

    kind: str
    strength: float
    detail: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Measured:
    """An article with everything that speaks against it."""

    article_id: UUID
    traffic: int
    evidence: tuple[Evidence, ...]

    @property
    def failure(self) -> float:
        """The share of people it lets down, as far as that is sure."""
        return combine(one.strength for one in self.evidence)


async def measure_articles() -> int:
    """Roll up what is missing and measure all; returns how many have something against them. Running it twice is fine."""
    await roll_up_days()
    known = await gather_known()
    measured = await asyncio.to_thread(measure, known)
    async with unit_of_work(SYSTEM) as unit:
        await execute("delete from article_evidence")
        await execute("delete from article_staleness")
        await execute_many(
            "insert into article_staleness (article_id, failure, traffic, weight, measured_at) values ($1, $2, $3, $4, $5)",
            [(one.article_id, one.failure, one.traffic, one.traffic * one.failure, unit.now) for one in measured],
        )
        await execute_many(
            "insert into article_evidence (article_id, kind, strength, detail) values ($1, $2, $3, $4::jsonb)",
            [
                (one.article_id, evidence.kind, evidence.strength, json.dumps(evidence.detail))
                for one in measured
                for evidence in one.evidence
            ],
        )
    return sum(bool(one.evidence) for one in measured)


async def measure_if_due() -> int:
    """The same once a day; a worker that was down at midnight, or died before it had measured, makes it good within the hour."""
    return 0 if await is_up_to_date() and await _is_measured() else await measure_articles()


async def _is_measured() -> bool:
    """Whether it was done today; without articles there is nothing to do."""
    today = now().astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    return bool(
        await fetch_value(
            "select exists (select from article_staleness where measured_at >= $1)"
            " or not exists (select from article where state = 'published' and translation_of is null)",
            today,
        )
    )


def measure(known: Sequence[Known]) -> list[Measured]:
    """Pure: each article against its own past, and the less it has of that the more against all."""
    all_asked = _sum([one.asked_total for one in known])
    all_rewritten = _sum([one.rewritten_total for one in known])
    return [
        Measured(
            one.article_id,
            one.traffic,
            tuple(
                found
                for found in (
                    _risen("asked_again", find_rise(one.asked, one.asked_total, _without(all_asked, one.asked_total))),
                    _risen(
                        "rewritten",
                        find_rise(one.rewritten, one.rewritten_total, _without(all_rewritten, one.rewritten_total)),
                    ),
                    _contradicted(one),
                    _shipped(one),
                    _drifted(one),
                )
                if found and found.strength > 0
            ),
        )
        for one in known
    ]


def _sum(shares: Sequence[Share]) -> Share:
    return Share(sum(one.hits for one in shares), sum(one.cases for one in shares))


def _without(whole: Share, part: Share) -> Share:
    return Share(whole.hits - part.hits, whole.cases - part.cases)


def _risen(kind: str, found: Rise | None) -> Evidence | None:
    if found is None:
        return None
    return Evidence(kind, found.least, {"now": asdict(found.now), "before": asdict(found.before), "days": found.days})


def _contradicted(one: Known) -> Evidence | None:
    found = [answer for answer in one.newer if find_differences(one.text, answer.text)]
    if not found:
        return None
    authors = len({answer.author_id or answer.answer_id for answer in found})
    detail = {
        "answers": len(found),
        "of": len(one.newer),
        "authors": authors,
        "answer_ids": [str(answer.answer_id) for answer in found],
    }
    return Evidence("contradicted", contradiction(authors), detail)


def _shipped(one: Known) -> Evidence | None:
    return Evidence("shipped", SHIPPED_SINCE, {"issues": one.shipped}) if one.shipped else None


def _drifted(one: Known) -> Evidence | None:
    if one.centres is None:
        return None
    detail = {
        "before": one.centres.before,
        "since": one.centres.since,
        "distance": round(one.centres.distance2**0.5, 2),
        "by_chance": round(chance_distance2(one.centres) ** 0.5, 2),
    }
    return Evidence("drifted", drift(one.centres), detail)
