"""Publishing and archiving at a time: once, on time or late, and never another revision than the one approved."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.answers.drafting import DraftedArticle, NewArticle, write_article
from kb.answers.publishing import archive_article, publish_article
from kb.answers.publishing_on_time import carry_out_due
from kb.answers.queries import get_article
from kb.answers.returning import list_returns, return_article
from kb.answers.reviewing import submit_article
from kb.answers.revising import Revision, revise_article
from kb.answers.scheduling import (
    Moment,
    cancel_schedule,
    list_scheduled,
    read_moment,
    schedule_archiving,
    schedule_publication,
    zone_of,
)
from kb.core.actor import ANONYMOUS, Actor
from kb.core.clock import clock_held_at, now
from kb.core.database import fetch_all, fetch_one, fetch_value
from kb.core.errors import Conflict, Gone, Invalid, NotAllowed, NotFound
from kb.core.policy import Role
from tests.support.factories import make_person

HOUR = timedelta(hours=1)
NEW_YEAR = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture
async def agent(db: str) -> Actor:
    return await make_person(Role.AGENT)


async def make_reviewed(agent: Actor, body: str = "Press it.") -> DraftedArticle:
    drafted = await write_article(agent, NewArticle("How to reset it", body))
    await submit_article(agent, drafted.id)
    return drafted


def in_an_hour() -> Moment:
    return Moment(now() + HOUR, "Europe/Berlin")


async def body_readers_see(number: int) -> str:
    return (await get_article(ANONYMOUS, number)).body_html


async def test_readers_see_it_when_its_time_has_come_and_not_before(agent: Actor) -> None:
    article = await make_reviewed(agent)
    await schedule_publication(agent, article.id, revision=1, when=in_an_hour())

    assert await carry_out_due() == 0
    with pytest.raises(NotFound):
        await get_article(ANONYMOUS, article.number)
    with clock_held_at(now() + 2 * HOUR):
        assert await carry_out_due() == 1
        assert "Press it." in await body_readers_see(article.number)
        assert await list_scheduled(agent) == []
    line = await fetch_one("select actor_name, detail from audit_line where action = 'article.publish'")
    assert line is not None
    assert str(agent.person_id) in line["detail"]


async def test_workers_that_come_late_and_at_once_publish_it_once(agent: Actor) -> None:
    article = await make_reviewed(agent)
    await schedule_publication(agent, article.id, revision=1, when=in_an_hour())

    with clock_held_at(now() + 50 * HOUR):
        done = await asyncio.gather(carry_out_due(), carry_out_due(), carry_out_due())

    assert sum(done) == 1
    assert await fetch_value("select count(*) from outbox_message where name = 'ArticlePublished'") == 1
    assert await fetch_value("select count(*) from audit_line where action = 'article.publish'") == 1


async def test_an_approval_of_one_revision_never_publishes_a_later_one(agent: Actor) -> None:
    article = await make_reviewed(agent)
    await schedule_publication(agent, article.id, revision=1, when=in_an_hour())
    await revise_article(agent, article.id, Revision("How to reset it", "Nobody has read this.", 1))

    with clock_held_at(now() + 2 * HOUR):
        await carry_out_due()

    assert "Nobody has read this." not in await body_readers_see(article.number)
    row = await fetch_one("select state, revision, published_revision from article")
    assert row is not None
    assert tuple(row) == ("published", 2, 1)


async def test_what_was_published_by_hand_meanwhile_is_not_taken_back_to_an_earlier_revision(agent: Actor) -> None:
    article = await make_reviewed(agent)
    await schedule_publication(agent, article.id, revision=1, when=in_an_hour())
    await revise_article(agent, article.id, Revision("How to reset it", "The newer text.", 1))
    await submit_article(agent, article.id)
    await publish_article(agent, article.id, revision=2)

    with clock_held_at(now() + 2 * HOUR):
        assert await carry_out_due() == 0
        assert "The newer text." in await body_readers_see(article.number)
    assert await fetch_value("select state from article_schedule") == "dropped"


async def test_called_off_handed_back_or_archived_nothing_happens_at_the_time(agent: Actor) -> None:
    called_off, returned, archived = [await make_reviewed(agent) for _ in range(3)]
    for article in (called_off, returned, archived):
        await schedule_publication(agent, article.id, revision=1, when=in_an_hour())
    await cancel_schedule(agent, called_off.id, "publish")
    await return_article(agent, returned.id, revision=1, reason="Say which button.")
    await archive_article(agent, archived.id)

    with clock_held_at(now() + 2 * HOUR):
        assert await carry_out_due() == 0
    assert await fetch_value("select count(*) from article where state = 'published'") == 0
    with pytest.raises(NotFound):
        await cancel_schedule(agent, called_off.id, "publish")


async def test_it_is_archived_at_a_time_after_it_was_published_at_one(agent: Actor) -> None:
    article = await make_reviewed(agent)
    await schedule_publication(agent, article.id, revision=1, when=in_an_hour())
    await schedule_archiving(agent, article.id, when=Moment(now() + 3 * HOUR, "UTC"))

    with clock_held_at(now() + 2 * HOUR):
        assert await carry_out_due() == 1
        await body_readers_see(article.number)
    with clock_held_at(now() + 4 * HOUR):
        assert await carry_out_due() == 1
        with pytest.raises(Gone):
            await get_article(ANONYMOUS, article.number)


async def test_planning_refuses_what_publishing_refuses_and_times_that_are_none(agent: Actor) -> None:
    article = await make_reviewed(agent, "Write to help@fernbook.example.")
    with pytest.raises(Invalid):
        await schedule_publication(agent, article.id, revision=1, when=in_an_hour())
    with pytest.raises(Conflict):
        await schedule_publication(agent, article.id, revision=2, when=in_an_hour(), keeps_personal=True)
    for wrong in (now() - HOUR, now() + timedelta(days=3000)):
        with pytest.raises(Invalid) as refused:
            await schedule_publication(agent, article.id, revision=1, when=Moment(wrong, "UTC"), keeps_personal=True)
        assert "at" in refused.value.fields
    with pytest.raises(NotAllowed):
        await schedule_publication(
            await make_person(Role.PRODUCT_MANAGER), article.id, revision=1, when=in_an_hour(), keeps_personal=True
        )
    await schedule_publication(agent, article.id, revision=1, when=in_an_hour(), keeps_personal=True)
    with clock_held_at(now() + 2 * HOUR):
        assert await carry_out_due() == 1


async def test_a_second_plan_takes_the_place_of_the_first(agent: Actor) -> None:
    article = await make_reviewed(agent)
    await schedule_publication(agent, article.id, revision=1, when=in_an_hour())
    later = Moment(now() + 5 * HOUR, "UTC")
    await schedule_publication(agent, article.id, revision=1, when=later)

    assert [one.due_at for one in await list_scheduled(agent)] == [later.at]
    with clock_held_at(now() + 2 * HOUR):
        assert await carry_out_due() == 0


@given(
    st.integers(0, 2 * 365 * 24 * 60).map(lambda minutes: NEW_YEAR + timedelta(minutes=minutes)),
    st.sampled_from(["Europe/Berlin", "America/New_York", "Asia/Kolkata", "UTC", ""]),
)
def test_a_time_that_clocks_show_is_read_as_the_first_moment_they_show_it(at: datetime, zone: str) -> None:
    shown = at.astimezone(zone_of(zone) or UTC)
    read = read_moment(f"{shown:%Y-%m-%dT%H:%M}", zone).at
    assert read.astimezone(zone_of(zone) or UTC).replace(tzinfo=None, fold=0) == shown.replace(tzinfo=None, fold=0)
    assert read <= at


def test_an_hour_the_clocks_leave_out_and_a_zone_nobody_knows_are_refused_by_field() -> None:
    with pytest.raises(Invalid) as refused:
        read_moment("2027-03-28T02:30", "Europe/Berlin")
    assert "at" in refused.value.fields
    for zone in ("Europe/Atlantis", "../etc/passwd", "\x00"):
        with pytest.raises(Invalid) as refused:
            read_moment("2027-03-28T05:30", zone)
        assert "time_zone" in refused.value.fields


async def test_a_revision_handed_back_says_why_and_can_be_handed_in_again(agent: Actor) -> None:
    writer = await make_person(Role.AGENT, name="Ada Lind")
    article = await make_reviewed(writer)
    with pytest.raises(Invalid):
        await return_article(agent, article.id, revision=1, reason="  ")
    await return_article(agent, article.id, revision=1, reason="Say which button.")
    assert await fetch_value("select state from article") == "draft"

    await revise_article(writer, article.id, Revision("How to reset it", "Press the red button.", 1))
    await submit_article(writer, article.id)
    with pytest.raises(Conflict):
        await return_article(agent, article.id, revision=1, reason="Too late.")
    await publish_article(agent, article.id, revision=2)
    with pytest.raises(Conflict):
        await return_article(agent, article.id, revision=2, reason="Readers see it.")

    assert [(one.revision, one.reason) for one in await list_returns(agent, article.id)] == [(1, "Say which button.")]
    lines = await fetch_all("select detail from audit_line where action = 'article.return'")
    assert ["Say which button." in line["detail"] for line in lines] == [True]


async def test_a_newer_revision_of_a_published_article_is_handed_back_and_readers_keep_theirs(agent: Actor) -> None:
    article = await make_reviewed(agent)
    await publish_article(agent, article.id, revision=1)
    await revise_article(agent, article.id, Revision("How to reset it", "Not yet.", 1))
    await return_article(agent, article.id, revision=2, reason="Wrong button.")
    assert "Press it." in await body_readers_see(article.number)
