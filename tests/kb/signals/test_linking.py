"""Pain in the product and questions people ask find each other, with a reason a product manager can judge."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from kb.core.clock import now
from kb.core.database import execute, fetch_all, fetch_one, fetch_value
from kb.core.ids import new_id
from kb.forum.me_too import say_me_too
from kb.signals.detecting import detect_waiting
from kb.signals.linking import follow_clusters, link_friction_point, note_question, relink_recent
from kb.signals.rules import LINK_FLOOR, MAIN_LINK, weigh_link
from tests.support.factories import make_person
from tests.support.forum_factories import make_topic
from tests.support.signals_factories import send_events

pytestmark = pytest.mark.usefixtures("db")


async def make_cluster(label: str = "") -> UUID:
    cluster_id = new_id()
    await execute(
        "insert into cluster (id, label, question_count, created_at) values ($1, $2, 3, $3)", cluster_id, label, now()
    )
    return cluster_id


async def ask(
    person: UUID | None, cluster: UUID, at: datetime, *, page: str | None = None, topic: UUID | None = None
) -> UUID:
    question_id = new_id()
    await execute(
        "insert into question (id, source_kind, source_id, parent_id, person_id, title, text, text_hash, visibility,"
        " page_url, asked_at, cluster_id, created_at)"
        " values ($1, $2, $3, $4, $5, 'It does not work', 'x', '', 'public', $6, $7, $8, $7)",
        *(question_id, "topic" if topic else "ticket", new_id(), topic or new_id(), person, page, at, cluster),
    )
    return question_id


async def hurt(user: str, at: datetime, *, page: str = "/pay", element: str = "button#pay") -> UUID:
    """A rage click by a known user; returns the person."""
    await send_events({"name": "$identify", "distinct_id": user, "user_id": user})
    await send_events({"name": "$rageclick", "distinct_id": user, "page": page, "element": element, "at": at})
    await detect_waiting()
    person: UUID = await fetch_value("select person_id from identity where distinct_id = $1", user)
    return person


async def the_point() -> Any:
    return await fetch_one("select * from friction_point")


async def test_a_question_within_a_day_on_the_page_links_and_clusters_the_episode() -> None:
    moment = now()
    cluster = await make_cluster("Card is refused")
    person = await hurt("u1", moment - timedelta(hours=5))
    question = await ask(person, cluster, moment - timedelta(hours=3), page="https://a.example/pay?x=1")
    await note_question(question)
    link = await fetch_one("select * from friction_cluster")
    assert link is not None
    assert link["cluster_id"] == cluster
    assert link["weight"] >= MAIN_LINK
    assert link["reason"] == "1 person asked about it within a day of the signal, 1 from this page"
    episodes = await fetch_all("select * from episode")
    assert len(episodes) == 1
    assert (episodes[0]["cluster_id"], episodes[0]["state"]) == (cluster, "clustered")
    assert episodes[0]["reported_at"] == moment - timedelta(hours=3)
    assert episodes[0]["started_at"] == moment - timedelta(hours=5)


@pytest.mark.parametrize(
    ("asked_after", "page", "links"),
    [
        (timedelta(hours=23), "/pay", 1),
        (timedelta(hours=25), "/pay", 0),
        (timedelta(hours=-1), "/pay", 0),
        (timedelta(hours=1), "/reports", 0),
        (timedelta(hours=1), None, 1),
    ],
)
async def test_only_questions_soon_after_and_not_from_elsewhere_count(
    asked_after: timedelta, page: str | None, links: int
) -> None:
    moment = now() - timedelta(days=2)
    cluster = await make_cluster("Something")
    person = await hurt("u1", moment)
    await ask(person, cluster, moment + asked_after, page=page)
    await link_friction_point((await the_point())["id"])
    assert await fetch_value("select count(*) from friction_cluster") == links


async def test_words_of_the_place_alone_link_weakly() -> None:
    cluster = await make_cluster("Sending an invoice does nothing")
    await make_cluster("Bank feed is stuck")
    await hurt("u1", now(), page="/invoices/7", element="button#send-invoice")
    links = await link_friction_point((await the_point())["id"])
    assert list(links) == [cluster]
    assert links[cluster].weight >= LINK_FLOOR
    assert "words" in links[cluster].reason


async def test_a_later_signal_at_a_linked_place_is_clustered_at_once() -> None:
    moment = now()
    cluster = await make_cluster()
    person = await hurt("u1", moment - timedelta(hours=5))
    await note_question(await ask(person, cluster, moment - timedelta(hours=4), page="/pay"))
    await hurt("u2", moment)
    states = await fetch_all("select cluster_id, state, reported_at is null as silent from episode order by started_at")
    assert [tuple(row) for row in states] == [(cluster, "clustered", False), (cluster, "clustered", True)]


async def test_asking_before_any_signal_is_an_episode_too_and_me_too_counts() -> None:
    moment = now()
    cluster = await make_cluster()
    asker, other = [await hurt(name, moment - timedelta(days=30), page="/x") for name in ("u1", "u2")]
    space, topic = new_id(), new_id()
    await execute("insert into space (id, slug, name, created_at) values ($1, 's', 'S', $2)", space, moment)
    await execute(
        "insert into topic (id, space_id, author_id, title, slug, last_posted_at, created_at)"
        " values ($1, $2, $3, 'T', 't', $4, $4)",
        *(topic, space, asker, moment),
    )
    await execute("insert into me_too (topic_id, person_id, created_at) values ($1, $2, $3)", topic, other, moment)
    question = await ask(asker, cluster, moment, topic=topic)
    await note_question(question)
    await note_question(question)
    rows = await fetch_all("select person_id from episode where cluster_id = $1 and reported_at is not null", cluster)
    assert {row["person_id"] for row in rows} == {asker, other}
    assert len(rows) == 2


async def test_me_too_said_long_after_the_question_was_clustered_is_pain_too(deliver_all: Any) -> None:
    asked = await make_topic()
    await deliver_all()
    cluster = await make_cluster()
    await execute("update question set cluster_id = $2 where parent_id = $1", asked.id, cluster)
    sufferer = await make_person()

    await say_me_too(sufferer, asked.id)
    await deliver_all()

    rows = await fetch_all("select person_id from episode where cluster_id = $1 and reported_at is not null", cluster)
    assert sufferer.person_id in {row["person_id"] for row in rows}


async def test_links_and_episodes_follow_a_merged_cluster() -> None:
    moment = now()
    old, new = await make_cluster(), await make_cluster()
    person = await hurt("u1", moment - timedelta(hours=2))
    await note_question(await ask(person, old, moment - timedelta(hours=1), page="/pay"))
    await execute("update cluster set merged_into = $2 where id = $1", old, new)
    await follow_clusters()
    await follow_clusters()
    assert [row["cluster_id"] for row in await fetch_all("select cluster_id from friction_cluster")] == [new]
    assert [row["cluster_id"] for row in await fetch_all("select cluster_id from episode")] == [new]


async def test_a_report_follows_its_question_to_another_cluster() -> None:
    moment = now()
    first, second = await make_cluster(), await make_cluster()
    person = await hurt("u1", moment - timedelta(days=60))
    question = await ask(person, first, moment)
    await note_question(question)
    await execute("update question set cluster_id = $2 where id = $1", question, second)
    await note_question(question)
    await follow_clusters()
    rows = await fetch_all("select cluster_id from episode where reported_at is not null")
    assert [row["cluster_id"] for row in rows] == [second]


async def test_relinking_again_changes_nothing() -> None:
    moment = now()
    cluster = await make_cluster()
    person = await hurt("u1", moment - timedelta(hours=2))
    await ask(person, cluster, moment - timedelta(hours=1))
    assert await relink_recent() == 1
    before = await fetch_all("select * from friction_cluster")
    assert await relink_recent() == 1
    assert await fetch_all("select * from friction_cluster") == before


@pytest.mark.parametrize(
    ("asked", "on_page", "elsewhere", "of", "words", "weight"),
    [
        (1, 0, 0, 1, 0.0, 0.5),
        (1, 1, 0, 1, 0.0, 0.6),
        (1, 0, 1, 1, 0.0, None),
        (1, 0, 0, 10, 0.0, None),
        (5, 0, 0, 5, 0.0, 0.833),
        (5, 5, 0, 50, 0.0, None),
        (0, 0, 0, 0, 0.4, None),
        (0, 0, 0, 0, 1.0, 0.6),
        (2, 0, 0, 2, 1.0, 0.867),
    ],
)
def test_links_weigh_by_people_and_words(
    asked: int, on_page: int, elsewhere: int, of: int, words: float, weight: float | None
) -> None:
    link = weigh_link(asked=asked, on_page=on_page, elsewhere=elsewhere, hurt_who_asked=of, word_share=words)
    assert (link.weight if link else None) == weight
