"""Reading on where one left off, in the order one likes; none of it in pages that strangers share."""

import re

from kb.core.database import fetch_value
from kb.core.policy import Role
from kb.forum.accepting import accept_post
from kb.forum.reading import note_read
from server.pages import SHARED
from tests.support.client import Client
from tests.support.factories import make_person
from tests.support.forum_factories import make_reply, make_topic
from tests.support.statements import statements_run


async def test_the_line_stands_before_the_first_new_reply_and_the_jump_leads_there(client: Client) -> None:
    reader, topic = await make_person(), await make_topic()
    old = await make_reply(topic)
    await note_read(reader, topic.number, 2)
    fresh = await make_reply(topic)
    assert "New since your last visit" not in (await client.get(topic.path)).text
    await client.sign_in(reader)
    page = (await client.get(topic.path)).text
    places = [page.index(part) for part in (f'id="post-{old}"', "New since your last visit", f'id="post-{fresh}"')]
    assert places == sorted(places)
    assert "1 new reply since your last visit." in page
    assert 'href="#new"' in page
    newest = (await client.get(f"{topic.path}?sort=newest")).text
    assert "New since your last visit" not in newest
    assert ">new</span>" in newest


async def test_without_script_a_picture_tells_that_the_page_was_opened(client: Client) -> None:
    reader, topic = await make_person(), await make_topic()
    await make_reply(topic)
    await client.sign_in(reader)
    page = (await client.get(topic.path)).text
    [dot] = re.findall(r'<noscript>\s*<img src="([^"]+)"', page)
    answer = await client.get(dot)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "image/gif")
    assert await fetch_value("select position from read_position where person_id = $1", reader.person_id) == 2


async def test_strangers_share_pages_that_know_nothing_of_readers(client: Client) -> None:
    topic = await make_topic()
    await make_reply(topic)
    for path in (topic.path, f"{topic.path}?sort=newest", f"{topic.path}?sort=helpful"):
        answer = await client.get(path)
        assert answer.headers["cache-control"] == SHARED
        for own in ("data-reading", "<noscript>", "/unread", "New since"):
            assert own not in answer.text, (path, own)
    for path in ("/unread", "/new", f"/t/{topic.number}/read/1"):
        assert (await client.get(path)).headers["location"].startswith("/sign-in?next=")


async def test_search_engines_are_shown_one_order(client: Client) -> None:
    topic = await make_topic()
    for _ in range(3):
        await make_reply(topic)
    other = (await client.get(f"{topic.path}?sort=helpful")).text
    assert 'name="robots" content="noindex, follow"' in other
    assert f'rel="canonical" href="http://localhost:8000{topic.path}"' in other
    assert f'href="{topic.path}?sort=newest#replies"' in other
    assert "noindex" not in (await client.get(topic.path)).text
    assert (await client.get(f"{topic.path}?sort=loudest")).status_code == 422
    wrong = await client.get(f"/t/{topic.number}/wrong?sort=newest&after=3")
    assert wrong.headers["location"] == f"{topic.path}?sort=newest&after=3"


async def test_each_of_several_answers_can_be_accepted_and_taken_back_by_its_button(client: Client) -> None:
    asker = await make_person()
    topic = await make_topic(asker)
    first, second = await make_reply(topic), await make_reply(topic)
    await client.sign_in(asker)
    await client.post_form(f"/posts/{first}/acceptance")
    assert "This solved it, too" in (await client.get(topic.path)).text
    await client.post_form(f"/posts/{second}/acceptance")
    page = (await client.get(topic.path)).text
    assert page.count("Accepted answer") == 2
    assert page.count("This did not solve it") == 2
    data = (await client.get(f"/api/v1/topics/{topic.number}")).json()
    assert data["accepted"]["id"] == str(first)
    assert [one["id"] for one in data["also_accepted"]] == [str(second)]
    await client.post_form(f"/posts/{first}/acceptance/removal")
    data = (await client.get(f"/api/v1/topics/{topic.number}")).json()
    assert (data["accepted"]["id"], data["also_accepted"], data["topic"]["solved"]) == (str(second), [], True)


async def test_search_engines_hear_of_the_chief_answer_and_of_the_others_as_suggested(client: Client) -> None:
    asker, author = await make_person(), await make_person(Role.AGENT)
    topic = await make_topic(asker)
    first, second = [await make_reply(topic, author) for _ in range(2)]
    await accept_post(asker, second)
    await accept_post(asker, first)
    page = (await client.get(topic.path)).text
    accepted = re.search(r'"acceptedAnswer":\{.*?"url":"[^"]*/posts/([0-9a-f-]+)"', page)
    suggested = re.search(r'"suggestedAnswer":\[\{.*?"url":"[^"]*/posts/([0-9a-f-]+)"', page)
    assert accepted and accepted[1] == str(second)  # noqa: PT018
    assert suggested and suggested[1] == str(first)  # noqa: PT018


async def test_the_lists_are_pages_and_operations_and_all_can_be_marked_as_read(client: Client) -> None:
    reader = await make_person()
    topic = await make_topic(reader, title="The one that I asked")
    answer = await make_reply(topic)
    await make_topic(title="Somebody else's question")
    await client.sign_in(reader)
    for path, title in (("/unread", "The one that I asked"), ("/new", "Somebody else&#39;s question")):
        await client.get(path)  # asyncpg asks once for a connection what types it meets
        with statements_run() as statements:
            page = await client.get(path)
        assert title in page.text
        assert len(statements) <= 5, statements
    assert f'href="/posts/{answer}"' in (await client.get("/unread")).text
    [line] = (await client.get("/api/v1/unread")).json()["items"]
    assert (line["unread"], line["topic"]["number"], line["url"]) == (
        1,
        topic.number,
        f"http://localhost:8000/posts/{answer}",
    )
    assert len((await client.get("/api/v1/new")).json()["items"]) == 1
    assert (await client.post_form("/unread/all-read")).status_code == 303
    page = (await client.get("/unread")).text
    assert "You have read everything" in page
    await client.post_form("/unread/all-read/removal")
    assert "The one that I asked" in (await client.get("/unread")).text
