"""The state of the loop: every episode is in exactly one state, and the states sum to all episodes."""

from dataclasses import dataclass
from typing import Any

from kb.clusters.audiences import READABLE_QUESTION, SOURCES
from kb.core.actor import Actor
from kb.core.database import fetch_all, fetch_one
from kb.core.permissions import Permission

STATES = ("seen", "clustered", "filed", "shipped", "told", "recovered", "dropped")
"""In the order pain travels; `recovered` and `dropped` end it elsewhere."""


@dataclass(frozen=True, slots=True)
class LoopState:
    """How much pain stands where. Episodes and people are sums over everything and hold no names, so all staff may read them."""

    episodes: dict[str, int]
    all_episodes: int
    people_hurt: int
    silent: int
    told: int
    questions: int
    clusters: int
    unclustered: int
    answers: int
    articles: int
    signals: int
    pain_points: int
    open_issues: int
    waiting_messages: int

    @property
    def closing_rate(self) -> float:
        """Share of people hurt who were told of a fix; 0 while nobody was hurt."""
        return self.told / self.people_hurt if self.people_hurt else 0.0


_COUNTS = f"""
with hurt as (
    select coalesce(person_id::text, 'visitor:' || distinct_id) as who, bool_and(reported_at is null) as silent
    from episode where state <> 'dropped' group by 1
), readable as (
    select q.cluster_id from question q{SOURCES} where {READABLE_QUESTION}
)
select
    (select count(*) from hurt) as people_hurt,
    (select count(*) from hurt where silent) as silent,
    (select count(distinct person_id) from issue_person where told_at is not null) as told,
    (select count(*) from readable) as questions,
    (select count(distinct cluster_id) from readable) as clusters,
    (select count(*) from readable where cluster_id is null) as unclustered,
    (select count(*) from answer where retired_at is null and visibility = any($1)) as answers,
    (select count(*) from article where state = 'published' and visibility = any($1)) as articles,
    (select count(*) from signal) as signals,
    (select count(*) from pain_point) as pain_points,
    (select count(*) from issue where state in ('filing', 'open')) as open_issues,
    (select count(*) from outbox_message where done_at is null and failed_at is null) as waiting_messages
"""


async def read_loop(actor: Actor) -> LoopState:
    """Counts of this moment, in two statements of one snapshot each. Questions, answers and articles are those this actor may read."""
    actor.require(Permission.LOOP_READ)
    rows = await fetch_all("select state, count(*) as n from episode group by state")
    by_state: dict[str, int] = {row["state"]: row["n"] for row in rows}
    found: Any = await fetch_one(_COUNTS, actor.visibilities)
    return LoopState(
        episodes={state: by_state.get(state, 0) for state in STATES},
        all_episodes=sum(by_state.values()),
        **dict(found),
    )
