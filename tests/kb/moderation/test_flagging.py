"""Who may flag what, and what enough flags do."""

from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.core.actor import ANONYMOUS
from kb.core.clock import now
from kb.core.database import execute, fetch_value
from kb.core.errors import Conflict, Invalid, KbError, NotFound, NotSignedIn, TooMany
from kb.core.policy import Role
from kb.forum.hiding import hide_post
from kb.forum.queries import get_topic_page
from kb.moderation.flagging import find_flag, flag_post, withdraw_flag
from kb.moderation.hiding_flagged import hide_when_enough, sweep_flagged
from kb.moderation.rules import FLAGS_AN_HOUR, STANDING_AGE, Flagger, has_standing
from tests.support.factories import make_person
from tests.support.forum_factories import make_reply, make_space, make_topic
from tests.support.moderation_factories import flag_by, make_regular, question_of
from tests.support.notices_factories import forget_outbox

pytestmark = pytest.mark.usefixtures("db")
Deliver = Callable[[], Awaitable[int]]


async def test_one_person_flags_one_thing_once() -> None:
    post = await make_reply(await make_topic())
    member = await make_person()
    await flag_post(member, post, "rude", note="Insults the asker.")
    with pytest.raises(Conflict):
        await flag_post(member, post, "spam")

    assert (await find_flag(member, post)).note == "Insults the asker."
    assert await fetch_value("select count(*) from review_item") == 1


async def test_flags_of_several_people_make_one_item() -> None:
    post = await make_reply(await make_topic())
    await flag_by(2, post)
    assert await fetch_value("select count(*) from review_item") == 1
    assert await fetch_value("select count(*) from flag") == 2


async def test_something_else_wants_a_note_and_a_reason_is_one_of_the_list() -> None:
    post, member = await make_reply(await make_topic()), await make_person()
    for reason, field in (("other", "note"), ("boring", "reason")):
        with pytest.raises(Invalid) as refusal:
            await flag_post(member, post, reason)
        assert list(refusal.value.fields) == [field]


async def test_ones_own_post_and_what_one_may_not_read_cannot_be_flagged() -> None:
    author = await make_person()
    own = await make_reply(await make_topic(), author)
    secret = await question_of(await make_topic(space=await make_space("office", visibility="staff")))
    with pytest.raises(Conflict):
        await flag_post(author, own, "spam")
    with pytest.raises(NotFound):
        await flag_post(author, secret, "spam")
    with pytest.raises(NotSignedIn):
        await flag_post(ANONYMOUS, own, "spam")


async def test_flagging_too_much_is_refused() -> None:
    topic, member = await make_topic(), await make_person()
    agent = await make_person(Role.AGENT)
    posts = [await make_reply(topic, agent) for _ in range(FLAGS_AN_HOUR + 1)]
    for post in posts[:-1]:
        await flag_post(member, post, "spam")
    with pytest.raises(TooMany):
        await flag_post(member, posts[-1], "spam")


async def test_a_flag_can_be_withdrawn_and_the_last_one_takes_the_item_along() -> None:
    post = await make_reply(await make_topic())
    first, second = await flag_by(2, post)
    await withdraw_flag(first, post)
    assert await fetch_value("select count(*) from review_item") == 1
    await withdraw_flag(second, post)
    assert await fetch_value("select count(*) from review_item") == 0
    with pytest.raises(NotFound):
        await withdraw_flag(second, post)


async def test_enough_people_of_standing_hide_a_reply_until_somebody_has_looked(deliver_all: Deliver) -> None:
    topic, reader = await make_topic(), await make_person()
    post = await make_reply(topic)
    await flag_by(2, post)
    await deliver_all()
    assert (await get_topic_page(reader, topic.number)).replies
    await flag_by(1, post)
    await deliver_all()

    page = await get_topic_page(reader, topic.number)
    assert (page.replies, page.topic.replies) == ([], 0)


async def test_a_flagged_question_takes_its_topic_out_of_sight(deliver_all: Deliver) -> None:
    topic = await make_topic()
    await flag_by(3, await question_of(topic))
    await deliver_all()

    with pytest.raises(NotFound):
        await get_topic_page(await make_person(), 10**6)
    assert await fetch_value(
        "select hidden_at is not null and awaits_review_at is not null from topic where id = $1", topic.id
    )


async def test_any_number_of_newcomers_hide_nothing(deliver_all: Deliver) -> None:
    topic = await make_topic()
    post = await make_reply(topic)
    for _ in range(6):
        await flag_post(await make_person(), post, "spam")
    await deliver_all()

    assert len((await get_topic_page(await make_person(), topic.number)).replies) == 1


async def test_no_number_of_flags_hides_where_the_setting_is_nought() -> None:
    post = await make_reply(await make_topic())
    await flag_by(3, post)
    assert not await hide_when_enough(post, enough=0)
    assert await hide_when_enough(post, enough=3)
    assert not await hide_when_enough(post, enough=3)


async def test_what_a_lost_message_left_in_sight_is_hidden_by_the_sweep() -> None:
    post = await make_reply(await make_topic())
    await flag_by(3, post)
    await forget_outbox()

    assert await sweep_flagged(enough=3) == 1
    assert await sweep_flagged(enough=3) == 0


@given(
    age=st.timedeltas(timedelta(0), timedelta(days=400)),
    posts=st.integers(0, 3),
    agreed=st.integers(0, 9),
    dismissed=st.integers(0, 9),
)
def test_standing_is_never_a_newcomers_and_never_grows_with_wrong_flags(
    age: timedelta, posts: int, agreed: int, dismissed: int
) -> None:
    at = now()
    flagger = Flagger("member", at - age, posts, agreed, dismissed)
    if has_standing(flagger, at=at):
        assert age >= STANDING_AGE
        assert posts
        assert has_standing(flagger._replace(agreed=agreed + 1), at=at)
    else:
        assert not has_standing(flagger._replace(dismissed=dismissed + 1), at=at)


async def test_those_whose_flags_are_dismissed_lose_their_standing() -> None:
    liar = await make_regular()
    topic = await make_topic()
    for _ in range(2):
        await flag_post(liar, await make_reply(topic), "spam")
    await execute("update flag set outcome = 'dismissed'")
    await flag_post(liar, await make_reply(topic), "spam")

    assert await fetch_value("select has_standing from flag order by id desc limit 1") is False


async def test_what_flags_hid_is_seen_by_its_author_and_moderators_alone() -> None:
    author, topic = await make_person(), await make_topic()
    post = await make_reply(topic, author)
    own = await make_topic(author)
    for one in (post, await question_of(own)):
        await flag_by(3, one)
        await hide_when_enough(one, enough=3)

    assert [p.id for p in (await get_topic_page(author, topic.number)).replies] == [post]
    assert (await get_topic_page(author, own.number)).topic.is_hidden
    assert (await get_topic_page(await make_person(), topic.number)).replies == []
    for stranger in (await make_person(), ANONYMOUS):
        with pytest.raises(KbError):
            await get_topic_page(stranger, own.number)


async def test_what_a_moderator_hid_is_not_seen_by_its_author() -> None:
    author, moderator, topic = await make_person(), await make_person(Role.MODERATOR), await make_topic()
    await hide_post(moderator, await make_reply(topic, author))
    assert (await get_topic_page(author, topic.number)).replies == []
