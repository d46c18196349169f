"""What silence and a newcomer's limits refuse, and that nothing typed is lost by it."""

from dataclasses import replace
from datetime import timedelta

import pytest

from kb.core.actor import Actor
from kb.core.clock import now
from kb.core.database import execute
from kb.core.errors import Invalid, NotAllowed, TooMany
from kb.core.policy import Role
from kb.core.trust import Trust
from kb.drafts.keeping import find_draft
from kb.drafts.places import ASK, edit_place, reply_place
from kb.forum.asking import NewTopic, ask_topic
from kb.forum.editing import edit_post
from kb.forum.me_too import say_me_too
from kb.forum.replying import reply_to_topic
from kb.forum.voting import vote_for_post
from tests.support.factories import make_person
from tests.support.forum_factories import make_reply, make_space, make_topic


async def make_silenced() -> Actor:
    return replace(await make_person(), silenced_until=now() + timedelta(days=2))


async def test_what_somebody_silenced_asks_is_refused_with_the_end_and_kept_as_draft(db: str) -> None:
    await make_space()
    silenced = await make_silenced()
    with pytest.raises(Invalid) as refused:
        await ask_topic(silenced, NewTopic("help", "The export stops early", "At *100* rows."))
    assert "silenced you until" in refused.value.fields["body"]
    draft = await find_draft(silenced, ASK)
    assert draft is not None
    assert (draft.text.title, draft.text.body, draft.text.space) == ("The export stops early", "At *100* rows.", "help")


async def test_what_somebody_silenced_replies_or_corrects_is_kept_as_draft(db: str) -> None:
    topic = await make_topic()
    ines = await make_person()
    post_id = await make_reply(topic, ines)
    silenced = replace(ines, silenced_until=now() + timedelta(days=2))
    with pytest.raises(Invalid):
        await reply_to_topic(silenced, topic.id, "You are all wrong.")
    with pytest.raises(Invalid):
        await edit_post(silenced, post_id, "You are all very wrong.")
    reply, edit = await find_draft(ines, reply_place(topic.number)), await find_draft(ines, edit_place(post_id))
    assert reply is not None
    assert edit is not None
    assert (reply.text.body, edit.text.body) == ("You are all wrong.", "You are all very wrong.")


async def test_somebody_silenced_neither_votes_nor_says_me_too(db: str) -> None:
    topic = await make_topic()
    post_id, silenced = await make_reply(topic), await make_silenced()
    with pytest.raises(NotAllowed, match="silenced"):
        await vote_for_post(silenced, post_id)
    with pytest.raises(NotAllowed, match="silenced"):
        await say_me_too(silenced, topic.id)


TEXTS = {
    "links": "See https://a.example/x and [this](https://b.example) and <https://c.example>.",
    "pictures": " ".join(f"![p{n}](/files/0192f0c0-0000-7000-8000-00000000000{n})" for n in range(4)),
    "mentions": "@{} @{} @{} what do you think?",
}


@pytest.mark.parametrize("kind", TEXTS)
async def test_a_newcomers_text_holds_few_links_pictures_and_mentions(db: str, kind: str) -> None:
    topic = await make_topic()
    names = [(await make_person()).username for _ in range(3)]
    text = TEXTS[kind].format(*names)
    newcomer = await make_person(trust=Trust.NEWCOMER)
    with pytest.raises(Invalid, match="limits") as refused:
        await reply_to_topic(newcomer, topic.id, text)
    assert list(refused.value.fields) == ["body"]
    assert await reply_to_topic(replace(newcomer, trust=Trust.MEMBER), topic.id, text)
    assert await reply_to_topic(await make_person(Role.AGENT), topic.id, text)


async def test_a_newcomer_asks_three_questions_on_their_first_day(db: str) -> None:
    newcomer = await make_person(trust=Trust.NEWCOMER)
    for _ in range(3):
        await make_topic(newcomer)
    with pytest.raises(TooMany, match="first day"):
        await make_topic(newcomer)
    await make_topic(replace(newcomer, trust=Trust.MEMBER))
    await execute("update person set created_at = created_at - interval '25 hours' where id = $1", newcomer.person_id)
    await make_topic(newcomer)


async def test_a_newcomer_writes_ten_posts_an_hour(db: str) -> None:
    topic, newcomer = await make_topic(), await make_person(trust=Trust.NEWCOMER)
    for _ in range(10):
        await make_reply(topic, newcomer)
    with pytest.raises(TooMany, match="10 posts an hour"):
        await make_reply(topic, newcomer)
    await make_reply(topic, replace(newcomer, trust=Trust.MEMBER))
