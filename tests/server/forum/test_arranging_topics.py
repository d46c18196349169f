"""What moderators and askers do with whole topics, through the pages and as programs."""

from kb.core.database import fetch_value
from kb.core.policy import Role
from tests.server.forum.test_api import key_of
from tests.support.client import Client
from tests.support.factories import make_person
from tests.support.forum_factories import make_space, make_topic
from tests.support.statements import statements_run


async def test_a_reply_to_a_topic_locked_meanwhile_is_refused_and_its_text_stays(client: Client) -> None:
    topic = await make_topic()
    await client.sign_in(await make_person(Role.MODERATOR))
    refused = await client.post_form(f"/t/{topic.number}/lock", {"reason": ""})
    assert refused.status_code == 422
    assert "Say why in 1 to 200 characters" in refused.text
    await client.post_form(f"/t/{topic.number}/lock", {"reason": "Only insults here"})
    await client.sign_in(await make_person())
    answer = await client.post_form(f"/t/{topic.number}/posts", {"body": "What took me an hour to write"})
    assert answer.status_code == 422
    assert "What took me an hour to write" in answer.text
    assert "A moderator has locked this topic" in answer.text
    page = (await client.get(topic.path)).text
    assert "Only insults here" in page
    assert "This topic is closed" in page
    assert "Your answer" not in page


async def test_the_asker_closes_and_reopens_by_a_button(client: Client) -> None:
    asker = await make_person()
    topic = await make_topic(asker)
    await client.sign_in(asker)
    assert "Close: no longer needed" in (await client.get(topic.path)).text
    assert (await client.post_form(f"/t/{topic.number}/closure")).status_code == 303
    page = (await client.get(topic.path)).text
    assert "no longer needed" in page
    assert "Reopen my question" in page
    await client.post_form(f"/t/{topic.number}/closure/removal")
    assert "Reopen my question" not in (await client.get(topic.path)).text


async def test_only_moderators_see_the_menu_and_it_works_without_script(client: Client) -> None:
    topic = await make_topic()
    await make_space("billing")
    await client.sign_in(await make_person(Role.AGENT))
    assert "Moderate" not in (await client.get(topic.path)).text
    await client.sign_in(await make_person(Role.MODERATOR))
    page = (await client.get(topic.path)).text
    for way in ("lock", "move", "pin", "unlisting", "hiding"):
        assert f'"/t/{topic.number}/{way}"' in page
    assert "Billing space" in (await client.get(f"/t/{topic.number}/move")).text
    await client.post_form(f"/t/{topic.number}/move", {"space": "billing"})
    await client.post_form(f"/t/{topic.number}/pin", {"to": "space"})
    await client.post_form(f"/t/{topic.number}/unlisting")
    page = (await client.get(topic.path)).text
    assert "Moved from Help space by" in page
    assert "Pinned in its space by" in page
    assert 'content="noindex"' in page
    listed = (await client.get("/s/billing")).text
    assert topic.path in listed
    assert "unlisted" in listed
    assert (await client.post_form(f"/t/{topic.number}/move", {"space": "nowhere"})).status_code == 422


async def test_an_unlisted_topic_leaves_no_trace_on_pages_of_strangers(client: Client) -> None:
    topic = await make_topic(title="Unlikely words about zebras")
    await client.sign_in(await make_person(Role.MODERATOR))
    await client.post_form(f"/t/{topic.number}/unlisting")
    client.cookies.clear()
    for path in ("/", "/s/help", "/feed.atom", "/sitemap.xml", "/search?q=zebras", "/api/v1/topics"):
        assert "zebras about" not in (text := (await client.get(path)).text)
        assert topic.path not in text, path
    assert "zebras" in (await client.get(topic.path)).text


async def test_programs_set_each_state_and_take_it_back(client: Client) -> None:
    topic = await make_topic()
    await make_space("billing")
    headers = await key_of(await make_person(Role.ADMIN), "topic:arrange", "topic:ask", "topic:read")
    base = f"/api/v1/topics/{topic.number}"

    async def put(path: str, data: dict[str, str] | None = None) -> dict[str, object]:
        answer = await client.put(base + path, json=data, headers=headers)
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    assert (await put("/lock", {"reason": "Settled"}))["closed_as"] == "locked"
    assert (await put("/pin", {"to": "everywhere"}))["pinned_to"] == "everywhere"
    assert (await put("/unlisting"))["unlisted"] is True
    await put("/space", {"space": "billing"})
    told = (await client.get(base, headers=headers)).json()["topic"]
    assert (told["closed_as"], told["pinned_to"], told["unlisted"], told["space"]) == (
        "locked",
        "everywhere",
        True,
        "billing",
    )
    for path in ("/closure", "/pin", "/unlisting"):
        assert (await client.delete(base + path, headers=headers)).status_code == 200
    assert await fetch_value(
        "select closed_as is null and pinned_to is null and unlisted_at is null from topic where number = $1",
        topic.number,
    )
    refused = await client.put(base + "/space", json={"space": "nowhere"}, headers=headers)
    assert (refused.status_code, set(refused.json()["error"]["fields"])) == (422, {"space"})


async def test_a_topic_with_a_hundred_lines_is_read_in_as_few_statements(client: Client) -> None:
    topic = await make_topic()
    await client.sign_in(await make_person(Role.MODERATOR))
    for _ in range(3):
        await client.post_form(f"/t/{topic.number}/pin", {"to": "space"})
        await client.post_form(f"/t/{topic.number}/pin/removal")
    with statements_run() as statements:
        page = await client.get(topic.path)
    assert page.text.count("Pinned in its space by") == 3
    assert len(statements) <= 5
