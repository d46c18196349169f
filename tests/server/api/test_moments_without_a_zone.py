"""A moment that names no zone is meant in UTC, wherever a program sends one."""

from collections.abc import Callable

import pytest

from kb.core.policy import Role
from tests.support.client import Client
from tests.support.factories import make_person
from tests.support.forum_factories import make_reply, make_topic
from tests.support.people_factories import make_key

NewClient = Callable[[], Client]
NAIVE = "2028-05-04T12:30:00"


@pytest.mark.parametrize(
    ("method", "path", "sent"),
    [
        ("PUT", "/api/v1/topics/{number}/timers/close", {"due_at": NAIVE}),
        ("PUT", "/api/v1/posts/{post}/bookmark", {"remind_at": NAIVE}),
        ("POST", "/api/v1/keys", {"name": "wiki", "scopes": ["topic:read"], "expires_at": NAIVE}),
        ("PUT", "/api/v1/releases/4.2", {"released_at": "2020-05-04T12:30:00"}),
        ("POST", "/api/v1/people/{person}/sanctions", {"kind": "silence", "reason": "Rude.", "until": NAIVE}),
    ],
)
async def test_it_is_taken_as_utc(new_client: NewClient, method: str, path: str, sent: dict[str, object]) -> None:
    topic, member = await make_topic(), await make_person()
    post = await make_reply(topic)
    key = {"authorization": f"Bearer {await make_key(await make_person(Role.ADMIN))}"}
    filled = path.format(number=topic.number, post=post, person=member.person_id)
    answer = await new_client().request(method, filled, json=sent, headers=key)
    assert answer.status_code in {200, 201, 204}, answer.text
    if "bookmark" in path:
        assert answer.json()["remind_at"] == f"{NAIVE}Z"
