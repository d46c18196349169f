"""Reading pain points: the board, the heaviest, and the rows behind each number."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from kb.clusters.audiences import LABEL, READABLE_QUESTION, SOURCES
from kb.core.actor import Actor
from kb.core.database import fetch_all
from kb.core.permissions import Permission
from kb.product.rules import LANES


@dataclass(frozen=True, slots=True)
class PainPoint:
    """A cluster weighed. `recent` and `previous` are people hurt in the last seven days and in the seven before."""

    cluster_id: UUID
    number: int
    label: str
    representative: str
    lane: str
    person_count: int
    account_count: int
    silent_count: int
    question_count: int
    signal_count: int
    recent: int
    previous: int
    monthly_revenue: float
    weight: float
    first_pain_at: datetime | None
    last_pain_at: datetime | None
    issue_number: int | None
    issue_state: str | None

    @property
    def lane_name(self) -> str:
        """The lane as the board names it."""
        return LANES[self.lane]

    @property
    def trend(self) -> str:
        """rising, falling or steady: a third more or less than the week before, and by two people at least."""
        change = self.recent - self.previous
        if abs(change) < 2 or abs(change) * 3 < self.previous:
            return "steady"
        return "rising" if change > 0 else "falling"


@dataclass(frozen=True, slots=True)
class HurtPerson:
    """Somebody the problem hurt. `silent` people never asked."""

    person_id: UUID | None
    name: str
    account: str
    plan: str
    first_pain_at: datetime
    last_pain_at: datetime
    reported_at: datetime | None
    state: str

    @property
    def is_silent(self) -> bool:
        """Whether they never said a word about it."""
        return self.reported_at is None


_SELECT = f"""
select c.number, {LABEL} as label, p.*, i.number as issue_number, i.state as issue_state, coalesce((select q.title from question q{SOURCES}
    where q.id = c.representative_id and {READABLE_QUESTION}), '') as representative
from pain_point p join cluster c on c.id = p.cluster_id
left join lateral (select number, state from issue where cluster_id = c.id
    or cluster_id in (select id from cluster m where m.merged_into = c.id) order by created_at desc limit 1) i on true
where c.merged_into is null and ($2 = '' or p.lane = $2) and ($3::uuid[] is null or p.cluster_id = any($3))
order by p.weight desc, c.number limit $4
"""


async def list_pain_points(
    actor: Actor, *, lane: str = "", among: Collection[UUID] | None = None, limit: int = 200
) -> list[PainPoint]:
    """The heaviest first, of one lane or of all, and of these clusters alone where they are named."""
    actor.require(Permission.CLUSTER_READ)
    wanted = None if among is None else list(among)
    return [_pain_point(row) for row in await fetch_all(_SELECT, actor.visibilities, lane, wanted, limit)]


async def list_top_pain_points(actor: Actor, *, limit: int) -> list[PainPoint]:
    """The heaviest of those nobody has fixed or decided against."""
    points = await list_pain_points(actor)
    return [point for point in points if point.issue_state not in {"shipped", "not_planned", "duplicate"}][:limit]


async def find_pain_point(actor: Actor, cluster_id: UUID) -> PainPoint | None:
    """The cluster's pain, where it has been weighed."""
    found = await list_pain_points(actor, among=[cluster_id], limit=1)
    return found[0] if found else None


async def list_people_hurt(actor: Actor, cluster_id: UUID) -> list[HurtPerson]:
    """The rows behind `person_count`, one each: known people and unknown visitors, the latest pain first."""
    actor.require(Permission.PERSON_READ)
    rows = await fetch_all(
        "select e.person_id, coalesce(p.name, 'Visitor') as name, coalesce(a.name, '') as account, coalesce(a.plan, '') as plan,"
        "   min(e.started_at) as first_at, max(e.last_pain_at) as last_at, min(e.reported_at) as reported_at,"
        "   (array_agg(e.state order by e.last_pain_at desc))[1] as state"
        " from episode e left join person p on p.id = e.person_id left join account a on a.id = p.account_id"
        " where e.cluster_id = $1 and e.state <> 'dropped'"
        " group by e.person_id, case when e.person_id is null then e.distinct_id end, p.name, a.name, a.plan"
        " order by last_at desc, name",
        cluster_id,
    )
    return [
        HurtPerson(
            person_id=row["person_id"],
            name=row["name"],
            account=row["account"],
            plan=row["plan"],
            first_pain_at=row["first_at"],
            last_pain_at=row["last_at"],
            reported_at=row["reported_at"],
            state=row["state"],
        )
        for row in rows
    ]


def _pain_point(row: Any) -> PainPoint:
    return PainPoint(
        cluster_id=row["cluster_id"],
        number=row["number"],
        label=row["label"],
        representative=row["representative"],
        lane=row["lane"],
        person_count=row["person_count"],
        account_count=row["account_count"],
        silent_count=row["silent_count"],
        question_count=row["question_count"],
        signal_count=row["signal_count"],
        recent=row["recent_count"],
        previous=row["previous_count"],
        monthly_revenue=float(row["monthly_revenue"]),
        weight=row["weight"],
        first_pain_at=row["first_pain_at"],
        last_pain_at=row["last_pain_at"],
        issue_number=row["issue_number"],
        issue_state=row["issue_state"],
    )
