"""Closing one's own topic, locking any, reopening, and the lines these leave in the topic."""

import pytest

from kb.core.database import fetch_all, fetch_one, fetch_value
from kb.core.errors import Conflict, Invalid, NotAllowed
from kb.core.policy import Role
from kb.forum.accepting import accept_post
from kb.forum.closing import close_topic, lock_topic, reopen_topic
from kb.forum.queries import get_topic_page
from kb.forum.replying import reply_to_topic
from tests.support.factories import make_person
from tests.support.forum_factories import make_reply, make_topic


async def test_a_locked_topic_refuses_everybodys_replies_and_keeps_the_rest_as_it_was(db: str) -> None:
    moderator, asker = await make_person(Role.MODERATOR), await make_person()
    topic = await make_topic(asker)
    answer = await make_reply(topic)
    await lock_topic(moderator, topic.id, reason="Only  insults\nsince Monday")
    for person in (asker, moderator, await make_person(Role.ADMIN)):
        with pytest.raises(Invalid) as refused:
            await reply_to_topic(person, topic.id, "One more thing")
        assert "locked" in refused.value.fields["body"]
    assert await fetch_value("select count(*) from post") == 2
    await accept_post(asker, answer)
    head = (await get_topic_page(asker, topic.number)).topic
    assert (head.closed_as, head.closed_reason, head.may_answer) == ("locked", "Only insults since Monday", False)


async def test_an_asker_closes_and_reopens_their_own_topic_and_no_other(db: str) -> None:
    asker, other = await make_person(), await make_person()
    topic = await make_topic(asker)
    with pytest.raises(NotAllowed):
        await close_topic(other, topic.id)
    await close_topic(asker, topic.id)
    with pytest.raises(NotAllowed):
        await reopen_topic(other, topic.id)
    with pytest.raises(Invalid):
        await reply_to_topic(other, topic.id, "But I know the answer")
    await reopen_topic(asker, topic.id)
    await reply_to_topic(other, topic.id, "But I know the answer")


async def test_what_a_moderator_locked_its_asker_cannot_open(db: str) -> None:
    moderator, asker = await make_person(Role.MODERATOR), await make_person()
    topic = await make_topic(asker)
    await close_topic(asker, topic.id)
    await lock_topic(moderator, topic.id, reason="Settled")
    await close_topic(asker, topic.id)
    with pytest.raises(Conflict):
        await reopen_topic(asker, topic.id)
    await reopen_topic(moderator, topic.id)
    row = await fetch_one("select closed_as, closed_at, closed_reason from topic")
    assert row
    assert tuple(row) == (None, None, None)


@pytest.mark.parametrize("role", [Role.MEMBER, Role.AGENT, Role.PRODUCT_MANAGER])
async def test_only_moderators_lock(db: str, role: Role) -> None:
    topic = await make_topic()
    with pytest.raises(NotAllowed):
        await lock_topic(await make_person(role), topic.id, reason="Because")


@pytest.mark.parametrize("reason", ["", "  \n", "x" * 201])
async def test_a_lock_needs_a_reason_that_fits(db: str, reason: str) -> None:
    topic = await make_topic()
    with pytest.raises(Invalid) as refused:
        await lock_topic(await make_person(Role.MODERATOR), topic.id, reason=reason)
    assert set(refused.value.fields) == {"reason"}


async def test_each_change_leaves_one_line_in_the_topic_and_one_in_the_audit_log(db: str) -> None:
    moderator = await make_person(Role.MODERATOR)
    topic = await make_topic()
    await lock_topic(moderator, topic.id, reason="Settled")
    await lock_topic(moderator, topic.id, reason="Settled again")
    await reopen_topic(moderator, topic.id)
    await reopen_topic(moderator, topic.id)
    page = await get_topic_page(await make_person(), topic.number)
    assert [(e.kind, e.by, e.reason) for e in page.events] == [
        ("locked", moderator.name, "Settled"),
        ("reopened", moderator.name, ""),
    ]
    lines = await fetch_all("select action from audit_line where action like 'topic.%' order by id")
    assert [line["action"] for line in lines] == ["topic.ask", "topic.lock", "topic.reopen"]
