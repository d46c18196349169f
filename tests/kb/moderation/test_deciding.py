"""Deciding what becomes of what waits, undoing it exactly, and who learns of it."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kb.core.actor import SYSTEM, Actor
from kb.core.database import execute, fetch_all, fetch_value
from kb.core.errors import Conflict, Invalid, NotAllowed, NotFound
from kb.core.policy import Role
from kb.core.unit_of_work import unit_of_work
from kb.forum.asking import NewTopic, ask_topic
from kb.forum.closing import lock_topic
from kb.forum.hiding import hide_topic
from kb.forum.moving import move_topic
from kb.forum.queries import get_topic_page
from kb.forum.unlisting import unlist_topic
from kb.moderation.canned import archive_canned, list_canned, write_canned
from kb.moderation.deciding import Verdict, decide, undo_decision
from kb.moderation.hiding_flagged import hide_when_enough
from kb.moderation.log import list_log, undo_act
from kb.moderation.outcomes import get_outcome
from kb.moderation.queries import QueueFilter, get_review_item, list_queue
from kb.moderation.queueing import put_in_queue
from kb.people.sanctioning import undo_sanction
from tests.support.factories import make_person
from tests.support.forum_factories import make_group_space, make_reply, make_space, make_topic
from tests.support.moderation_factories import flag_by, question_of, waiting_item
from tests.support.notices_factories import notices_of

pytestmark = pytest.mark.usefixtures("db")
Deliver = Callable[[], Awaitable[int]]

UNDONE = settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


async def make_moderator() -> Actor:
    return await make_person(Role.MODERATOR)


async def test_the_queue_tells_what_was_said_of_what_and_after_what() -> None:
    topic = await make_topic(await make_person(name="Bo"), title="The export stops early", body="It stops.")
    post = await make_reply(topic, await make_person(name="Spammer"), body="Buy **shoes**.")
    await flag_by(2, post)
    (item,) = (await list_queue(await make_moderator())).items

    assert (item.title, item.author, item.kind, item.sources) == ("The export stops early", "Spammer", "post", ["flag"])
    assert [flag.reason for flag in item.flags] == ["spam", "spam"]
    assert (item.answered_by, item.answered) == ("Bo", "It stops.")
    assert "<strong>shoes</strong>" in item.html


async def test_what_is_kept_leaves_the_queue_and_what_flags_hid_comes_back() -> None:
    moderator, reader, topic = await make_moderator(), await make_person(), await make_topic()
    post = await make_reply(topic)
    await flag_by(3, post)
    await hide_when_enough(post, enough=3)
    await decide(moderator, await waiting_item(post), Verdict("keep"))

    assert (await list_queue(moderator)).items == []
    assert len((await get_topic_page(reader, topic.number)).replies) == 1
    assert not await hide_when_enough(post, enough=3)


async def test_two_moderators_do_not_decide_the_same_thing() -> None:
    post = await make_reply(await make_topic())
    await flag_by(1, post)
    item = await waiting_item(post)
    await decide(await make_moderator(), item, Verdict("hide"))
    with pytest.raises(Conflict):
        await decide(await make_moderator(), item, Verdict("keep"))


@pytest.mark.parametrize("role", [Role.MEMBER, Role.AGENT, Role.PRODUCT_MANAGER])
async def test_only_moderators_see_the_queue_and_decide(role: Role) -> None:
    post = await make_reply(await make_topic())
    await flag_by(1, post)
    somebody = await make_person(role)
    for act in (list_queue(somebody), decide(somebody, await waiting_item(post), Verdict("keep")), list_log(somebody)):
        with pytest.raises(NotAllowed):
            await act


async def test_a_moderator_reviews_only_what_they_may_read() -> None:
    insider = await make_person()
    group_id = await make_group_space(insider, slug="crew")
    inside = Actor(**{**_parts(insider), "groups": (group_id,)})
    topic = await ask_topic(inside, NewTopic("crew", "Only for the crew's eyes", "Secret."))
    post = await make_reply(topic, inside)
    async with unit_of_work(SYSTEM) as unit:
        item = await put_in_queue(unit, "post", post, "other", because="Somebody should look.")
    outsider = await make_moderator()
    member_of_crew = Actor(**{**_parts(await make_moderator()), "groups": (group_id,)})

    queue = await list_queue(outsider)
    assert (queue.items, queue.total) == ([], 0)
    for act in (get_review_item(outsider, item), decide(outsider, item, Verdict("hide"))):
        with pytest.raises(NotFound):
            await act
    decision = await decide(member_of_crew, item, Verdict("hide"))
    assert (await list_log(outsider)).lines == []
    assert [line.action for line in (await list_log(member_of_crew)).lines] == ["review.decide"]
    with pytest.raises(NotFound):
        await undo_decision(outsider, decision)


def _parts(actor: Actor) -> dict[str, Any]:
    return {name: getattr(actor, name) for name in ("role", "person_id", "account_id", "name", "username", "scopes")}


async def test_the_author_reads_the_reason_under_their_own_name(deliver_all: Deliver) -> None:
    admin, author = await make_person(Role.ADMIN), await make_person(name="Ines")
    reason = await write_canned(admin, "No selling", "Hello {name}, {no} selling here.")
    post = await make_reply(await make_topic(title="The export stops early"), author, body="Buy shoes.")
    await flag_by(1, post)
    decision = await decide(await make_moderator(), await waiting_item(post), Verdict("hide", canned_id=reason))
    await deliver_all()
    (told,) = [one for one in await notices_of(author) if one.kind == "review"]
    outcome = await get_outcome(author, decision)

    assert (told.title, told.excerpt) == ("The export stops early", "Hello Ines, {no} selling here.")
    assert told.path == f"/reviews/{decision}"
    assert (outcome.is_own, outcome.told, outcome.path) == (True, "Hello Ines, {no} selling here.", "")
    assert "Buy shoes." in outcome.html


@pytest.mark.parametrize("decision", ["keep", "hide", "dismiss"])
async def test_whoever_flagged_learns_the_outcome_and_nothing_of_the_authors_letter(
    deliver_all: Deliver, decision: str
) -> None:
    topic = await make_topic(title="The export stops early")
    (flagger,) = await flag_by(1, await question_of(topic))
    item = await waiting_item(await question_of(topic))
    made = await decide(await make_moderator(), item, Verdict(decision, "Secret words for the author."))
    await deliver_all()
    (told,) = [one for one in await notices_of(flagger) if one.kind == "flag"]
    outcome = await get_outcome(flagger, made)

    assert told.happened == decision
    assert (told.title, outcome.title) == (("", "") if decision == "hide" else ("The export stops early",) * 2)
    assert "Secret" not in repr(told) + repr(outcome)
    with pytest.raises(NotFound):
        await get_outcome(await make_person(), made)


async def test_a_decision_that_was_undone_is_told_to_nobody(deliver_all: Deliver) -> None:
    author, moderator = await make_person(), await make_moderator()
    post = await make_reply(await make_topic(), author)
    (flagger,) = await flag_by(1, post)
    made = await decide(moderator, await waiting_item(post), Verdict("hide"))
    await deliver_all()
    await undo_decision(moderator, made)
    await deliver_all()

    assert [one.kind for one in [*await notices_of(author), *await notices_of(flagger)]] == []
    with pytest.raises(NotFound):
        await get_outcome(author, made)


STATE = (
    "select t.id, t.hidden_at is null as t_seen, t.awaits_review_at is null as t_free, t.post_count, t.last_poster_id, p.id as post_id,"
    " p.hidden_at is null as p_seen, p.awaits_review_at is null as p_free, s.topic_count, i.id as item, i.sources, i.decided_at,"
    " f.person_id, f.outcome from topic t join post p on p.topic_id = t.id join space s on s.id = t.space_id"
    " left join review_item i on i.post_id = p.id left join flag f on f.item_id = i.id order by t.id, p.id, f.id"
)


@UNDONE
@given(verdict=st.sampled_from(["keep", "hide", "dismiss"]), question=st.booleans(), hidden_before=st.booleans())
async def test_a_decision_and_its_undoing_leave_everything_as_it_was(
    db: str, verdict: str, question: bool, hidden_before: bool
) -> None:
    topic, moderator = await make_topic(), await make_moderator()
    post = await question_of(topic) if question else await make_reply(topic)
    await flag_by(2, post)
    if hidden_before:
        await hide_when_enough(post, enough=2)
    before = [tuple(row) for row in await fetch_all(STATE)]
    made = await decide(moderator, await waiting_item(post), Verdict(verdict))
    assert [tuple(row) for row in await fetch_all(STATE)] != before
    await undo_decision(moderator, made)

    assert [tuple(row) for row in await fetch_all(STATE)] == before
    with pytest.raises(Conflict):
        await undo_decision(moderator, made)


async def test_an_older_decision_cannot_be_undone_under_a_newer_one() -> None:
    post, moderator = await make_reply(await make_topic()), await make_moderator()
    await flag_by(1, post)
    first = await decide(moderator, await waiting_item(post), Verdict("keep"))
    await flag_by(1, post)
    second = await decide(moderator, await waiting_item(post), Verdict("hide"))
    with pytest.raises(Conflict):
        await undo_decision(moderator, first)
    await undo_decision(moderator, second)


async def test_the_log_undoes_each_act_that_can_be_undone() -> None:
    moderator, topic, reader = await make_moderator(), await make_topic(), await make_person()
    await hide_topic(moderator, topic.id)
    (hidden,) = (await list_log(moderator)).lines
    assert (hidden.action, hidden.may_undo) == ("topic.hide", True)
    await undo_act(moderator, hidden.id)

    assert (await get_topic_page(reader, topic.number)).topic.id == topic.id
    restored, hidden = (await list_log(moderator)).lines
    assert (restored.action, restored.may_undo, hidden.may_undo) == ("topic.restore", True, False)
    with pytest.raises(Conflict):
        await undo_act(moderator, hidden.id)


async def test_the_log_goes_on_where_its_first_page_ends() -> None:
    moderator = await make_moderator()
    topics = [await make_topic() for _ in range(5)]
    for topic in topics:
        await hide_topic(moderator, topic.id)
    first = await list_log(moderator, limit=3)
    second = await list_log(moderator, limit=3, cursor=first.next_cursor)

    titles = [line.title for line in [*first.lines, *second.lines]]
    assert titles == [await _title(topic.id) for topic in reversed(topics)]
    assert second.next_cursor == ""


async def _title(topic_id: object) -> str:
    return str(await fetch_value("select title from topic where id = $1", topic_id))


async def test_the_queue_is_narrowed_and_goes_on_where_a_page_ends() -> None:
    moderator = await make_moderator()
    await make_space("ideas")
    posts = [await make_reply(await make_topic(space=space)) for space in ("help", "ideas", "help")]
    async with unit_of_work(SYSTEM) as unit:
        for post, source in zip(posts, ("other", "other", "spam"), strict=True):
            await put_in_queue(unit, "post", post, source, because="Look.")
    first = await list_queue(moderator, QueueFilter(limit=2))
    second = await list_queue(moderator, QueueFilter(limit=2), cursor=first.next_cursor)

    assert [item.post_id for item in [*first.items, *second.items]] == posts
    assert [i.post_id for i in (await list_queue(moderator, QueueFilter(source="spam"))).items] == [posts[2]]
    assert [i.post_id for i in (await list_queue(moderator, QueueFilter(space="ideas"))).items] == [posts[1]]
    assert first.counts == {"": 3, "flag": 0, "first_post": 0, "word": 0, "spam": 1, "other": 2}
    with pytest.raises(Invalid):
        await list_queue(moderator, QueueFilter(source="nonsense"))


async def test_the_same_reason_twice_is_one_reason() -> None:
    post = await make_reply(await make_topic())
    async with unit_of_work(SYSTEM) as unit:
        first = await put_in_queue(unit, "post", post, "spam", because="Links.")
        again = await put_in_queue(unit, "post", post, "spam", because="Links.")
        await put_in_queue(unit, "post", post, "word", because="Casino.")
    item = await get_review_item(await make_moderator(), first)

    assert first == again
    assert (item.sources, [one.text for one in item.because]) == (["spam", "word"], ["Links.", "Casino."])


async def test_canned_reasons_are_kept_by_admins_and_their_names_are_unique() -> None:
    admin, moderator = await make_person(Role.ADMIN), await make_moderator()
    await execute("delete from canned_reason")
    reason = await write_canned(admin, "Off topic", "Elsewhere, {name}.")
    with pytest.raises(Invalid):
        await write_canned(admin, "off TOPIC", "Again.")
    with pytest.raises(NotAllowed):
        await write_canned(moderator, "Mine", "No.")
    await write_canned(admin, "Off topic", "Elsewhere, please.", reason_id=reason)
    assert [(one.name, one.text) for one in await list_canned(moderator)] == [("Off topic", "Elsewhere, please.")]
    await archive_canned(admin, reason)
    assert await list_canned(moderator) == []
    await write_canned(admin, "Off topic", "Anew.")


async def test_one_act_hides_and_warns_with_the_same_words_and_is_undone_as_one() -> None:
    moderator, author = await make_moderator(), await make_person(name="Bo")
    post = await make_reply(await make_topic(), author)
    await flag_by(1, post)
    item = await waiting_item(post)
    with pytest.raises(Invalid) as wordless:
        await decide(moderator, item, Verdict("hide", warns=True))
    with pytest.raises(Invalid):
        await decide(moderator, item, Verdict("keep", "Kindly.", warns=True))
    decision = await decide(moderator, item, Verdict("hide", "{name}, no selling.", warns=True))

    warned = "select warned_at is not null from person where id = $1"
    assert "told" in wordless.value.fields
    assert await fetch_value("select reason from sanction where person_id = $1", author.person_id) == "Bo, no selling."
    assert await fetch_value(warned, author.person_id)
    await undo_decision(moderator, decision)
    assert not await fetch_value(warned, author.person_id)
    assert await waiting_item(post) == item


async def test_a_warning_taken_back_before_does_not_stand_in_the_way_of_undoing() -> None:
    moderator, author = await make_moderator(), await make_person()
    post = await make_reply(await make_topic(), author)
    await flag_by(1, post)
    decision = await decide(moderator, await waiting_item(post), Verdict("hide", "No selling.", warns=True))
    await undo_sanction(moderator, await fetch_value("select id from sanction where person_id = $1", author.person_id))
    await undo_decision(moderator, decision)
    assert await waiting_item(post)


async def test_staff_are_not_warned_by_a_moderator_and_then_nothing_is_decided() -> None:
    post = await make_reply(await make_topic(), await make_person(Role.AGENT))
    await flag_by(1, post)
    item = await waiting_item(post)
    with pytest.raises(NotAllowed):
        await decide(await make_moderator(), item, Verdict("hide", "No.", warns=True))
    assert await waiting_item(post) == item


async def test_the_log_shows_what_was_done_with_whole_topics_and_takes_it_back() -> None:
    moderator, topic = await make_moderator(), await make_topic()
    await make_space("other")
    await lock_topic(moderator, topic.id, reason="It goes in circles.")
    await unlist_topic(moderator, topic.id)
    await move_topic(moderator, topic.id, "other")
    lines = (await list_log(moderator)).lines
    assert [line.action for line in lines] == ["topic.move", "topic.unlist", "topic.lock"]
    for line in lines:
        assert line.may_undo
        await undo_act(moderator, line.id)
    page = (await get_topic_page(moderator, topic.number)).topic
    assert (page.space_slug, page.is_unlisted, page.closed_as) == ("help", False, None)
    with pytest.raises(Conflict):
        await undo_act(moderator, lines[0].id)
