"""Role x action: every route with a guard lets in exactly the roles that hold its permission, walked over all routes
there are. Role x visibility: what each role reads of a topic and a ticket, on each surface that could show it."""

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace

import httpx
import pytest
from litestar import Litestar
from litestar.handlers import HTTPRouteHandler

from kb.core.actor import ANONYMOUS, Actor
from kb.core.permissions import Permission
from kb.core.policy import Role, may, readable_visibilities
from kb.people.sessions import find_session_actor
from server.app import create_app
from server.outreach.live import LiveFeed
from server.security.identifying import SESSION_COOKIE
from server.wiring import Services
from tests.architecture.test_routes_declare_permission import handlers_of
from tests.support.client import Client
from tests.support.factories import make_person
from tests.support.forum_factories import make_space, make_topic
from tests.support.people_factories import make_key
from tests.support.streams import BegunStreams
from tests.support.tickets_factories import make_ticket

ROLES = (Role.ANONYMOUS, Role.MEMBER, Role.AGENT, Role.PRODUCT_MANAGER, Role.MODERATOR, Role.ADMIN)

DUMMIES = {"int": "999999", "uuid": "00000000-0000-7000-8000-000000000000", "str": "nothing", "path": "nothing"}


@dataclass(frozen=True)
class Action:
    """One method of one guarded route, with an address that exists in form only."""

    method: str
    path: str
    permissions: frozenset[Permission]

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


def actions_of(app: Litestar) -> list[Action]:
    return [action for handler in handlers_of(app) for action in _actions(handler)]


def _actions(handler: HTTPRouteHandler) -> list[Action]:
    permissions = frozenset(g.permission for g in handler.resolve_guards() if hasattr(g, "permission"))
    methods = sorted(getattr(handler, "http_methods", ()))
    paths = sorted(handler.paths)
    return [Action(m, _filled(p), permissions) for p in paths for m in methods if permissions and m != "OPTIONS"]


def _filled(path: str) -> str:
    return re.sub(r"\{\w+:(\w+)\}", lambda found: DUMMIES[found.group(1)], path)


async def is_let_in(client: Client, action: Action, key: str) -> bool:
    """Whether the guard let the call through to the handler. Programs' addresses are called with a key, pages with
    a session; what comes back from behind the guard (not found, invalid, a page, a stream) counts as let in."""
    headers = {"accept": "text/html"}
    if key and action.path.startswith("/api/"):
        headers["authorization"] = f"Bearer {key}"
    if action.method not in {"GET", "HEAD"}:
        headers["x-csrftoken"] = client.cookies["csrftoken"]
    return not _is_refusal(await client.request(action.method, action.path, headers=headers))


def _is_refusal(answer: httpx.Response) -> bool:
    leads_to_sign_in = answer.is_redirect and answer.headers["location"].startswith("/sign-in?next=")
    return leads_to_sign_in or answer.status_code in {401, 403}


async def stay_signed_in(client: Client, actor: Actor) -> None:
    """Whatever the last action ended: the next is called with a session that is alive."""
    found = await find_session_actor(client.cookies.get(SESSION_COOKIE, ""))
    if found is None or found.person_id != actor.person_id:
        await client.sign_in(actor)


@pytest.fixture(scope="module")
async def fresh_app(app_services: Services) -> AsyncIterator[Litestar]:
    """An app of this file's own: the caches and the live line that all its walks begin are nobody else's, and end here."""
    live = LiveFeed()
    yield create_app(replace(app_services, live=live), opens_database=False)
    await live.close()


@pytest.fixture
def transport(fresh_app: Litestar, db: str) -> httpx.ASGITransport:
    """The way to the app."""
    return httpx.ASGITransport(app=BegunStreams(fresh_app), raise_app_exceptions=False)


@pytest.mark.parametrize("role", ROLES)
async def test_a_role_is_let_in_exactly_where_the_policy_says(
    fresh_app: Litestar, transport: httpx.ASGITransport, role: Role
) -> None:
    actor: Actor = ANONYMOUS if role == Role.ANONYMOUS else await make_person(role)
    key = "" if role == Role.ANONYMOUS else await make_key(actor)
    wrong = []
    async with Client(transport=transport, base_url="http://testserver") as client:
        await client.get("/sign-in")
        for action in actions_of(fresh_app):
            if actor.is_signed_in:
                await stay_signed_in(client, actor)
            expected = all(may(role, permission) for permission in action.permissions)
            if await is_let_in(client, action, key) is not expected:
                wrong.append(f"{action} {'refused' if expected else 'let in'}")

    assert wrong == []


def test_the_matrix_sees_routes_of_every_kind(fresh_app: Litestar) -> None:
    actions = actions_of(fresh_app)
    assert len(actions) >= 40
    assert {"GET", "POST"} <= {action.method for action in actions}
    assert any(action.path.startswith("/api/") for action in actions)
    for permission in (
        Permission.TICKET_ANSWER,
        Permission.PERSON_MANAGE,
        Permission.TOPIC_ASK,
        Permission.PERSON_READ,
    ):
        assert any(permission in action.permissions for action in actions)


@pytest.mark.parametrize("role", [Role.MEMBER, Role.ADMIN])
async def test_a_key_without_the_scope_is_refused_everywhere(
    fresh_app: Litestar, transport: httpx.ASGITransport, role: Role
) -> None:
    actor = await make_person(role)
    key = await make_key(actor, Permission.HELP_READ)
    let_in = []
    async with Client(transport=transport, base_url="http://testserver") as client:
        await client.get("/sign-in")
        for action in actions_of(fresh_app):
            asks_only_help = action.permissions == {Permission.HELP_READ}
            if action.path.startswith("/api/") and not asks_only_help and await is_let_in(client, action, key):
                let_in.append(str(action))

    assert let_in == []


VISIBILITIES = ("public", "members", "staff")


@pytest.mark.parametrize("visibility", VISIBILITIES)
@pytest.mark.parametrize("role", ROLES)
async def test_a_topic_is_readable_exactly_where_the_policy_says(
    transport: httpx.ASGITransport, role: Role, visibility: str
) -> None:
    asker = await make_person(Role.ADMIN)
    space = await make_space("corner", visibility=visibility)
    asked = await make_topic(asker, space=space, title="Only for the right eyes")
    async with Client(transport=transport, base_url="http://testserver") as client:
        if role != Role.ANONYMOUS:
            await client.sign_in(await make_person(role))
        surfaces = [
            "/", "/s/corner", asked.path, f"/people/{asker.username}", "/api/v1/topics", f"/api/v1/topics/{asked.number}",
        ]  # fmt: skip
        seen = ["Only for the right eyes" in (await client.get(path)).text for path in surfaces]

    assert seen == [visibility in readable_visibilities(role)] * len(surfaces)


@pytest.mark.parametrize("role", ROLES)
async def test_a_ticket_is_readable_by_those_who_answer_alone(transport: httpx.ASGITransport, role: Role) -> None:
    ticket = await make_ticket(subject="Only for the right eyes")
    async with Client(transport=transport, base_url="http://testserver", follow_redirects=True) as client:
        if role != Role.ANONYMOUS:
            await client.sign_in(await make_person(role))
        surfaces = [f"/tickets/{ticket.number}", f"/desk/{ticket.number}", "/desk", f"/api/v1/tickets/{ticket.number}"]
        seen = ["Only for the right eyes" in (await client.get(path)).text for path in surfaces]

    assert seen == [may(role, Permission.TICKET_ANSWER)] * len(surfaces)
