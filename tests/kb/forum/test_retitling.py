"""Putting a title right: who may, that nothing is lost, and the way back."""

import pytest

from kb.core.database import fetch_value
from kb.core.errors import Invalid, NotAllowed, NotFound
from kb.core.ids import new_id
from kb.core.policy import Role
from kb.core.trust import Trust
from kb.forum.queries import get_topic_page
from kb.forum.retitling import retitle_topic
from kb.forum.versions import get_history
from tests.support.factories import make_person
from tests.support.forum_factories import make_topic

RIGHT = "The CSV export stops after a hundred rows"


@pytest.mark.parametrize(
    ("role", "trust", "may"),
    [
        (Role.MEMBER, Trust.REGULAR, False),
        (Role.MEMBER, Trust.TRUSTED, True),
        (Role.MEMBER, Trust.LEADER, True),
        (Role.AGENT, Trust.MEMBER, False),
        (Role.MODERATOR, Trust.MEMBER, True),
    ],
)
async def test_the_trusted_and_moderators_put_a_title_right(db: str, role: Role, trust: Trust, may: bool) -> None:
    topic, who = await make_topic(title="It does not work!!"), await make_person(role, trust=trust)
    if not may:
        with pytest.raises(NotAllowed):
            await retitle_topic(who, topic.id, RIGHT)
        return
    await retitle_topic(who, topic.id, RIGHT, reason="So that it is found.")
    page = await get_topic_page(who, topic.number)
    assert page.topic.title == RIGHT
    assert page.question.source == "It stops at *100* rows."


async def test_the_title_before_stands_in_the_history_with_who_changed_it_and_why(db: str) -> None:
    topic = await make_topic(title="It does not work!!")
    trusted = await make_person(trust=Trust.TRUSTED, name="Bo Lindqvist")
    await retitle_topic(trusted, topic.id, RIGHT, reason="So that it is found.")
    await retitle_topic(trusted, topic.id, RIGHT)
    post_id = await fetch_value("select id from post where topic_id = $1", topic.id)
    history = await get_history(trusted, post_id)
    assert [version.reason for version in history.versions] == ["So that it is found.", ""]
    assert history.versions[0].editor == "Bo Lindqvist"
    assert history.before is not None
    assert history.before.title == "It does not work!!"


async def test_a_title_too_short_is_refused_and_one_of_nothing_is_not_found(db: str) -> None:
    topic, trusted = await make_topic(), await make_person(trust=Trust.TRUSTED)
    with pytest.raises(Invalid) as refused:
        await retitle_topic(trusted, topic.id, "Help")
    assert list(refused.value.fields) == ["title"]
    with pytest.raises(NotFound):
        await retitle_topic(trusted, new_id(), RIGHT)
