"""What is known against each published article, read in a few statements for all of them.

Counted is what everybody who reads tickets may read: questions and answers of a group's own space are none of it.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import UTC, datetime
from uuid import UUID

import asyncpg

from kb.answers.access import READABLE_ANSWER
from kb.core.actor import SYSTEM
from kb.core.clock import now
from kb.core.database import fetch_all
from kb.staleness.rules import PAST, SETTLED, TRAFFIC, WINDOWS, Centres, Share

NOBODY = Share(0, 0)

NEWEST_ANSWERS = 10
"""Newer accepted answers of one cluster that are compared with its article."""


@dataclass(frozen=True, slots=True)
class NewerAnswer:
    """An accepted answer of the cluster, given since the article was last checked."""

    answer_id: UUID
    author_id: UUID | None
    text: str


@dataclass(slots=True)
class Known:
    """Of one article since it was checked, or published: `since`. Shares are of each window, and of all that is looked back on."""

    article_id: UUID
    since: datetime
    text: str
    traffic: int = 0
    asked: tuple[Share, ...] = (NOBODY,) * len(WINDOWS)
    asked_total: Share = NOBODY
    rewritten: tuple[Share, ...] = (NOBODY,) * len(WINDOWS)
    rewritten_total: Share = NOBODY
    newer: list[NewerAnswer] = field(default_factory=list)
    shipped: int = 0
    centres: Centres | None = None


_ARTICLES = """
select ar.id as article_id, coalesce(ar.verified_at, ar.published_at) as since, r.body_source as text
from article ar join article_revision r on r.article_id = ar.id and r.number = ar.published_revision
where ar.state = 'published' and ar.translation_of is null
"""

_DAYS = """
select d.article_id, w.days,
    coalesce(sum(d.readers) filter (where d.day < $1::date and d.day >= greatest($1::date - w.days, ar.since)), 0)::int as asked_cases,
    coalesce(sum(d.asked_again) filter (where d.day < $1::date and d.day >= greatest($1::date - w.days, ar.since)), 0)::int as asked_hits,
    coalesce(sum(d.readers) filter (where d.day < $1::date), 0)::int as asked_cases_total,
    coalesce(sum(d.asked_again) filter (where d.day < $1::date), 0)::int as asked_hits_total,
    coalesce(sum(d.sent) filter (where d.day >= greatest($2::date - w.days, ar.since)), 0)::int as sent_cases,
    coalesce(sum(d.rewritten) filter (where d.day >= greatest($2::date - w.days, ar.since)), 0)::int as sent_hits,
    coalesce(sum(d.sent), 0)::int as sent_cases_total, coalesce(sum(d.rewritten), 0)::int as sent_hits_total,
    coalesce(sum(d.readers + d.visitors + d.sent) filter (where d.day >= $3), 0)::int as traffic
from article_day d join (
    select id, (coalesce(verified_at, published_at) at time zone 'utc')::date as since from article where state = 'published'
) ar on ar.id = d.article_id cross join unnest($5::int[]) as w (days)
where d.day >= $4 group by d.article_id, w.days order by d.article_id, w.days
"""
"""A window begins where the article was last checked, if that is later: what was before then was known to whoever checked it."""

_NEWER = f"""
select ar.id as article_id, n.id as answer_id, n.author_id, n.text from article ar cross join lateral (
    select a.id, a.author_id, p.body_source as text from answer a join post p on p.id = a.source_id
    where {READABLE_ANSWER} and a.cluster_id = ar.cluster_id and a.kind = 'post' and a.accepted
        and a.created_at > coalesce(ar.verified_at, ar.published_at) and a.id is distinct from ar.from_answer_id
        and not exists (select from article_trace tr where tr.article_id = ar.id and tr.answer_id = a.id)
    order by a.created_at desc limit {NEWEST_ANSWERS}) n
where ar.state = 'published' and ar.translation_of is null and ar.cluster_id is not null
"""

_SHIPPED = """
select ar.id as article_id, count(*)::int as shipped from article ar join issue i on cluster_heir(i.cluster_id) = ar.cluster_id
left join release rel on rel.version = ar.verified_for
where ar.state = 'published' and ar.translation_of is null and i.state = 'shipped'
    and i.closed_at > greatest(coalesce(ar.verified_at, ar.published_at), rel.released_at)
group by ar.id
"""
"""Checked for a release that came out after the fix is checked with the fix."""

_CENTRES = """
select article_id, before, since, power(centre_before <-> centre_since, 2) as distance2,
    greatest(0, 1 - power(vector_norm(centre_before), 2)) as spread_before2,
    greatest(0, 1 - power(vector_norm(centre_since), 2)) as spread_since2
from (
    select ar.id as article_id, count(*) filter (where q.asked_at <= c.since)::int as before,
        count(*) filter (where q.asked_at > c.since)::int as since,
        avg(v.vector) filter (where q.asked_at <= c.since) as centre_before,
        avg(v.vector) filter (where q.asked_at > c.since) as centre_since
    from article ar cross join lateral (select coalesce(ar.verified_at, ar.published_at) as since) c
    join question q on q.cluster_id = ar.cluster_id and q.visibility = any($1) join question_vector v on v.question_id = q.id
    join embedding_model m on m.id = v.model_id and m.active
    where ar.state = 'published' and ar.translation_of is null group by ar.id
) x where before > 1 and since > 1
"""
"""Vectors are of length 1, so what a centre lacks of that is the spread around it."""


async def gather_known() -> list[Known]:
    """Every published article, whether anything is known against it or not."""
    known = {row["article_id"]: Known(**row) for row in await fetch_all(_ARTICLES)}
    await _read_days(known)
    newer: defaultdict[UUID, list[NewerAnswer]] = defaultdict(list)
    for row in await fetch_all(_NEWER, SYSTEM.visibilities):
        newer[row["article_id"]].append(NewerAnswer(row["answer_id"], row["author_id"], row["text"]))
    for article_id, answers in newer.items():
        known[article_id].newer = answers
    for row in await fetch_all(_SHIPPED):
        known[row["article_id"]].shipped = row["shipped"]
    for row in await fetch_all(_CENTRES, SYSTEM.visibilities):
        known[row["article_id"]].centres = Centres(**{name: row[name] for name in Centres.__slots__})
    return list(known.values())


async def _read_days(known: dict[UUID, Known]) -> None:
    today = now().astimezone(UTC).date()
    rows = await fetch_all(_DAYS, today - SETTLED, today, today - TRAFFIC, today - SETTLED - PAST, list(WINDOWS))
    by_article: defaultdict[UUID, list[asyncpg.Record]] = defaultdict(list)
    for row in rows:
        by_article[row["article_id"]].append(row)
    for article_id, windows in by_article.items():
        if one := known.get(article_id):
            one.traffic = windows[0]["traffic"]
            one.asked = tuple(Share(row["asked_hits"], row["asked_cases"]) for row in windows)
            one.asked_total = Share(windows[0]["asked_hits_total"], windows[0]["asked_cases_total"])
            one.rewritten = tuple(Share(row["sent_hits"], row["sent_cases"]) for row in windows)
            one.rewritten_total = Share(windows[0]["sent_hits_total"], windows[0]["sent_cases_total"])
