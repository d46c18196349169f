"""From the log to the list: days rolled up again end alike, each kind of evidence has its rows, and what was checked is off the list."""

from datetime import UTC, timedelta
from uuid import UUID

import pytest

from kb.answers.publishing import publish_article
from kb.answers.revising import Revision, revise_article
from kb.answers.verifying import verify_article
from kb.core.actor import Actor
from kb.core.clock import clock_held_at, now
from kb.core.database import execute, fetch_all, fetch_value
from kb.core.errors import NotAllowed, NotFound
from kb.core.ids import new_id
from kb.core.policy import Role, group_visibility
from kb.staleness.measuring import measure_articles, measure_if_due
from kb.staleness.queries import count_stale, get_stale, list_stale
from kb.staleness.rolling import roll_up_days
from kb.staleness.rows import get_evidence_rows
from tests.support.answers_factories import (
    ask_question,
    make_answered_ticket,
    make_cluster,
    make_published_article,
    make_solved_topic,
    make_space,
    use_answer,
)
from tests.support.factories import make_person


@pytest.fixture
async def agent(db: str) -> Actor:
    return await make_person(Role.AGENT)


async def make_article(
    title: str = "How to reset it", *, days: int = 200, body: str = "The link is good for 30 minutes."
) -> tuple[UUID, UUID, UUID]:
    """An article of a cluster, checked so many days ago; returns it, its answer and its cluster."""
    cluster_id, article_id = await make_cluster(), await make_published_article(title, body)
    at = now() - timedelta(days=days)
    await execute(
        "update article set cluster_id = $2, published_at = $3, verified_at = $3 where id = $1",
        article_id,
        cluster_id,
        at,
    )
    await execute("update answer set cluster_id = $2, created_at = $3 where source_id = $1", article_id, cluster_id, at)
    return article_id, await fetch_value("select id from answer where source_id = $1", article_id), cluster_id


async def read(answer_id: UUID, cluster_id: UUID, *, readers: int, asking: int, days: int) -> None:
    """So many people read it on days from so many days ago on; some of them ask again two days later."""
    for number in range(readers):
        person, ago = await make_person(), timedelta(days=days + number % 10, hours=2)
        await use_answer(answer_id, person, "opened", ago=ago)
        if number < asking:
            await ask_question(
                new_id(), kind="search", person=person, cluster_id=cluster_id, at=now() - ago + timedelta(days=2)
            )


async def make_newer_answer(cluster_id: UUID, text: str, *, space_id: UUID | None = None) -> None:
    """An accepted answer of now, as collecting would leave it."""
    _, post_id = await make_solved_topic(answer=text, cluster_id=cluster_id, space_id=space_id)
    await execute(
        "insert into answer (id, kind, source_id, parent_id, cluster_id, author_id, visibility, title, excerpt, accepted, created_at)"
        " select $1, 'post', p.id, t.id, $2, p.author_id, s.visibility, 'Newer', '', true, now()"
        " from post p join topic t on t.id = p.topic_id join space s on s.id = t.space_id where p.id = $3",
        new_id(),
        cluster_id,
        post_id,
    )


async def ship_fix(cluster_id: UUID, *, days: int = 2) -> None:
    """An issue of the cluster, shipped so many days ago."""
    await execute(
        "insert into issue (id, cluster_id, title, body_source, packet, tracker, state, created_at, closed_at)"
        " values ($1, $2, 'Mails are lost', '', '{}', 'board', 'shipped', now(), $3)",
        new_id(),
        cluster_id,
        now() - timedelta(days=days),
    )


async def days_of(article_id: UUID) -> list[tuple[object, ...]]:
    return [
        tuple(row)
        for row in await fetch_all("select * from article_day where article_id = $1 order by day", article_id)
    ]


async def test_readers_who_ask_more_than_before_are_counted_and_shown(agent: Actor) -> None:
    article_id, answer_id, cluster_id = await make_article()
    await read(answer_id, cluster_id, readers=40, asking=3, days=120)
    await read(answer_id, cluster_id, readers=31, asking=16, days=12)
    for _ in range(9):
        await use_answer(answer_id, await make_person(Role.AGENT), "opened", ago=timedelta(days=13))  # staff try it out
    _, sound, quiet = await make_article("A sound one")
    await read(sound, quiet, readers=60, asking=5, days=15)
    assert await measure_articles() == 1

    (found,) = await list_stale(agent)
    assert (found.id, found.traffic) == (article_id, 31)
    assert [str(one.words) for one in found.evidence] == ["16 of 31 readers asked again after reading; before: 3 of 40"]
    assert found.weight == pytest.approx(found.traffic * found.failure, rel=1e-3)
    rows = await get_evidence_rows(agent, found)
    assert len(rows.asked_again) == 16
    assert all(row.read_at < row.asked_at for row in rows.asked_again)
    member = await make_person()
    with pytest.raises(NotAllowed):
        await list_stale(member)


async def test_days_roll_up_alike_however_often_and_the_last_ones_once_more(agent: Actor) -> None:
    article_id, answer_id, cluster_id = await make_article()
    person = await make_person()
    await use_answer(answer_id, person, "opened", ago=timedelta(days=3))
    await use_answer(answer_id, person, "opened", ago=timedelta(days=3, minutes=5))
    await use_answer(answer_id, "a visitor", "opened", ago=timedelta(days=3))
    await roll_up_days()
    day = (now() - timedelta(days=3)).astimezone(UTC).date()
    assert await days_of(article_id) == [(article_id, day, 1, 0, 1, 0, 0)]

    await ask_question(new_id(), kind="search", person=person, cluster_id=cluster_id)
    await roll_up_days()
    once = await days_of(article_id)
    assert once == [(article_id, day, 1, 1, 1, 0, 0)]
    await roll_up_days()
    assert await days_of(article_id) == once
    await measure_if_due()
    assert await days_of(article_id) == once
    with clock_held_at(now() + timedelta(days=4)):
        await measure_if_due()
        assert await fetch_value("select count(*) from article_day_done where day > $1", day) == 6


async def test_every_kind_of_evidence_has_its_rows_and_checking_takes_the_article_off(agent: Actor) -> None:
    article_id, answer_id, cluster_id = await make_article()
    number = await fetch_value("select number from article")
    ticket_id, message_id = await make_answered_ticket(requester=await make_person())
    for place in range(35):
        person, is_late = await make_person(), place < 10
        await execute(
            "insert into answer_use (id, answer_id, revision, kind, surface, person_id, distance, ticket_id, message_id, created_at)"
            " values ($1, $2, 1, 'edited_then_sent', 'desk', $3, $4, $5, $6, $7)",
            new_id(),
            answer_id,
            person.person_id,
            0.8 if is_late else 0.0,
            ticket_id,
            message_id if not place else None,
            now() - timedelta(days=5 if is_late else 100),
        )
    await make_newer_answer(cluster_id, "By now it is good for 60 minutes.")
    await ship_fix(cluster_id)
    await measure_articles()
    found = await get_stale(agent, number)
    assert {one.kind for one in found.evidence} == {"rewritten", "contradicted", "shipped"}
    words = {one.kind: str(one.words) for one in found.evidence}
    assert words["rewritten"] == "Agents rewrote it in 10 of 10 replies; before: 0 of 25"
    assert words["contradicted"] == "1 of 1 newer accepted answer says something else"
    rows = await get_evidence_rows(agent, found)
    assert len(rows.rewritten) == 10
    assert {row.agent for row in rows.rewritten} == {"Tom Berg", ""}
    (contradiction,) = rows.contradicted
    assert [(one.article, one.answer) for one in contradiction.differences] == [("30", "60")]
    assert [row.title for row in rows.shipped] == ["Mails are lost"]

    await verify_article(agent, article_id, revision=1)
    assert (await list_stale(agent), await count_stale(agent)) == ([], 0)
    with pytest.raises(NotFound):
        await get_stale(agent, number)
    await measure_articles()
    assert await list_stale(agent) == [], "what was known when it was checked does not come back"


async def test_a_new_revision_is_measured_anew_and_a_release_that_came_later_covers_the_fix(agent: Actor) -> None:
    article_id, _, cluster_id = await make_article()
    await ship_fix(cluster_id, days=9)
    await measure_articles()
    assert await count_stale(agent) == 1
    await execute("insert into release (version, notes, released_at) values ('4.2', '', now() - interval '5 days')")
    await execute("update article set verified_for = '4.2'")
    await measure_articles()
    assert await count_stale(agent) == 0
    await execute("update article set verified_for = null")
    await measure_articles()
    assert await count_stale(agent) == 1
    await revise_article(agent, article_id, Revision("How to reset it", "Another way.", 1))
    assert await count_stale(agent) == 1, "readers see the old one still"
    await publish_article(agent, article_id, revision=2)
    assert await count_stale(agent) == 0


async def test_days_that_are_rolled_up_and_not_measured_are_measured_within_the_hour_and_once_a_day(
    agent: Actor,
) -> None:
    _, _, cluster_id = await make_article()
    await ship_fix(cluster_id)
    await roll_up_days()  # and then the worker was killed
    assert await count_stale(agent) == 0

    assert await measure_if_due() == 1
    assert await count_stale(agent) == 1
    measured = await fetch_value("select measured_at from article_staleness")
    await measure_if_due()
    assert await fetch_value("select measured_at from article_staleness") == measured
    with clock_held_at(now() + timedelta(days=1)):
        assert await measure_if_due() == 1


async def test_nothing_of_a_groups_own_space_is_counted_or_said(agent: Actor) -> None:
    article_id, answer_id, cluster_id = await make_article()
    await read(answer_id, cluster_id, readers=40, asking=0, days=120)
    await read(answer_id, cluster_id, readers=31, asking=16, days=12)
    crew = group_visibility(new_id())
    await make_newer_answer(cluster_id, "By now it is good for 60 minutes.", space_id=await make_space(crew))
    await execute("update question set visibility = $1", crew)
    await measure_articles()
    assert await list_stale(agent) == []
    assert await fetch_value("select count(*) from article_evidence") == 0
    assert await fetch_value("select sum(asked_again) from article_day where article_id = $1", article_id) == 0


async def test_what_answers_say_and_who_asked_is_for_whoever_may_read_it(agent: Actor) -> None:
    _, answer_id, cluster_id = await make_article()
    await read(answer_id, cluster_id, readers=40, asking=0, days=120)
    await read(answer_id, cluster_id, readers=31, asking=16, days=12)
    await make_newer_answer(cluster_id, "By now it is good for 60 minutes.")
    await measure_articles()
    (found,) = await list_stale(agent)
    assert {one.kind: dict(one.detail) for one in found.evidence}["contradicted"] == {
        "answers": 1,
        "of": 1,
        "authors": 1,
    }
    rows = await get_evidence_rows(agent, found)
    assert (len(rows.contradicted), len(rows.asked_again)) == (1, 16)

    hidden = await fetch_value(
        "update question set visibility = $1 where id = (select id from question where source_kind = 'search' limit 1)"
        " returning person_id",
        group_visibility(new_id()),
    )
    await execute("update space set visibility = $1", group_visibility(new_id()))
    rows = await get_evidence_rows(agent, found)
    assert (len(rows.contradicted), len(rows.asked_again)) == (0, 15)
    assert hidden not in {row.person_id for row in rows.asked_again}
