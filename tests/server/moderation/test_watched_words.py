"""The list of watched words by page and by program."""

from kb.core.policy import Role
from tests.support.client import Client
from tests.support.factories import make_person
from tests.support.forum_factories import make_space, make_topic
from tests.support.people_factories import make_key


async def test_words_are_added_tried_removed_and_put_back_without_scripts(client: Client) -> None:
    await client.sign_in(await make_person(Role.MODERATOR))
    refused = await client.post_form("/moderation/words", {"words": "good\n*", "action": "hold"})
    await client.post_form("/moderation/words", {"words": "casino\npoker*", "action": "block"})
    tried = await client.post_form("/moderation/words/trial", {"text": "Pokers & co"})
    page = (await client.get("/moderation/words")).text

    assert refused.status_code == 422
    assert "good\n*" in refused.text
    assert "Found in the text" in tried.text
    assert "Pokers &amp; co" in tried.text
    assert "casino" in page
    removal = page.split('action="/moderation/words/', 1)[1].split('"', 1)[0]
    await client.post_form(f"/moderation/words/{removal}")
    assert "Put back casino" in (await client.get("/moderation/words")).text


async def test_a_refused_question_comes_back_with_all_that_was_typed(client: Client) -> None:
    await client.sign_in(await make_person(Role.MODERATOR))
    await client.post_form("/moderation/words", {"words": "casino", "action": "block"})
    await make_space()
    await client.sign_in(await make_person())
    sent = await client.post_form("/ask", {"space": "help", "title": "Where can I win", "body": "In a casino, maybe."})
    assert sent.status_code == 422
    assert "In a casino, maybe." in sent.text
    assert "“casino” may not be written here." in sent.text


async def test_a_program_keeps_the_list(client: Client) -> None:
    key = await make_key(await make_person(Role.ADMIN))
    auth = {"Authorization": f"Bearer {key}"}
    added = await client.post(
        "/api/v1/watched-words", json={"words": ["casino", "poker"], "action": "flag"}, headers=auth
    )
    tried = await client.post("/api/v1/watched-words/trial", json={"text": "a CASINO"}, headers=auth)
    (found,) = tried.json()["words"]
    removed = await client.delete(f"/api/v1/watched-words/{found['id']}", headers=auth)
    listed = await client.get("/api/v1/watched-words", headers=auth)

    assert added.json() == {"changed": 2}
    assert removed.status_code == 204
    assert [word["word"] for word in listed.json()["items"]] == ["poker"]
    assert await make_topic()
