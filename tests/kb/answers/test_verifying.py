"""Checked for a release: by whom, which revision, due again when a newer one is out; the most read first."""

from datetime import datetime, timedelta

import pytest

from kb.answers.publishing import publish_article
from kb.answers.queries import get_article
from kb.answers.revising import Revision, revise_article
from kb.answers.verifying import list_due, list_releases, verify_article, withdraw_verification
from kb.core.actor import ANONYMOUS, Actor
from kb.core.clock import now
from kb.core.database import fetch_one, fetch_value
from kb.core.errors import Conflict, Invalid, NotAllowed
from kb.core.policy import Role
from kb.product.releasing import record_release
from tests.support.answers_factories import make_published_article, use_answer
from tests.support.factories import make_person


@pytest.fixture
async def agent(db: str) -> Actor:
    return await make_person(Role.AGENT, name="Ada Lind")


async def release(version: str, *, days_ago: int = 1) -> None:
    await record_release(await make_person(Role.PRODUCT_MANAGER), version, released_at=now() - timedelta(days=days_ago))


def since() -> datetime:
    return now() - timedelta(days=90)


async def test_an_article_says_for_which_release_it_was_checked_and_is_due_after_the_next(agent: Actor) -> None:
    await release("4.1", days_ago=9)
    article_id = await make_published_article("How to reset it")
    await verify_article(agent, article_id, release="4.1", revision=1)
    number = await fetch_value("select number from article")

    seen = await get_article(ANONYMOUS, number)
    assert (seen.verified_for, seen.verified_by, seen.is_due) == ("4.1", "Ada Lind", False)
    assert await list_due(agent, since()) == []

    await release("4.2")
    assert (await get_article(ANONYMOUS, number)).is_due
    assert [(one.number, one.verified_for, one.newest) for one in await list_due(agent, since())] == [
        (number, "4.1", "4.2")
    ]
    line = await fetch_one("select detail from audit_line where action = 'article.verify'")
    assert line is not None
    assert "4.1" in line["detail"]


async def test_a_newer_revision_was_checked_for_nothing(agent: Actor) -> None:
    await release("4.1")
    article_id = await make_published_article("How to reset it")
    await verify_article(agent, article_id, release="4.1", revision=1)
    await revise_article(agent, article_id, Revision("How to reset it", "Another way.", 1))
    await publish_article(agent, article_id, revision=2)
    assert await fetch_value("select verified_for from article") is None
    with pytest.raises(Conflict):
        await verify_article(agent, article_id, release="4.1", revision=1)


async def test_what_is_read_most_is_checked_first(agent: Actor) -> None:
    await release("4.1")
    quiet, busy = await make_published_article("Seldom read"), await make_published_article("Often read")
    answer_id = await fetch_value("select id from answer where source_id = $1", busy)
    for person in [await make_person(), await make_person()]:
        await use_answer(answer_id, person, "opened", ago=timedelta(days=3))
        await use_answer(answer_id, person, "opened", ago=timedelta(days=2))
    await use_answer(
        await fetch_value("select id from answer where source_id = $1", quiet),
        "somebody",
        "opened",
        ago=timedelta(days=300),
    )
    due = await list_due(agent, since())
    assert [(one.title, one.readers) for one in due] == [("Often read", 2), ("Seldom read", 0)]


async def test_it_can_be_taken_back_and_releases_nobody_knows_are_refused(agent: Actor) -> None:
    await release("4.1")
    article_id = await make_published_article("How to reset it")
    with pytest.raises(Invalid) as refused:
        await verify_article(agent, article_id, release="9.9")
    assert "release" in refused.value.fields
    await verify_article(agent, article_id, release="4.1")
    await withdraw_verification(agent, article_id)
    await withdraw_verification(agent, article_id)
    assert len(await list_due(agent, since())) == 1
    assert await fetch_value("select count(*) from audit_line where action = 'article.withdraw_verification'") == 1
    with pytest.raises(NotAllowed):
        await verify_article(await make_person(), article_id)


async def test_releases_are_recorded_by_those_who_ship_and_never_ahead_of_time(agent: Actor) -> None:
    manager = await make_person(Role.PRODUCT_MANAGER)
    await record_release(manager, " 4.1 ", released_at=now() - timedelta(days=2))
    await record_release(manager, "4.2")
    await record_release(manager, "4.1", notes="Quicker.", released_at=now() - timedelta(days=2))
    assert await list_releases() == ["4.2", "4.1"]
    for version, moment in (("", None), ("4.3", now() + timedelta(days=1))):
        with pytest.raises(Invalid):
            await record_release(manager, version, released_at=moment)
    with pytest.raises(NotAllowed):
        await record_release(agent, "4.3")
