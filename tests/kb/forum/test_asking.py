"""Asking a question."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from kb.core.actor import ANONYMOUS, Actor
from kb.core.clock import clock_held_at
from kb.core.database import fetch_all, fetch_one, fetch_value
from kb.core.errors import Invalid, NotAllowed, NotSignedIn, TooMany
from kb.core.policy import Role
from kb.forum.asking import NewTopic, ask_topic
from kb.text.markdown import MAX_SOURCE
from tests.support.factories import make_person
from tests.support.forum_factories import make_space, make_topic

GOOD = NewTopic(
    "help", "The export stops at 100 rows", "I press **Export** and get 100 rows.", "https://x.test/a?token=1"
)


async def test_a_question_is_stored_with_its_first_post_its_follower_and_its_message(db: str) -> None:
    await make_space()
    asker = await make_person()
    asked = await ask_topic(asker, GOOD)
    topic = await fetch_one("select * from topic where id = $1", asked.id)
    post = await fetch_one("select * from post where topic_id = $1", asked.id)
    assert topic is not None
    assert post is not None
    assert (asked.number, asked.slug) == (topic["number"], "the-export-stops-at-100-rows")
    assert (topic["excerpt"], topic["page_url"]) == ("I press Export and get 100 rows.", "https://x.test/a")
    assert (post["position"], post["body_source"]) == (1, GOOD.body)
    assert post["body_html"].strip() == "<p>I press <strong>Export</strong> and get 100 rows.</p>"
    assert await fetch_value("select person_id from topic_follower where topic_id = $1", asked.id) == asker.person_id
    assert await fetch_value("select topic_count from space where slug = 'help'") == 1
    messages = await fetch_all("select name from outbox_message")
    assert [row["name"] for row in messages] == ["TopicAsked"]
    assert await fetch_value("select count(*) from audit_line where action = 'topic.ask'") == 1


async def test_a_refusal_names_every_field_at_once_and_writes_nothing(db: str) -> None:
    with pytest.raises(Invalid) as refused:
        await ask_topic(await make_person(), NewTopic("nowhere", "Help", "  \n "))
    assert set(refused.value.fields) == {"space", "title", "body"}
    assert await fetch_value("select count(*) from topic") == 0


async def test_a_body_past_the_limit_is_refused_by_name(db: str) -> None:
    await make_space()
    with pytest.raises(Invalid) as refused:
        await ask_topic(await make_person(), NewTopic("help", GOOD.title, "x" * (MAX_SOURCE + 1)))
    assert set(refused.value.fields) == {"body"}


async def test_nobody_asks_without_signing_in_or_with_a_key_that_may_only_read(db: str) -> None:
    await make_space()
    with pytest.raises(NotSignedIn):
        await ask_topic(ANONYMOUS, GOOD)
    member = await make_person()
    narrow = Actor(role=Role.MEMBER, person_id=member.person_id, scopes=frozenset({"topic:read"}))
    with pytest.raises(NotAllowed):
        await ask_topic(narrow, GOOD)


async def test_a_space_that_one_may_not_read_is_no_space_to_ask_in(db: str) -> None:
    await make_space("secret", visibility="staff")
    with pytest.raises(Invalid) as refused:
        await ask_topic(await make_person(), NewTopic("secret", GOOD.title, GOOD.body))
    assert set(refused.value.fields) == {"space"}


async def test_the_eleventh_topic_within_an_hour_waits_for_the_first_to_age(db: str) -> None:
    await make_space()
    asker = await make_person()
    start = datetime(2026, 3, 1, 12, tzinfo=UTC)
    for minute in range(10):
        with clock_held_at(start + timedelta(minutes=minute)):
            await make_topic(asker)
    with clock_held_at(start + timedelta(minutes=30)), pytest.raises(TooMany) as refused:
        await make_topic(asker)
    assert refused.value.retry_after == 30 * 60
    with clock_held_at(start + timedelta(minutes=61)):
        await make_topic(asker)
    assert await fetch_value("select count(*) from topic") == 11


async def test_staff_and_other_people_are_not_held_up(db: str) -> None:
    agent = await make_person(Role.AGENT)
    for _ in range(12):
        await make_topic(agent)
    await make_topic(await make_person())


async def test_twelve_requests_at_once_are_ten_topics(db: str) -> None:
    await make_space()
    asker = await make_person()
    tries = [ask_topic(asker, NewTopic("help", f"Problem number {n} of mine", "Broken.")) for n in range(12)]
    results = await asyncio.gather(*tries, return_exceptions=True)
    assert sum(isinstance(result, TooMany) for result in results) == 2
    assert await fetch_value("select count(*) from topic") == 10
    assert await fetch_value("select topic_count from space") == 10


async def test_a_form_sent_twice_is_one_topic(db: str) -> None:
    await make_space()
    asker = await make_person()
    first, second = await asyncio.gather(ask_topic(asker, GOOD), ask_topic(asker, GOOD))
    assert first == second
    assert await fetch_value("select count(*) from topic") == 1
    other = await ask_topic(await make_person(), GOOD)
    assert other.id != first.id


async def test_a_title_is_one_line_without_tricks_and_a_slug_never_means_something_else(db: str) -> None:
    asked = await make_topic(title=" Export\x00 \u202estops\n\nearly\ud800 ", body="a\x00b\ud800")
    row = await fetch_one("select t.title, p.body_source from topic t join post p on p.topic_id = t.id")
    assert row is not None
    assert (row["title"], row["body_source"]) == ("Export stops early\ufffd", "a\ufffdb\ufffd")
    assert asked.slug.startswith("export-stops-early")
    assert (await make_topic(title="Hiding!!!")).slug == "hiding-question"
