"""Whom and what a post names is linked where it exists and everybody may read it, and posts follow the renderer."""

from kb.core.actor import SYSTEM
from kb.core.database import execute, fetch_one, fetch_value
from kb.forum.editing import edit_post
from kb.forum.hiding import hide_topic
from kb.forum.rerendering import rerender_post, rerender_posts
from kb.text.markdown import MAX_SOURCE, RENDERER_VERSION
from tests.support.factories import make_person
from tests.support.forum_factories import make_reply, make_space, make_topic
from tests.support.statements import statements_run


async def html_of(post_id: object) -> str:
    return str(await fetch_value("select body_html from post where id = $1", post_id))


async def test_people_and_public_topics_are_linked_by_one_statement(db: str) -> None:
    bo, topic = await make_person(), await make_topic()
    with statements_run() as run:
        post = await make_reply(
            topic, body=f"Ask @{bo.username.upper()} and @nobody about #{topic.number} and #999999."
        )
    html = await html_of(post)
    assert f'<a href="/people/{bo.username}" class="mention"' in html
    assert f'<a href="/t/{topic.number}" class="topic-link"' in html
    assert "@nobody" in html
    assert html.count("<a ") == 2
    assert sum("lower(username) = any" in sql for sql in run) == 1
    with statements_run() as run:
        await make_reply(topic, body="Ask nobody.")
    assert not any("lower(username) = any" in sql for sql in run)


async def test_a_topic_that_not_everybody_may_read_leaves_its_number_and_nothing_else(db: str) -> None:
    await make_space("staff-room", visibility="staff")
    secret = await make_topic(title="The merger is secret", space="staff-room")
    hidden = await make_topic(title="This one was hidden")
    await hide_topic(SYSTEM, hidden.id)
    html = await html_of(await make_reply(await make_topic(), body=f"See #{secret.number}, #{hidden.number}"))
    assert html.strip() == f"<p>See #{secret.number}, #{hidden.number}</p>"


async def test_a_link_to_a_topic_never_holds_its_title_because_it_may_be_hidden_later(db: str) -> None:
    topic = await make_topic(title="Something to be hidden later")
    html = await html_of(await make_reply(await make_topic(), body=f"See #{topic.number}"))
    assert "topic-link" in html
    assert "hidden" not in html
    assert topic.slug not in html


async def test_posts_of_an_older_and_of_a_newer_renderer_are_rendered_again_once(db: str) -> None:
    topic = await make_topic(body="Old *words*")
    reply = await make_reply(topic, body="||who||")
    await execute("update post set body_html = 'stale', renderer = case when position = 1 then '0' else '~' end")
    assert await rerender_posts() == 2
    assert 'class="spoiler"' in await html_of(reply)
    assert await fetch_value("select count(*) from post where renderer = $1", RENDERER_VERSION) == 2
    assert await fetch_value("select count(*) from post where edited_at is not null") == 0
    assert await rerender_posts() == 0


async def test_a_run_ends_and_a_text_that_cannot_be_rendered_is_not_tried_for_ever(db: str) -> None:
    topic = await make_topic()
    for _ in range(3):
        await make_reply(topic)
    await execute("update post set body_html = 'stale', renderer = '0', body_source = body_source || $1", " ")
    await execute("update post set body_source = $1 where position = 2", "x" * (MAX_SOURCE + 1))
    assert await rerender_posts(most=2) == 2
    assert await rerender_posts() == 2
    assert await rerender_posts() == 0
    row = await fetch_one("select body_html from post where position = 2")
    assert row is not None
    assert row["body_html"] == "stale"


async def test_an_edit_keeps_the_newer_text(db: str) -> None:
    author = await make_person()
    post = await make_reply(await make_topic(), author)
    await edit_post(author, post, "Newer.")
    await rerender_post(post, "What the sweep had read before the edit.")
    assert await rerender_posts() == 0
    assert "Newer." in await html_of(post)


async def test_a_poll_leaves_the_text_only_where_there_is_a_poll_to_show(db: str) -> None:
    poll = ":::poll Which?\n- Red\n- Green\n:::"
    topic = await make_topic(body=poll)
    imported = await make_reply(topic, body="To be replaced")
    await execute("update post set body_source = $2 where id = $1", imported, poll)
    await execute("update post set renderer = '0'")
    assert await rerender_posts() == 2
    assert "Green" in await html_of(imported)
    assert "Green" not in await html_of(await fetch_value("select id from post where position = 1"))
