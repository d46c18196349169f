"""Nothing unreadable leaks: every role against every kind of space and topic, on every surface of the forum."""

from collections.abc import Callable
from dataclasses import dataclass, field
from uuid import UUID

import pytest

from kb.core.actor import Actor
from kb.core.database import execute, fetch_value
from kb.core.policy import Role
from kb.forum.asking import AskedTopic
from kb.forum.hiding import hide_topic
from tests.support.client import Client
from tests.support.factories import make_person
from tests.support.forum_factories import make_reply, make_space, make_topic

READERS: dict[Role, set[str]] = {
    Role.ANONYMOUS: {"public"},
    Role.MEMBER: {"public", "members"},
    Role.AGENT: {"public", "members", "staff"},
    Role.PRODUCT_MANAGER: {"public", "members", "staff"},
    Role.MODERATOR: {"public", "members", "staff"},
    Role.ADMIN: {"public", "members", "staff"},
}
SEES_HIDDEN = {Role.MODERATOR, Role.ADMIN}


@dataclass
class World:
    """One topic in sight and one hidden in each kind of space; every text names where it stands."""

    topics: dict[tuple[str, bool], AskedTopic] = field(default_factory=dict)
    posts: dict[tuple[str, bool], UUID] = field(default_factory=dict)


@pytest.fixture
async def world(db: str) -> World:
    made = World()
    admin = await make_person(Role.ADMIN, name="Marked author")
    for visibility in ("public", "members", "staff"):
        await make_space(f"space-{visibility}", visibility=visibility)
        for hidden in (False, True):
            mark = f"mark-{visibility}-{'hidden' if hidden else 'shown'}"
            topic = await make_topic(admin, title=f"Title {mark}", body=f"Body {mark}", space=f"space-{visibility}")
            made.topics[visibility, hidden] = topic
            made.posts[visibility, hidden] = await make_reply(topic, admin, body=f"Reply {mark}")
            await execute(
                "update topic set accepted_post_id = $2 where id = $1", topic.id, made.posts[visibility, hidden]
            )
            if hidden:
                await hide_topic(admin, topic.id)
    return made


def may_read(role: Role, visibility: str, hidden: bool) -> bool:
    return visibility in READERS[role] and (not hidden or role in SEES_HIDDEN)


def marks(role: Role, *, readable: bool) -> set[str]:
    return {
        f"mark-{visibility}-{'hidden' if hidden else 'shown'}"
        for visibility in ("public", "members", "staff")
        for hidden in (False, True)
        if may_read(role, visibility, hidden) is readable
    }


async def client_of(role: Role, new_client: Callable[[], Client]) -> tuple[Client, Actor | None]:
    client = new_client()
    if role is Role.ANONYMOUS:
        return client, None
    actor = await make_person(role)
    return await client.sign_in(actor), actor


@pytest.mark.parametrize("role", list(READERS))
async def test_lists_hold_exactly_what_the_reader_may_read(
    world: World, new_client: Callable[[], Client], role: Role
) -> None:
    client, _ = await client_of(role, new_client)
    for path in ("/", "/?only=solved", "/api/v1/topics", "/api/v1/topics?only=solved"):
        text = (await client.get(path)).text
        assert {mark for mark in marks(role, readable=True) if f"Title {mark}" not in text} == set(), path
        assert {mark for mark in marks(role, readable=False) if mark in text} == set(), path
    for path in ("/", "/ask", "/api/v1/spaces"):
        text = (await client.get(path)).text
        assert [v for v in ("public", "members", "staff") if v not in READERS[role] and f"space-{v}" in text] == []


@pytest.mark.parametrize("role", list(READERS))
@pytest.mark.parametrize("visibility", ["public", "members", "staff"])
async def test_a_space_opens_for_its_readers_and_is_missing_for_others(
    world: World, new_client: Callable[[], Client], role: Role, visibility: str
) -> None:
    client, _ = await client_of(role, new_client)
    missing = (await client.get("/s/no-such-space")).text
    for path in (f"/s/space-{visibility}", f"/api/v1/topics?space=space-{visibility}"):
        response = await client.get(path)
        if visibility in READERS[role]:
            assert response.status_code == 200
            assert f"Title mark-{visibility}-shown" in response.text
            assert (f"mark-{visibility}-hidden" in response.text) is (role in SEES_HIDDEN)
        else:
            assert response.status_code == 404
            assert "mark-" not in response.text
    if visibility not in READERS[role]:
        forbidden = (await client.get(f"/s/space-{visibility}")).text
        assert forbidden.replace(f"space-{visibility}", "no-such-space") == missing


@pytest.mark.parametrize("role", list(READERS))
@pytest.mark.parametrize("visibility", ["public", "members", "staff"])
@pytest.mark.parametrize("hidden", [False, True])
async def test_a_topic_opens_for_its_readers_and_is_missing_for_others(
    world: World, new_client: Callable[[], Client], role: Role, visibility: str, hidden: bool
) -> None:
    client, _ = await client_of(role, new_client)
    topic, post = world.topics[visibility, hidden], world.posts[visibility, hidden]
    readable = may_read(role, visibility, hidden)
    expected = {
        topic.path: 200,
        f"/api/v1/topics/{topic.number}": 200,
        f"/t/{topic.number}": 301,
        f"/t/{topic.number}/guess": 301,
        f"/posts/{post}": 303,
    }
    for path, status in expected.items():
        response = await client.get(path)
        gone = 410 if hidden and visibility == "public" and not path.startswith("/posts") else 404
        assert response.status_code == (status if readable else gone), path
        told = response.text + response.headers.get("location", "")
        if not readable:
            assert "mark-" not in told, path
        elif status == 200:
            assert f"Reply mark-{visibility}" in told


@pytest.mark.parametrize("visibility", ["members", "staff", "public"])
@pytest.mark.parametrize("hidden", [False, True])
async def test_nobody_acts_on_what_they_may_not_read(
    world: World, new_client: Callable[[], Client], visibility: str, hidden: bool
) -> None:
    client, _ = await client_of(Role.MEMBER, new_client)
    topic, post = world.topics[visibility, hidden], world.posts[visibility, hidden]
    if may_read(Role.MEMBER, visibility, hidden):
        return
    for path in (
        f"/t/{topic.number}/posts",
        f"/t/{topic.number}/me-too",
        f"/t/{topic.number}/me-too/removal",
        f"/posts/{post}/vote",
        f"/posts/{post}/vote/removal",
        f"/posts/{post}/acceptance",
        f"/posts/{post}/acceptance/removal",
        f"/posts/{post}/edit",
    ):
        response = await client.post_form(path, {"body": "Let me in"})
        assert response.status_code == 404, path
        assert "mark-" not in response.text + response.headers.get("location", ""), path
    assert await fetch_value("select count(*) from post_vote") == 0
    assert await fetch_value("select count(*) from me_too") == 0
    assert await fetch_value("select count(*) from post where body_source = 'Let me in'") == 0


@pytest.mark.parametrize("role", list(READERS))
async def test_counts_hold_only_what_may_be_read(world: World, new_client: Callable[[], Client], role: Role) -> None:
    client, _ = await client_of(role, new_client)
    spaces = (await client.get("/api/v1/spaces")).json()["items"]
    assert {space["slug"].removeprefix("space-") for space in spaces} == READERS[role]
    assert {space["topics"] for space in spaces} == {1}
    home = (await client.get("/")).text
    assert f"<b>{len(READERS[role])}</b> questions asked" in home
