"""Fifty stale articles among 450 sound ones are told by evidence: better than chance by far, and better than what others list by."""

from collections.abc import Mapping, Sequence
from uuid import UUID

import numpy as np
import pytest

from kb.core.database import fetch_all
from kb.staleness.measuring import measure_articles
from tests.support.stale_articles import Planted, plant_log

LEAST_AUC = 0.85
"""Measured .86 to .92 on five seeds, with 12 to 16 of the first 20 stale; oldest first found 1 to 4 there, lowest helpful 2 to 6."""
TOP = 20


def auc(score: Mapping[UUID, float], truth: Sequence[Planted]) -> float:
    """The chance that a stale article scores above a sound one; a tie is half a win."""
    stale = np.array([score[one.id] for one in truth if one.ways])
    sound = np.array([score[one.id] for one in truth if not one.ways])
    wins = (stale[:, None] > sound[None, :]).sum() + 0.5 * (stale[:, None] == sound[None, :]).sum()
    return float(wins / (len(stale) * len(sound)))


def hits_on_top(order: Sequence[UUID], truth: Sequence[Planted]) -> int:
    stale = {one.id for one in truth if one.ways}
    return sum(article_id in stale for article_id in order[:TOP])


async def oldest_first() -> list[UUID]:
    return [row["id"] for row in await fetch_all("select id from article order by verified_at, id")]


async def lowest_helpful() -> list[UUID]:
    """By the share of readers who said that it helped; what nobody voted on comes last."""
    rows = await fetch_all(
        "select article_id as id from article_feedback group by article_id"
        " order by avg(helpful::int), count(*) desc, article_id"
    )
    return [row["id"] for row in rows]


@pytest.mark.parametrize("seed", [1, 2, 3])
async def test_evidence_finds_what_is_stale_better_than_age_or_votes(db: str, seed: int) -> None:
    truth = await plant_log(seed)
    await measure_articles()

    rows = await fetch_all(
        "select article_id as id, failure, weight from article_staleness order by weight desc, article_id"
    )
    assert len(rows) == len(truth)
    found = min(auc({row["id"]: row[score] for row in rows}, truth) for score in ("failure", "weight"))
    ours = hits_on_top([row["id"] for row in rows], truth)
    age, votes = hits_on_top(await oldest_first(), truth), hits_on_top(await lowest_helpful(), truth)
    figures = f"AUC {found:.3f}; of the first {TOP}: evidence {ours}, oldest first {age}, lowest helpful {votes}"
    assert found >= LEAST_AUC, figures
    assert ours > max(age, votes), figures
