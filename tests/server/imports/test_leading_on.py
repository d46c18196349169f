"""Links to where a community stood before lead to where it stands now, and give nothing away."""

from pathlib import Path

import pytest

from kb.core.actor import SYSTEM
from kb.core.database import execute, fetch_one, fetch_value
from kb.core.policy import Role
from kb.imports.discourse import import_discourse
from kb.imports.stackexchange import import_stackexchange
from tests.kb.imports.test_discourse import CATEGORIES, forum, post, topic
from tests.kb.imports.test_stackexchange import dump
from tests.support.client import Client
from tests.support.factories import make_person
from tests.support.forum_factories import make_topic
from tests.support.statements import statements_run


@pytest.fixture
async def moved(db: str, tmp_path: Path) -> str:
    """A Discourse topic 57 with three posts, numbered 1, 2 and 5, and a Stack Exchange site; gives the topic's path."""
    documents = topic(57, post(1), post(2), post(5), tags=["CSV"])
    await import_discourse(SYSTEM, forum(tmp_path / "forum", CATEGORIES, documents), source="forum.example.com")
    await import_stackexchange(SYSTEM, dump(tmp_path / "brew.example"))
    row = await fetch_one("select number, slug from topic where source = 'forum.example.com'")
    assert row is not None
    return f"/t/{row['number']}/{row['slug']}"


async def path_of_post(source_id: str, source: str = "forum.example.com") -> str:
    """Its lasting address."""
    found = await fetch_value("select id from post where source = $1 and source_id = $2", source, source_id)
    return f"/posts/{found}"


@pytest.mark.parametrize(
    "old",
    ["/t/export-stops/57", "/t/export-stops/57/1", "/t/some-other-words/57/", "/t/57", "/t/57/4", "/t/export/57/99"],
)
async def test_a_discourse_topic_is_found_under_every_address_it_had(client: Client, moved: str, old: str) -> None:
    answer = await client.get(old)
    assert (answer.status_code, answer.headers["location"]) == (301, moved)


async def test_discourse_posts_spaces_tags_and_people_are_found(client: Client, moved: str) -> None:
    wanted = {
        "/t/export-stops/57/5": await path_of_post("5705"),
        "/p/5702": await path_of_post("5702"),
        "/c/help/exports/5": "/s/exports",
        "/c/exports": "/s/exports",
        "/c/5": "/s/exports",
        "/tag/csv": "/tags/csv",
        "/u/ines_d": "/people/Ines_D",
        "/u/Ines_D/summary": "/people/Ines_D",
    }
    for old, new in wanted.items():
        answer = await client.get(old)
        assert (old, answer.status_code, answer.headers.get("location")) == (old, 301, new)


async def test_questions_and_answers_of_stack_exchange_are_found(client: Client, moved: str) -> None:
    question = await fetch_one("select number, slug from topic where source = 'brew.example'")
    assert question is not None
    path, answer = f"/t/{question['number']}/{question['slug']}", await path_of_post("3", "brew.example")
    wanted = {
        "/questions/1": path,
        "/questions/1/how-to-brew": path,
        "/q/1": path,
        "/a/3": answer,
        "/questions/1/how-to-brew/3": answer,
        "/questions/tagged/cold-brew": "/tags/cold-brew",
    }
    for old, new in wanted.items():
        reply = await client.get(old)
        assert (old, reply.status_code, reply.headers.get("location")) == (old, 301, new)


OLD = [
    "/t/export-stops/57", "/t/export-stops/57/5", "/t/57", "/t/57/5", "/p/5702", "/c/help/exports/5", "/c/exports", "/tag/csv",
]  # fmt: skip


@pytest.mark.parametrize("old", OLD)
async def test_what_may_not_be_read_is_missing_like_what_never_was(client: Client, moved: str, old: str) -> None:
    await execute("update space set visibility = 'staff' where slug = 'exports'")
    hidden = await client.get(old)
    never = await client.get(old.replace("57", "58").replace("exports", "nowhere").replace("csv", "xyz"))
    staff = await (await client.sign_in(await make_person(Role.MODERATOR))).get(old)

    assert (hidden.status_code, never.status_code, staff.status_code) == (404, 404, 301)
    assert "export" not in hidden.text.lower().replace("exports", "")


@pytest.mark.parametrize("old", ["/t/export-stops/57", "/t/export-stops/57/5", "/p/5705"])
async def test_what_was_hidden_is_not_led_to(client: Client, moved: str, old: str) -> None:
    await execute("update topic set hidden_at = now() where source_id = '57'")
    assert (await client.get(old)).status_code == 404


@pytest.mark.parametrize(
    "old",
    ["/t/x/0", f"/t/x/{10**17}", "/p/-1", "/c/", "/c/%00", "/u/%00", "/tag/%00", "/questions/9999", "/c/a/9999999999"],
)
async def test_odd_addresses_are_missing(client: Client, moved: str, old: str) -> None:
    assert (await client.get(old)).status_code == 404


async def test_ours_comes_first_and_costs_no_statement_more(client: Client, tmp_path: Path) -> None:
    ours = await make_topic(title="One of our own numbers")
    await import_discourse(SYSTEM, forum(tmp_path / "f", topic(ours.number, post(1, topic=ours.number))), source="old")

    assert (await client.get(f"/t/{ours.number}")).headers["location"] == ours.path
    with statements_run() as seen:
        assert (await client.get(ours.path)).status_code == 200
    assert not [sql for sql in seen if "former_address" in sql or "import_run" in sql]
