"""What a topic does by itself."""

import asyncio
from datetime import timedelta

import pytest

from kb.core.actor import ANONYMOUS
from kb.core.clock import now
from kb.core.database import execute, fetch_value
from kb.core.errors import Invalid, NotAllowed
from kb.core.policy import Role
from kb.forum.closing import reopen_topic
from kb.forum.queries import TopicFilter, get_topic_page, list_topics
from kb.forum.timers import BUMP, CLOSE, CLOSE_QUIET, NewTimer, cancel_timer, run_due_timers, set_timer
from tests.support.factories import make_person
from tests.support.forum_factories import make_reply, make_topic

SOON = timedelta(hours=1)


async def pass_time(hours: int) -> None:
    """As if the topics had been written and their timers set so much earlier."""
    await execute(f"update topic set last_posted_at = last_posted_at - interval '{hours} hours'")
    await execute(
        f"update topic_timer set due_at = due_at - interval '{hours} hours', created_at = created_at - interval '{hours} hours'"
    )


async def test_a_topic_closes_at_its_time_once_and_says_why(db: str) -> None:
    moderator, topic = await make_person(Role.MODERATOR), await make_topic()
    await set_timer(moderator, topic.id, NewTimer(CLOSE, now() + SOON, reason="The offer ends today."))
    shown = (await get_topic_page(ANONYMOUS, topic.number)).topic.timers
    assert [timer.kind for timer in shown] == [CLOSE], "everybody sees that it will close"
    assert await run_due_timers() == 0
    await pass_time(2)
    assert sum(await asyncio.gather(*(run_due_timers() for _ in range(3)))) == 1
    head = (await get_topic_page(ANONYMOUS, topic.number)).topic
    assert (head.closed_as, head.closed_reason, head.timers) == ("locked", "The offer ends today.", [])
    assert [event.kind for event in head.events] == ["locked"]
    await reopen_topic(moderator, topic.id)
    assert await run_due_timers() == 0


async def test_a_reply_puts_closing_for_silence_off(db: str) -> None:
    moderator, topic = await make_person(Role.MODERATOR), await make_topic()
    await set_timer(moderator, topic.id, NewTimer(CLOSE_QUIET, quiet_days=2))
    await pass_time(47)
    await make_reply(topic)
    await pass_time(47)
    assert await run_due_timers() == 0
    await pass_time(2)
    assert await run_due_timers() == 1
    head = (await get_topic_page(ANONYMOUS, topic.number)).topic
    assert head.closed_reason == "Closed because nobody replied any more."


async def test_an_old_topic_is_given_its_days_from_when_the_timer_was_set(db: str) -> None:
    moderator, topic = await make_person(Role.MODERATOR), await make_topic()
    await execute("update topic set last_posted_at = now() - interval '90 days'")
    await set_timer(moderator, topic.id, NewTimer(CLOSE_QUIET, quiet_days=2))
    assert await run_due_timers() == 0


async def test_a_topic_comes_up_again_and_nothing_of_it_is_unread(db: str) -> None:
    moderator, first, second = await make_person(Role.MODERATOR), await make_topic(), await make_topic()
    await set_timer(moderator, first.id, NewTimer(BUMP, now() + SOON))
    await pass_time(2)
    order = [row.number for row in (await list_topics(ANONYMOUS, TopicFilter())).topics]
    assert order == [second.number, first.number]
    assert await run_due_timers() == 1
    order = [row.number for row in (await list_topics(ANONYMOUS, TopicFilter())).topics]
    assert order == [first.number, second.number]
    assert (await get_topic_page(moderator, first.number)).topic.unread == 0


async def test_a_timer_can_be_set_anew_and_cancelled_and_each_is_in_the_audit_log(db: str) -> None:
    moderator, topic = await make_person(Role.MODERATOR), await make_topic()
    await set_timer(moderator, topic.id, NewTimer(CLOSE, now() + SOON))
    await set_timer(moderator, topic.id, NewTimer(CLOSE, now() + 3 * SOON))
    for _ in range(2):
        await cancel_timer(moderator, topic.id, CLOSE)
    await pass_time(4)
    assert await run_due_timers() == 0
    said = await fetch_value("select array_agg(action order by id) from audit_line where action like 'topic.%timer'")
    assert said == ["topic.set_timer", "topic.set_timer", "topic.cancel_timer"]


async def test_what_cannot_be_is_refused_by_its_field(db: str) -> None:
    moderator, topic = await make_person(Role.MODERATOR), await make_topic()
    for timer, wrong in (
        (NewTimer("explode", now() + SOON), "kind"),
        (NewTimer(CLOSE), "due_at"),
        (NewTimer(BUMP, now() - SOON), "due_at"),
        (NewTimer(CLOSE_QUIET), "quiet_days"),
        (NewTimer(CLOSE_QUIET, quiet_days=0), "quiet_days"),
        (NewTimer(CLOSE, now() + SOON, reason="x" * 201), "reason"),
    ):
        with pytest.raises(Invalid) as refused:
            await set_timer(moderator, topic.id, timer)
        assert set(refused.value.fields) == {wrong}
    with pytest.raises(NotAllowed):
        await set_timer(await make_person(), topic.id, NewTimer(CLOSE, now() + SOON))
