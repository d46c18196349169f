"""Replying, accepting, voting, me-too and hiding through the pages, with and without scripts."""

from kb.core.database import fetch_value
from kb.core.policy import Role
from kb.text.markdown import MAX_SOURCE
from tests.support.client import Client
from tests.support.factories import make_person
from tests.support.forum_factories import make_reply, make_topic


async def test_a_reply_leads_back_to_itself(client: Client) -> None:
    topic = await make_topic()
    await client.sign_in(await make_person())
    response = await client.post_form(f"/t/{topic.number}/posts", {"body": "Raise the _limit_."})
    assert response.status_code == 303
    place = await client.get(response.headers["location"])
    path, _, anchor = place.headers["location"].partition("#")
    page = (await client.get(path)).text
    assert "Raise the <em>limit</em>." in page
    assert f'id="{anchor}"' in page


async def test_a_refused_reply_keeps_its_text(client: Client) -> None:
    topic = await make_topic(title="The export stops early")
    await client.sign_in(await make_person())
    long = "too long " * 5000
    response = await client.post_form(f"/t/{topic.number}/posts", {"body": long})
    assert response.status_code == 422
    assert long.strip() in response.text
    assert f"at most {MAX_SOURCE:,}" in response.text
    assert "The export stops early" in response.text


async def test_a_wrong_or_missing_slug_leads_to_the_right_address(client: Client) -> None:
    topic = await make_topic(title="Größe: naïve test")
    for path in (f"/t/{topic.number}", f"/t/{topic.number}/wrong", f"/t/{topic.number}/Wrong?after=1"):
        response = await client.get(path)
        assert response.status_code == 301
        assert response.headers["location"].startswith(topic.path)
    page = await client.get(topic.path)
    assert page.status_code == 200
    assert f'rel="canonical" href="http://localhost:8000{topic.path}"' in page.text


async def test_the_asker_accepts_by_a_button_others_do_not_see(client: Client) -> None:
    asker = await make_person()
    topic = await make_topic(asker)
    answer = await make_reply(topic)
    await client.sign_in(await make_person())
    assert "This solved it</button>" not in (await client.get(topic.path)).text
    assert (await client.post_form(f"/posts/{answer}/acceptance")).status_code == 403
    await client.sign_in(asker)
    assert f'action="/posts/{answer}/acceptance"' in (await client.get(topic.path)).text
    assert (await client.post_form(f"/posts/{answer}/acceptance")).status_code == 303
    page = (await client.get(topic.path)).text
    assert "Accepted answer" in page
    assert f'action="/posts/{answer}/acceptance/removal"' in page
    await client.post_form(f"/posts/{answer}/acceptance/removal")
    assert "Accepted answer" not in (await client.get(topic.path)).text


async def test_a_vote_answers_htmx_with_the_button_turned_and_others_with_the_page(client: Client) -> None:
    topic = await make_topic()
    reply = await make_reply(topic)
    await client.sign_in(await make_person())
    pressed = await client.post_form(f"/posts/{reply}/vote", HX_Request="true")
    assert pressed.status_code < 300
    assert 'aria-pressed="true"' in pressed.text
    assert f'action="/posts/{reply}/vote/removal"' in pressed.text
    assert "<html" not in pressed.text
    plain = await client.post_form(f"/posts/{reply}/vote/removal")
    assert (plain.status_code, plain.headers["location"]) == (303, f"/posts/{reply}")
    assert await fetch_value("select vote_count from post where id = $1", reply) == 0


async def test_me_too_is_said_and_taken_back(client: Client) -> None:
    topic = await make_topic()
    await client.sign_in(await make_person())
    said = await client.post_form(f"/t/{topic.number}/me-too", HX_Request="true")
    assert "I have this too · 1" in said.text
    assert f'action="/t/{topic.number}/me-too/removal"' in said.text
    back = await client.post_form(f"/t/{topic.number}/me-too/removal")
    assert back.headers["location"] == topic.path
    assert await fetch_value("select me_too_count from topic") == 0


async def test_a_moderator_hides_and_shows_again(client: Client) -> None:
    topic = await make_topic()
    reply = await make_reply(topic)
    await client.sign_in(await make_person(Role.MODERATOR))
    await client.post_form(f"/posts/{reply}/hiding")
    await client.post_form(f"/t/{topic.number}/hiding")
    page = (await client.get(topic.path)).text
    assert "Only moderators see this topic." in page
    assert f'action="/posts/{reply}/hiding/removal"' in page
    await client.post_form(f"/posts/{reply}/hiding/removal")
    await client.post_form(f"/t/{topic.number}/hiding/removal")
    client.cookies.clear()
    assert str(reply) in (await client.get(topic.path)).text


async def test_a_member_may_not_hide(client: Client) -> None:
    topic = await make_topic()
    await client.sign_in(await make_person())
    assert (await client.post_form(f"/t/{topic.number}/hiding")).status_code == 403


async def test_an_author_edits_and_a_refusal_keeps_the_text(client: Client) -> None:
    asker = await make_person()
    topic = await make_topic(asker)
    question = await fetch_value("select id from post")
    await client.sign_in(asker)
    assert "It stops at *100* rows.</textarea>" in (await client.get(f"/posts/{question}/edit")).text
    refused = await client.post_form(f"/posts/{question}/edit", {"title": "Oh", "body": "Kept text"})
    assert refused.status_code == 422
    assert "Kept text</textarea>" in refused.text
    done = await client.post_form(
        f"/posts/{question}/edit", {"title": "The export stops at 100", "body": "Better text"}
    )
    assert done.status_code == 303
    moved = await client.get(topic.path)
    assert moved.headers["location"] == f"/t/{topic.number}/the-export-stops-at-100"
    assert "edited" in (await client.get(moved.headers["location"])).text


async def test_a_stranger_reads_and_is_shown_the_way_in(client: Client) -> None:
    topic = await make_topic()
    page = (await client.get(topic.path)).text
    assert f"/sign-in?next={topic.path}" in page
    assert "<textarea" not in page
    assert (await client.post_form(f"/t/{topic.number}/me-too")).status_code == 401
