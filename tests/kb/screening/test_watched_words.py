"""Texts with watched words are refused, wait, or are pointed out; the list is staff's."""

from collections.abc import Awaitable, Callable

import pytest

from kb.core.database import fetch_value
from kb.core.errors import Invalid, NotAllowed, NotFound
from kb.core.policy import Role
from kb.drafts.keeping import DraftText, find_draft, keep_draft
from kb.drafts.places import ASK
from kb.forum.asking import NewTopic, ask_topic
from kb.forum.editing import edit_post
from kb.forum.queries import get_topic_page
from kb.forum.replying import reply_to_topic
from kb.forum.retitling import retitle_topic
from kb.moderation.deciding import Verdict, decide
from kb.moderation.queries import list_queue
from kb.screening.watched_words import list_removed, list_watched, try_text, unwatch_word, watch_words
from tests.support.factories import make_person
from tests.support.forum_factories import make_reply, make_space, make_topic
from tests.support.moderation_factories import waiting_item

pytestmark = pytest.mark.usefixtures("db")
Deliver = Callable[[], Awaitable[int]]


async def watch(words: str, action: str) -> None:
    await watch_words(await make_person(Role.MODERATOR), words, action)


async def test_a_refused_text_names_the_word_and_its_field_and_keeps_the_draft() -> None:
    await watch("casino", "block")
    person = await make_person()
    await make_space()
    await keep_draft(person, ASK, DraftText("Win big", "The Casinó is open", "help"))
    with pytest.raises(Invalid) as refused:
        await ask_topic(person, NewTopic("help", "Win big today", "The Casinó is open"), drafted=True)
    with pytest.raises(Invalid) as titled:
        await ask_topic(person, NewTopic("help", "The best casino", "Come in."), drafted=True)

    assert "casino" in refused.value.fields["body"]
    assert "title" in titled.value.fields
    draft = await find_draft(person, ASK)
    assert draft is not None
    assert await fetch_value("select count(*) from topic") == 0


async def test_held_and_pointed_out_texts_stand_in_the_queue_with_the_word(deliver_all: Deliver) -> None:
    await watch("casino", "hold")
    await watch("refund*", "flag")
    topic, person = await make_topic(), await make_person()
    held = await reply_to_topic(person, topic.id, "Try the casino.")
    pointed_out = await reply_to_topic(person, topic.id, "I want refunds.")
    linked = await reply_to_topic(person, topic.id, "See [here](https://casino.example/).")
    await deliver_all()

    seen = [reply.id for reply in (await get_topic_page(await make_person(), topic.number)).replies]
    items = {item.post_id: item for item in (await list_queue(await make_person(Role.MODERATOR))).items}
    assert seen == [pointed_out]
    assert set(items) == {held, pointed_out, linked}
    assert [because.text for because in items[held].because] == ["It holds “casino”."]
    assert (items[held].is_held, items[pointed_out].is_held) == (True, False)


async def test_an_edit_is_looked_at_too_and_goes_out_of_sight_until_somebody_has_looked(deliver_all: Deliver) -> None:
    await watch("casino", "hold")
    await watch("poker", "block")
    topic, person, reader = await make_topic(), await make_person(), await make_person()
    post = await make_reply(topic, person, body="Harmless.")
    await deliver_all()
    with pytest.raises(Invalid):
        await edit_post(person, post, "Play poker.")
    await edit_post(person, post, "Play at the casino.")
    await deliver_all()
    assert (await get_topic_page(reader, topic.number)).replies == []
    assert [one.id for one in (await get_topic_page(person, topic.number)).replies] == [post]

    await decide(await make_person(Role.MODERATOR), await waiting_item(post), Verdict("keep"))
    assert len((await get_topic_page(reader, topic.number)).replies) == 1
    assert (await get_topic_page(reader, topic.number)).topic.replies == 1


async def test_a_title_is_not_put_right_into_a_refused_word() -> None:
    await watch("casino", "block")
    asker = await make_person()
    topic = await make_topic(asker)
    with pytest.raises(Invalid):
        await retitle_topic(asker, topic.id, "All about the casino")


async def test_staff_may_write_every_word() -> None:
    await watch("casino", "block")
    assert await make_reply(await make_topic(), await make_person(Role.AGENT), body="No casino here, please.")


async def test_many_are_added_at_once_changed_removed_and_put_back() -> None:
    moderator, person = await make_person(Role.MODERATOR), await make_person()
    topic = await make_topic()
    assert await watch_words(moderator, "casino\n\npoker\nCasino", "block") == 2
    assert await watch_words(moderator, "casino\npoker", "block") == 0
    assert await watch_words(moderator, "poker", "flag") == 1
    words = {one.word: one for one in await list_watched(moderator)}
    assert {word: one.action for word, one in words.items()} == {"Casino": "block", "poker": "flag"}
    assert [one.word for one in await try_text(moderator, "Poker at the casino")] == ["Casino", "poker"]

    await unwatch_word(moderator, words["Casino"].id)
    assert await reply_to_topic(person, topic.id, "At the casino.")
    assert [one.word for one in await list_removed(moderator)] == ["Casino"]
    await watch_words(moderator, "casino", "block")
    with pytest.raises(Invalid):
        await reply_to_topic(person, topic.id, "Again at the casino.")
    assert await fetch_value("select count(*) from audit_line where action like 'watched_word.%'") == 5


async def test_one_line_that_cannot_be_watched_refuses_them_all() -> None:
    with pytest.raises(Invalid):
        await watch("good\n*", "hold")
    assert await list_watched(await make_person(Role.ADMIN)) == []


@pytest.mark.parametrize("role", [Role.MEMBER, Role.AGENT, Role.PRODUCT_MANAGER])
async def test_only_moderators_see_and_change_the_list(role: Role) -> None:
    person = await make_person(role)
    for act in (list_watched(person), watch_words(person, "casino", "hold"), try_text(person, "casino")):
        with pytest.raises(NotAllowed):
            await act


async def test_what_is_not_on_the_list_is_not_removed() -> None:
    topic = await make_topic()
    with pytest.raises(NotFound):
        await unwatch_word(await make_person(Role.MODERATOR), topic.id)
