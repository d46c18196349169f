"""Reading what needs a look: from what was measured, never from the log."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from kb.answers.access import NO_ARTICLE, READABLE_ARTICLE, readers
from kb.answers.addresses import article_path
from kb.core.actor import Actor
from kb.core.database import fetch_all, fetch_value
from kb.core.errors import NotFound
from kb.core.ids import possible_number
from kb.core.permissions import Permission
from kb.staleness.wording import words_of

LISTED = 200
"""More than anybody looks through; the heaviest stand first."""


@dataclass(frozen=True, slots=True)
class EvidenceView:
    """One kind of evidence in words, how strong it is (0 to 1), and the figures of the words. `answer_ids` are of what contradicts."""

    kind: str
    strength: float
    words: str
    detail: Mapping[str, Any]
    answer_ids: tuple[UUID, ...] = ()


@dataclass(frozen=True, slots=True)
class StaleArticle:
    """A published article with what speaks against it, the strongest first. `failure` is the share of people it lets down as far as
    that is sure, `traffic` its readings and replies of ninety days, `weight` their product."""

    id: UUID
    number: int
    slug: str
    title: str
    revision: int
    verified_at: datetime | None
    verified_for: str | None
    failure: float
    traffic: int
    weight: float
    measured_at: datetime
    evidence: tuple[EvidenceView, ...]

    @property
    def path(self) -> str:
        """Where it is read."""
        return article_path(self.number, self.slug)


_NEEDS = f"""
from article_staleness s join article ar on ar.id = s.article_id
where {READABLE_ARTICLE} and ar.state = 'published' and s.failure > 0 and coalesce(ar.verified_at, ar.published_at) < s.measured_at
"""
"""What was checked or published since it was measured has been looked at; $1 and $2 are `readers(actor)`."""

_LIST = f"""
select ar.id, ar.number, ar.slug, ar.title, ar.published_revision as revision, ar.verified_at, ar.verified_for, s.failure, s.traffic,
    s.weight, s.measured_at, (select json_agg(json_build_array(e.kind, e.strength, e.detail) order by e.strength desc, e.kind)
        from article_evidence e where e.article_id = ar.id) as evidence
{_NEEDS} and ($3::bigint is null or ar.number = $3) order by s.weight desc, s.failure desc, ar.number limit {LISTED}
"""


async def list_stale(actor: Actor) -> list[StaleArticle]:
    """What needs a look, the most people let down first."""
    actor.require(Permission.ARTICLE_DRAFT)
    return [_view(row) for row in await fetch_all(_LIST, *readers(actor), None)]


async def get_stale(actor: Actor, number: int) -> StaleArticle:
    """One of them. Raises `NotFound` where nothing speaks against the article, or it was checked since."""
    actor.require(Permission.ARTICLE_DRAFT)
    rows = await fetch_all(_LIST, *readers(actor), possible_number(number))
    if not rows:
        raise NotFound(NO_ARTICLE)
    return _view(rows[0])


async def count_stale(actor: Actor) -> int:
    """How many need a look."""
    actor.require(Permission.ARTICLE_DRAFT)
    return int(await fetch_value(f"select count(*) {_NEEDS}", *readers(actor)))


def _view(row: Any) -> StaleArticle:
    fields = {name: row[name] for name in StaleArticle.__slots__ if name != "evidence"}
    evidence = json.loads(row["evidence"] or "[]")
    return StaleArticle(
        **fields,
        evidence=tuple(_as_evidence(kind, strength, detail) for kind, strength, detail in evidence),
    )


def _as_evidence(kind: str, strength: float, detail: Mapping[str, Any]) -> EvidenceView:
    """Figures alone: what the answers say is for whoever may read each of them (`rows.py`)."""
    figures = {name: value for name, value in detail.items() if not isinstance(value, list)}
    return EvidenceView(
        kind, strength, words_of(kind, figures), figures, tuple(map(UUID, detail.get("answer_ids", ())))
    )
