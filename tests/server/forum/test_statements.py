"""The budget of DESIGN section 7: at most 5 SQL statements for a page, the session's look-up included."""

import pytest

from kb.core.policy import Role
from kb.forum.accepting import accept_post
from tests.support.client import Client
from tests.support.factories import make_person
from tests.support.forum_factories import make_reply, make_topic
from tests.support.statements import statements_run

MOST = 5


@pytest.mark.parametrize("role", [None, Role.MEMBER, Role.MODERATOR])
async def test_no_forum_page_runs_more_than_five_statements(client: Client, role: Role | None) -> None:
    agent = await make_person(Role.AGENT)
    topic = await make_topic(agent)
    replies = [await make_reply(topic, agent) for _ in range(45)]
    await accept_post(agent, replies[-1])
    for _ in range(8):
        await make_topic(agent)
    if role is not None:
        await client.sign_in(await make_person(role))
    for path in (
        "/",
        "/?only=unsolved",
        "/s/help",
        topic.path,
        f"{topic.path}?after=41",
        f"{topic.path}?sort=newest",
        f"{topic.path}?sort=helpful&after=5",
        "/api/v1/topics",
        f"/api/v1/topics/{topic.number}",
        "/api/v1/spaces",
    ):
        with statements_run() as statements:
            response = await client.get(path)
        assert response.status_code == 200, path
        assert 1 <= len(statements) <= MOST, (path, statements)
