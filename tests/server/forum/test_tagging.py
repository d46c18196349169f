"""Tags on pages and through the API."""

from kb.core.actor import SYSTEM
from kb.core.permissions import Permission
from kb.core.policy import Role
from kb.forum.tagging import tag_topic
from tests.support.client import Client
from tests.support.factories import make_person
from tests.support.forum_factories import make_topic
from tests.support.people_factories import make_key
from tests.support.statements import statements_run


async def test_tags_are_given_when_asking_and_changed_by_the_asker(client: Client) -> None:
    await tag_topic(SYSTEM, (await make_topic()).id, ["export"])
    member = await make_person()
    await client.sign_in(member)
    assert '<option value="export">' in (await client.get("/ask")).text
    form = {"space": "help", "title": "How do I export it all?", "body": "All of it.", "tags": "export, unheard of"}
    refused = await client.post_form("/ask", form)
    assert refused.status_code == 422
    assert 'value="export, unheard of"' in refused.text
    path = (await client.post_form("/ask", form | {"tags": "Export"})).headers["location"]
    assert 'href="/tags/export"' in (await client.get(path)).text
    number = path.split("/")[2]
    assert 'value="export"' in (await client.get(f"/t/{number}/tags")).text
    assert (await client.post_form(f"/t/{number}/tags", {"tags": "new, export"})).status_code == 422
    assert (await client.post_form(f"/t/{number}/tags", {"tags": ""})).status_code == 303
    assert "Add tags" in (await client.get(path)).text


async def test_a_moderator_merges_tags_and_takes_it_back(client: Client) -> None:
    await tag_topic(SYSTEM, (await make_topic(title="A question of its own")).id, ["csv"])
    await tag_topic(SYSTEM, (await make_topic()).id, ["export"])
    await client.sign_in(await make_person(Role.MODERATOR))
    assert (await client.post_form("/tags/csv/merge", {"into": "nowhere"})).status_code == 422
    merged = await client.post_form("/tags/csv/merge", {"into": "export"})
    assert merged.headers["location"] == "/tags/export"
    page = (await client.get("/tags/export")).text
    assert "A question of its own" in page
    assert (await client.get("/tags/csv")).headers["location"] == "/tags/export"
    undo = page.split("/tags/export/merges/")[1].split('"')[0]
    assert (await client.post_form(f"/tags/export/merges/{undo}")).status_code == 303
    assert "A question of its own" not in (await client.get("/tags/export")).text
    assert (await client.get("/tags/csv")).status_code == 200
    await client.post_form("/tags/csv/description", {"description": "Rows with commas."})
    await client.post_form("/tags/csv/synonyms", {"synonym": "Comma files"})
    assert (await client.get("/tags/comma-files")).headers["location"] == "/tags/csv"
    assert "Rows with commas." in (await client.get("/tags")).text


async def test_pages_with_tags_stay_within_five_statements(client: Client) -> None:
    topic = await make_topic()
    await tag_topic(SYSTEM, topic.id, ["csv"])
    await client.sign_in(await make_person(Role.MODERATOR))
    for path in ("/tags", "/tags/csv", "/s/help?tag=csv&inner=1", topic.path, "/"):
        await client.get(path)
        with statements_run() as statements:
            assert (await client.get(path)).status_code == 200, path
        assert 1 <= len(statements) <= 5, (path, statements)


async def test_programs_read_and_give_tags(client: Client) -> None:
    agent = await make_person(Role.AGENT)
    topic = await make_topic(agent)
    head = {"authorization": f"Bearer {await make_key(agent, Permission.TOPIC_READ, Permission.POST_WRITE)}"}
    put = await client.put(f"/api/v1/topics/{topic.number}/tags", json={"tags": ["csv", "export"]}, headers=head)
    assert put.json() == {"tags": ["csv", "export"]}
    found = (await client.get("/api/v1/tags?q=ex")).json()["items"]
    assert [(one["slug"], one["topics"]) for one in found] == [("export", 1)]
    listed = (await client.get("/api/v1/topics?tag=csv")).json()["items"]
    assert [one["tags"] for one in listed] == [["csv", "export"]]
