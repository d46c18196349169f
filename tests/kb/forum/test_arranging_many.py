"""One thing done with many topics: with all of them or with none, and taken back as one."""

import pytest

from kb.core.database import fetch_all, fetch_value
from kb.core.errors import Invalid, NotAllowed, NotFound
from kb.core.policy import Role
from kb.forum.arranging_many import ACTIONS, arrange_many, get_batch, take_back_batch
from kb.forum.closing import close_topic
from kb.forum.hiding import hide_topic
from kb.forum.moving import move_topic
from kb.forum.tagging import tag_topic
from tests.kb.clusters.test_duplicates import everything
from tests.support.factories import make_person
from tests.support.forum_factories import make_space, make_topic

DETAIL = {"move": "billing", "tag": "fresh", "lock": "Too heated", "hide": "", "unlist": ""}
LOGS = ("topic_batch", "topic_event", "tag", "tag_use")
"""What was done stays told; a tag that was made stays, used by nobody."""


@pytest.mark.parametrize("action", ACTIONS)
async def test_what_is_done_with_many_is_taken_back_as_one(db: str, action: str) -> None:
    moderator, asker = await make_person(Role.MODERATOR), await make_person()
    await make_space("billing")
    topics = [await make_topic(asker) for _ in range(3)]
    await close_topic(asker, topics[0].id)
    await tag_topic(moderator, topics[1].id, ["old"])
    before = await everything()
    done = await arrange_many(moderator, [topic.id for topic in topics], action, detail=DETAIL[action])
    assert done.changed == 3
    assert (await everything())["topic" if action != "tag" else "topic_tag"] != before[
        "topic" if action != "tag" else "topic_tag"
    ]
    assert await take_back_batch(moderator, done.id) == 3
    assert await take_back_batch(moderator, done.id) == 0
    assert (await get_batch(moderator, done.id)).is_undone
    after = await everything()
    if action == "lock":  # the moment at which it was closed again is another one
        assert await fetch_value("select closed_as from topic where id = $1", topics[0].id) == "not_needed"
        before.pop("topic"), after.pop("topic")
    for table in LOGS:
        before.pop(table), after.pop(table)
    assert after == before


async def test_where_one_refuses_nothing_is_done_with_any(db: str) -> None:
    moderator = await make_person(Role.MODERATOR)
    topics = [await make_topic() for _ in range(2)]
    await tag_topic(moderator, topics[1].id, ["one", "two", "three", "four", "five"])
    with pytest.raises(Invalid) as refused:
        await arrange_many(moderator, [topic.id for topic in topics], "tag", detail="six")
    assert set(refused.value.fields) == {"detail"}
    assert await fetch_all("select * from topic_tag where topic_id = $1", topics[0].id) == []
    assert await fetch_value("select count(*) from topic_batch") == 0


async def test_what_somebody_changed_since_stays(db: str) -> None:
    moderator = await make_person(Role.MODERATOR)
    for slug in ("billing", "other"):
        await make_space(slug)
    moved, hidden = await make_topic(), await make_topic()
    await hide_topic(moderator, hidden.id)
    done = await arrange_many(moderator, [moved.id, hidden.id], "move", detail="billing")
    await move_topic(moderator, moved.id, "other")
    assert await take_back_batch(moderator, done.id) == 1
    space = "select s.slug from topic t join space s on s.id = t.space_id where t.id = $1"
    assert await fetch_value(space, moved.id) == "other"
    assert await fetch_value(space, hidden.id) == "help"


async def test_bad_choices_are_refused_by_name(db: str) -> None:
    moderator = await make_person(Role.MODERATOR)
    await make_space("crew", visibility="staff")
    topic = await make_topic()
    for ids, action, detail, field in (
        ([], "hide", "", "topics"),
        ([topic.id], "explode", "", "action"),
        ([topic.id], "move", "nowhere", "detail"),
        ([topic.id], "lock", "", "detail"),
        ([topic.id], "tag", " , ", "detail"),
    ):
        with pytest.raises(Invalid) as refused:
            await arrange_many(moderator, ids, action, detail=detail)
        assert set(refused.value.fields) == {field}
    with pytest.raises(NotAllowed):
        await arrange_many(await make_person(Role.AGENT), [topic.id], "hide")
    with pytest.raises(NotFound):
        await arrange_many(moderator, [moderator.person_id or topic.id], "hide")
