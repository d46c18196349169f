"""Every text a post had stays readable, can be brought back, and can be hidden."""

from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kb.core.actor import ANONYMOUS, Actor
from kb.core.database import fetch_all, fetch_value
from kb.core.errors import Conflict, Invalid, NotAllowed, NotFound
from kb.core.policy import Role
from kb.forum.asking import AskedTopic
from kb.forum.editing import edit_post
from kb.forum.hiding import hide_post, hide_topic
from kb.forum.reverting import hide_version, restore_version, revert_post
from kb.forum.versions import get_history
from tests.support.factories import make_person
from tests.support.forum_factories import make_reply, make_space, make_topic


async def asked(asker: Actor, **more: str) -> tuple[AskedTopic, UUID]:
    topic = await make_topic(asker, **more)
    question: UUID = await fetch_value("select id from post where topic_id = $1", topic.id)
    return topic, question


async def test_the_first_version_and_each_edit_are_kept_with_who_and_why(db: str) -> None:
    asker = await make_person()
    _, question = await asked(asker, title="The export stops early", body="It stops.")
    await edit_post(asker, question, "It stops at 100.", title="The export stops at 100", reason="the number")
    history = await get_history(ANONYMOUS, question)
    assert [(v.editor, v.reason) for v in history.versions] == [(asker.name, "the number"), (asker.name, "")]
    assert history.before is not None
    assert history.text is not None
    assert (history.before.title, history.text.title) == ("The export stops early", "The export stops at 100")
    assert [(line.kind, line.text) for line in history.changes] == [
        ("removed", "It stops."),
        ("added", "It stops at 100."),
    ]
    first = await get_history(ANONYMOUS, question, history.versions[-1].id)
    assert first.text is not None
    assert first.text.body == "It stops."


async def test_a_post_never_edited_has_no_versions_and_saving_the_same_text_makes_none(db: str) -> None:
    asker = await make_person()
    _, question = await asked(asker, body="It stops.")
    await edit_post(asker, question, "It stops.\r\n")
    assert (await get_history(ANONYMOUS, question)).versions == []
    assert await fetch_value("select edited_at from post where id = $1", question) is None


async def test_going_back_is_a_new_edit_and_only_for_the_author_and_staff(db: str) -> None:
    asker, agent = await make_person(), await make_person(Role.AGENT)
    topic, question = await asked(asker, title="The export stops early", body="It stops.")
    await edit_post(asker, question, "gone", title="Nothing to see here")
    first = (await get_history(agent, question)).versions[-1].id
    with pytest.raises(NotAllowed):
        await revert_post(await make_person(), first)
    await revert_post(agent, first)
    history = await get_history(ANONYMOUS, question)
    assert [v.editor for v in history.versions] == [agent.name, asker.name, asker.name]
    assert await fetch_value("select body_source from post where id = $1", question) == "It stops."
    assert await fetch_value("select title from topic where id = $1", topic.id) == "The export stops early"
    assert "PostEdited" in {row["name"] for row in await fetch_all("select name from outbox_message")}


async def test_a_hidden_version_leaves_no_trace_for_readers_and_is_not_compared_with(db: str) -> None:
    author, moderator = await make_person(), await make_person(Role.MODERATOR)
    reply = await make_reply(await make_topic(), author, body="Raise the limit.")
    await edit_post(author, reply, "Raise the limit. My key is s3cret.")
    await edit_post(author, reply, "Raise the limit to 500.")
    leak = (await get_history(author, reply)).versions[1].id
    with pytest.raises(NotAllowed):
        await hide_version(author, leak)
    await hide_version(moderator, leak)
    for reader in (ANONYMOUS, author):
        history = await get_history(reader, reply)
        assert len(history.versions) == 2
        assert "s3cret" not in repr(history)
        with pytest.raises(NotFound):
            await get_history(reader, reply, leak)
    with pytest.raises(NotFound):
        await revert_post(author, leak)
    assert [v.is_hidden for v in (await get_history(moderator, reply)).versions] == [False, True, False]
    await restore_version(moderator, leak)
    assert len((await get_history(ANONYMOUS, reply)).versions) == 3


async def test_what_a_post_says_now_cannot_be_hidden_as_a_version(db: str) -> None:
    author = await make_person()
    reply = await make_reply(await make_topic(), author)
    await edit_post(author, reply, "Another text.")
    with pytest.raises(Conflict):
        await hide_version(await make_person(Role.MODERATOR), (await get_history(author, reply)).versions[0].id)


async def test_the_history_is_readable_only_where_the_post_is(db: str) -> None:
    agent, moderator = await make_person(Role.AGENT), await make_person(Role.MODERATOR)
    await make_space("staffroom", visibility="staff")
    topic = await make_topic(agent, space="staffroom")
    inside = await make_reply(topic, agent)
    await edit_post(agent, inside, "Only for us.")
    version = (await get_history(agent, inside)).versions[1].id
    open_topic = await make_topic()
    hidden = await make_reply(open_topic, agent)
    await edit_post(agent, hidden, "Hidden later.")
    await hide_post(moderator, hidden)
    for post in (inside, hidden):
        with pytest.raises(NotFound):
            await get_history(await make_person(), post)
    with pytest.raises(NotFound):
        await revert_post(await make_person(), version)
    await hide_topic(moderator, open_topic.id)
    assert len((await get_history(moderator, hidden)).versions) == 2


async def test_a_reason_longer_than_a_line_is_refused_by_its_field(db: str) -> None:
    author = await make_person()
    reply = await make_reply(await make_topic(), author)
    with pytest.raises(Invalid) as refusal:
        await edit_post(author, reply, "Another text.", reason="because " * 40)
    assert "reason" in refusal.value.fields


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(texts=st.lists(st.text("ab \n", min_size=1).filter(str.strip), min_size=1, max_size=5))
async def test_the_versions_are_the_texts_in_turn_and_the_newest_is_the_post(db: str, texts: list[str]) -> None:
    author = await make_person()
    reply = await make_reply(await make_topic(), author, body="start")
    said = ["start"]
    for text in texts:
        await edit_post(author, reply, text)
        said += [text.strip()] if text.strip() != said[-1] else []
    kept = await fetch_all("select body_source from post_revision where post_id = $1 order by number", reply)
    assert [row["body_source"] for row in kept] == (said if len(said) > 1 else [])
    assert await fetch_value("select body_source from post where id = $1", reply) == said[-1]
