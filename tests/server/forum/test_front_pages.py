"""Home, spaces and the designed refusals."""

import pytest

from kb.core.database import execute
from kb.core.policy import Role
from kb.forum.accepting import accept_post
from kb.notices.watching import watch_space
from tests.support.client import Client
from tests.support.factories import make_person
from tests.support.forum_factories import make_reply, make_space, make_topic
from tests.support.statements import statements_run


async def test_home_shows_spaces_latest_topics_and_what_is_solved(client: Client) -> None:
    agent = await make_person(Role.AGENT)
    solved = await make_topic(agent, title="How do I export a year?")
    await accept_post(agent, await make_reply(solved))
    await make_topic(agent, title="Where is the invoice?", body="I *looked* everywhere.")
    page = (await client.get("/")).text
    assert "Help space" in page
    assert "Where is the invoice?" in page
    assert "I looked everywhere." in page
    assert "<b>2</b> questions asked" in page
    assert "<b>1</b> solved" in page
    assert page.index("Solved lately") < page.rindex("How do I export a year?")


async def test_home_teaches_before_anything_is_there(client: Client) -> None:
    assert "No spaces yet" in (await client.get("/")).text
    await make_space()
    page = (await client.get("/")).text
    assert "Nothing asked yet" in page
    assert "Get an answer" in page


async def test_a_space_pages_through_its_topics(client: Client) -> None:
    for _ in range(23):
        await make_topic()
    first = (await client.get("/s/help")).text
    assert first.count("data-row") == 20
    older = first.split('rel="next"')[0].rsplit('href="', 1)[1].split('"')[0].replace("&amp;", "&")
    second = (await client.get(older)).text
    assert second.count("data-row") == 3
    assert 'rel="prev"' in second


@pytest.mark.parametrize(
    "path", ["/no/such/page", "/s/nowhere", "/t/999", "/t/999/x", "/posts/none", "/t/1e5", f"/t/{10**30}"]
)
async def test_an_unknown_address_is_a_designed_page(client: Client, path: str) -> None:
    response = await client.get(path)
    assert response.status_code == 404
    assert "Nothing here" in response.text
    assert 'action="/search"' in response.text
    assert "<nav" in response.text


async def test_a_refusal_is_a_fragment_for_htmx_and_json_for_programs(client: Client) -> None:
    fragment = await client.get("/t/999/x", headers={"hx-request": "true"})
    assert fragment.status_code == 404
    assert "<html" not in fragment.text
    assert 'role="alert"' in fragment.text
    told = await client.get("/t/999/x", headers={"accept": "application/json"})
    assert told.json()["error"]["code"] == "not_found"


async def test_what_one_may_not_do_is_said_on_a_page(client: Client) -> None:
    await client.sign_in(await make_person())
    response = await client.get("/spaces/new")
    assert response.status_code == 403
    assert "That is not yours to do" in response.text


async def test_the_style_guide_stands(client: Client) -> None:
    assert (await client.get("/dev/styleguide")).status_code == 200


async def test_an_imported_post_says_where_it_is_from_and_under_which_licence(client: Client) -> None:
    author = await make_person()
    asked = await make_topic(author)
    await execute(
        "update post set source = 'old.test', source_id = 'q1', licence = 'CC BY-SA 4.0' where topic_id = $1", asked.id
    )

    page = (await client.get(asked.path)).text

    assert "From old.test, CC BY-SA 4.0" in page
    assert author.name in page


async def test_home_leaves_out_what_its_reader_muted_and_says_so(client: Client) -> None:
    reader = await make_person()
    await make_topic(title="Loud noise all day", space="loud")
    await make_topic(title="A quiet question of some use")
    await watch_space(reader, "loud", "muted")
    assert "Loud noise all day" in (await client.get("/")).text
    await client.sign_in(reader)
    with statements_run() as statements:
        page = (await client.get("/")).text
    ours = [sql for sql in statements if sql.startswith(("select", "with", "\nwith"))]  # the driver asks for types once
    assert len(ours) == 5, ours
    assert "Loud noise all day" not in page
    assert "A quiet question of some use" in page
    assert "Topics of what you muted are not listed here." in page
    assert "Loud noise all day" in (await client.get("/s/loud")).text
    assert [one["title"] for one in (await client.get("/api/v1/topics")).json()["items"]] == [
        "A quiet question of some use"
    ]
    assert len((await client.get("/api/v1/topics?muted=1")).json()["items"]) == 2
    await watch_space(reader, "help", "muted")
    assert "Nothing here but what you muted" in (await client.get("/")).text
