"""Replying to one post among many, and quoting, without scripts."""

from uuid import UUID

from kb.core.actor import ANONYMOUS
from kb.core.database import fetch_value
from kb.core.policy import Role
from kb.forum.hiding import hide_post
from kb.forum.queries import get_topic_page
from kb.forum.replying import reply_to_topic
from tests.server.forum.test_api import key_of
from tests.support.client import Client
from tests.support.factories import make_person
from tests.support.forum_factories import make_reply, make_topic


async def test_a_reply_to_a_reply_says_so_and_leads_to_it(client: Client) -> None:
    topic = await make_topic()
    other = await make_person(Role.AGENT)
    first = await make_reply(topic, other)
    await client.sign_in(await make_person())
    form = (await client.get(f"{topic.path}?answering={first}")).text
    assert f'name="reply_to" value="{first}"' in form
    sent = await client.post_form(f"/t/{topic.number}/posts", {"body": "It does.", "reply_to": str(first)})
    assert sent.status_code == 303
    page = (await client.get(topic.path)).text
    assert f'<a href="/posts/{first}">In reply to {other.name}</a>' in page


async def test_a_refused_reply_still_knows_what_it_answers(client: Client) -> None:
    topic = await make_topic()
    first = await make_reply(topic)
    await client.sign_in(await make_person())
    refused = await client.post_form(f"/t/{topic.number}/posts", {"body": "", "reply_to": str(first)})
    assert refused.status_code == 422
    assert f'name="reply_to" value="{first}"' in refused.text


async def test_quote_opens_the_editor_with_the_words_and_keeps_the_place(client: Client) -> None:
    topic = await make_topic(body="It stops at <b>100</b> rows.")
    question: UUID = await fetch_value("select id from post")
    await client.sign_in(await make_person())
    page = (await client.get(topic.path)).text
    assert f"{topic.path}?answering={question}&amp;quote=1#reply" in page
    quoted = (await client.get(f"{topic.path}?answering={question}&quote=1")).text
    assert "&gt; It stops at &lt;b&gt;100&lt;/b&gt; rows." in quoted
    assert f"](/posts/{question}) wrote:" in quoted
    assert 'name="reply_to"' not in quoted


async def test_what_is_hidden_or_of_another_topic_is_not_named_as_answered(client: Client) -> None:
    topic, elsewhere = await make_topic(), await make_topic()
    hidden, strange, author = await make_reply(topic), await make_reply(elsewhere), await make_person()
    moderator = await make_person(Role.MODERATOR)
    await reply_to_topic(author, topic.id, "An answer to a reply.", reply_to=hidden)
    await hide_post(moderator, hidden)
    await reply_to_topic(author, topic.id, "To the hidden one.", reply_to=hidden)
    await reply_to_topic(author, topic.id, "To one elsewhere.", reply_to=strange)
    replies = (await get_topic_page(ANONYMOUS, topic.number)).replies
    assert [post.answered_id for post in replies] == [None, None, None]
    assert str(hidden) not in (await client.get(topic.path)).text
    seen = (await get_topic_page(moderator, topic.number)).replies
    assert [post.answered_id for post in seen if post.author_id == author.person_id] == [hidden, None, None]


async def test_a_program_replies_to_a_reply(client: Client) -> None:
    topic = await make_topic()
    first = await make_reply(topic)
    headers = await key_of(await make_person(), "topic:read", "post:write")
    sent = {"body": "It does.", "reply_to": str(first)}
    assert (await client.post(f"/api/v1/topics/{topic.number}/posts", json=sent, headers=headers)).status_code == 201
    found = (await client.get(f"/api/v1/topics/{topic.number}")).json()
    assert [post["reply_to"] for post in found["replies"]] == [None, str(first)]
