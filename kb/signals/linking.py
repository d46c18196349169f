"""Friction points and clusters: which pain in the product is which question people ask, with the reason written down."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

import asyncpg

from kb.core.actor import SYSTEM
from kb.core.clock import now
from kb.core.database import execute, execute_many, fetch_all, fetch_one
from kb.core.unit_of_work import UnitOfWork, unit_of_work
from kb.signals.episodes import Sufferer, cluster_episodes, touch_episode
from kb.signals.following import follow_episodes
from kb.signals.rules import ASKED_AFTER_SIGNAL, DETECTOR_WORDS, MAIN_LINK, MAX_LINKS, Link, weigh_link
from kb.signals.wire.places import route_of

ALL_LINKS = 7310052
"""The advisory lock of whoever writes links of many friction points; shared by those who write one's."""

LOOK_BACK = timedelta(days=90)
"""Signals older than this say little about what the same place means today."""


async def link_friction_point(friction_point_id: UUID) -> dict[UUID, Link]:
    """Weigh the friction point against the clusters its sufferers ask in and whose words it carries; keep the best.

    Its unclustered episodes join the cluster once the link is strong enough. Safe to repeat.
    """
    point = await fetch_one("select * from friction_point where id = $1", friction_point_id)
    if point is None:
        return {}
    links = _weigh(await _list_asked(point), await _word_shares(point))
    async with unit_of_work(SYSTEM) as unit:
        await _replace_links(unit, friction_point_id, links)
    main = next((cluster for cluster, link in links.items() if link.weight >= MAIN_LINK), None)
    if main is not None:
        await cluster_episodes(friction_point_id, main)
    return links


async def link_signal(signal_id: UUID) -> dict[UUID, Link]:
    """Link the friction point of a new signal."""
    row = await fetch_one("select friction_point_id from signal where id = $1", signal_id)
    return await link_friction_point(row["friction_point_id"]) if row else {}


async def note_question(question_id: UUID) -> None:
    """A question joined a cluster: asking is pain too, and tells what the asker's signals of the last day were about.

    Whoever searched in vain was hurt as well, but has told nobody.
    """
    row = await fetch_one(
        "select person_id, cluster_id, asked_at, source_kind, parent_id from question"
        " where id = $1 and cluster_id is not null",
        question_id,
    )
    if row is None:
        return
    people = await _list_people_of(row)
    for person_id, moment in people:
        async with unit_of_work(SYSTEM):
            await touch_episode(
                Sufferer(person_id),
                cluster_id=row["cluster_id"],
                moment=moment,
                reported=row["source_kind"] != "search",
            )
    for point in await _list_recent_points([person_id for person_id, _ in people], row["asked_at"]):
        await link_friction_point(point)


async def note_topic(topic_id: UUID) -> None:
    """Somebody said that the topic's problem is theirs too. A topic that has no cluster yet is noted when it gets one."""
    for row in await fetch_all(
        "select id from question where source_kind = 'topic' and parent_id = $1 and cluster_id is not null", topic_id
    ):
        await note_question(row["id"])


async def relink_recent(*, within: timedelta = timedelta(days=1), limit: int = 500) -> int:
    """Weigh again the friction points where pain came lately: their sufferers may have asked since."""
    rows = await fetch_all(
        "select id from friction_point where last_at >= $1 order by last_at desc limit $2", now() - within, limit
    )
    for row in rows:
        await link_friction_point(row["id"])
    return len(rows)


async def follow_clusters() -> None:
    """What belonged to a merged cluster goes where it went, and back if the merge was undone; reports follow their questions.

    Links first, then episodes, a few sufferers in one unit of work. Safe to repeat.
    """
    async with unit_of_work(SYSTEM):
        await execute("select pg_advisory_xact_lock($1)", ALL_LINKS)
        await execute(
            "insert into friction_cluster (friction_point_id, cluster_id, weight, reason, created_at)"
            " select l.friction_point_id, c.merged_into, l.weight, l.reason, l.created_at from friction_cluster l"
            " join cluster c on c.id = l.cluster_id where c.merged_into is not null on conflict do nothing"
        )
        await execute(
            "delete from friction_cluster l using cluster c where c.id = l.cluster_id and c.merged_into is not null"
        )
    await follow_episodes()


async def relink_clusters(cluster_ids: Sequence[UUID]) -> int:
    """People corrected these clusters: weigh the friction points linked to them again; returns how many there were."""
    rows = await fetch_all(
        "select distinct friction_point_id from friction_cluster where cluster_id = any($1::uuid[]) order by 1",
        list(cluster_ids),
    )
    for row in rows:
        await link_friction_point(row["friction_point_id"])
    return len(rows)


async def _list_people_of(question: asyncpg.Record) -> list[tuple[UUID, Any]]:
    """The asker and, for a topic, those who said it is theirs too."""
    people = [(question["person_id"], question["asked_at"])] if question["person_id"] else []
    if question["source_kind"] == "topic":
        rows = await fetch_all(
            "select person_id, created_at from me_too where topic_id = $1 order by person_id", question["parent_id"]
        )
        people += [(row["person_id"], row["created_at"]) for row in rows]
    return sorted(people, key=lambda one: str(one[0]))


async def _list_recent_points(people: Sequence[UUID], asked_at: Any) -> list[UUID]:
    rows = await fetch_all(
        "select distinct friction_point_id from signal where person_id = any($1) and occurred_at between $2 and $3",
        list(people),
        asked_at - ASKED_AFTER_SIGNAL,
        asked_at,
    )
    return [row["friction_point_id"] for row in rows]


@dataclass(slots=True)
class _Askers:
    """Who, hurt at the friction point, asked in one cluster within a day."""

    people: set[UUID] = field(default_factory=set)
    on_page: set[UUID] = field(default_factory=set)
    elsewhere: set[UUID] = field(default_factory=set)


async def _list_asked(point: asyncpg.Record) -> dict[UUID, _Askers]:
    rows = await fetch_all(
        "select distinct q.cluster_id, q.person_id, q.page_url from signal s join question q on q.person_id = s.person_id"
        " and q.asked_at between s.occurred_at and s.occurred_at + $2::interval and q.cluster_id is not null"
        " where s.friction_point_id = $1 and s.occurred_at >= $3",
        point["id"],
        ASKED_AFTER_SIGNAL,
        now() - LOOK_BACK,
    )
    found: dict[UUID, _Askers] = defaultdict(_Askers)
    for row in rows:
        askers = found[row["cluster_id"]]
        askers.people.add(row["person_id"])
        if row["page_url"] and point["route"]:
            page = askers.on_page if route_of(row["page_url"]) == point["route"] else askers.elsewhere
            page.add(row["person_id"])
    return found


async def _word_shares(point: asyncpg.Record) -> dict[UUID, float]:
    """Share of the place's words (stems) found in a cluster's label or representative question; two words at least."""
    text = " ".join([point["label"], point["element"], point["route"], DETECTOR_WORDS.get(point["kind"], "")])
    rows = await fetch_all(
        "with place as (select tsvector_to_array(to_tsvector('english', $1)) as words),"
        " known as (select c.id, to_tsvector('english', c.label || ' ' || coalesce(q.title, '')) as vector"
        " from cluster c left join question q on q.id = c.representative_id"
        " where c.merged_into is null and c.question_count > 0)"
        " select k.id, (select count(*) from unnest(p.words) w where w = any(tsvector_to_array(k.vector)))::int as hits,"
        " cardinality(p.words) as total from known k, place p"
        " where k.vector @@ (select string_agg(quote_literal(w), ' | ')::tsquery from unnest(p.words) w)",
        _words(text, point["kind"]),
    )
    return {row["id"]: row["hits"] / row["total"] for row in rows if row["hits"] >= 2}


_CHROME = {
    "rage",
    "clicks",
    "click",
    "button",
    "div",
    "span",
    "svg",
    "input",
    "id",
    "a",
    "on",
    "at",
    "html",
    "body",
    "form",
}
"""Words of our own labels and of HTML, which say nothing about the trouble."""


def _words(text: str, kind: str) -> str:
    plain = "".join(letter if letter.isalnum() else " " for letter in text.lower())
    known = DETECTOR_WORDS.get(kind)
    return known if known else " ".join(word for word in plain.split() if word not in _CHROME and not word.isdigit())


def _weigh(asked: Mapping[UUID, _Askers], words: Mapping[UUID, float]) -> dict[UUID, Link]:
    everybody = set().union(*(askers.people for askers in asked.values())) if asked else set()
    links: dict[UUID, Link] = {}
    for cluster_id in {*asked, *words}:
        askers = asked.get(cluster_id, _Askers())
        link = weigh_link(
            asked=len(askers.people),
            on_page=len(askers.on_page),
            elsewhere=len(askers.elsewhere - askers.on_page),
            hurt_who_asked=len(everybody),
            word_share=words.get(cluster_id, 0.0),
        )
        if link:
            links[cluster_id] = link
    best = sorted(links.items(), key=lambda item: (-item[1].weight, str(item[0])))
    return dict(best[:MAX_LINKS])


async def _replace_links(unit: UnitOfWork, friction_point_id: UUID, links: Mapping[UUID, Link]) -> None:
    """Links that no longer hold go, unless the friction point has nothing better: a quiet week proves nothing.

    Two who weigh one friction point wait here, before either holds a row; so does whoever follows all merged clusters.
    """
    await execute(
        "select pg_advisory_xact_lock_shared($1), pg_advisory_xact_lock(hashtextextended($2, 7310051))",
        ALL_LINKS,
        str(friction_point_id),
    )
    if links:
        await execute(
            "delete from friction_cluster where friction_point_id = $1 and cluster_id <> all($2)",
            friction_point_id,
            list(links),
        )
    await execute_many(
        "insert into friction_cluster (friction_point_id, cluster_id, weight, reason, created_at)"
        " values ($1, $2, $3, $4, $5) on conflict (friction_point_id, cluster_id) do update"
        " set weight = excluded.weight, reason = excluded.reason",
        [(friction_point_id, cluster, link.weight, link.reason, unit.now) for cluster, link in links.items()],
    )
