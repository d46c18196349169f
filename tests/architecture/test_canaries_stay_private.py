"""Words planted in private tickets and narrow spaces are nowhere in what any route answers to those they are not for: every
route there is, with every number, id and address that exists, and every search."""

import re
from collections.abc import Awaitable, Callable, Iterator, Mapping
from itertools import product

import httpx
import pytest
from litestar import Litestar

from kb.core.actor import ANONYMOUS, Actor
from kb.core.database import fetch_all
from kb.core.permissions import Permission
from kb.core.policy import Role, may
from tests.architecture.test_routes_declare_permission import handlers_of
from tests.support.client import Client
from tests.support.factories import make_person
from tests.support.mixed_worlds import EVERYBODY_ASKS, Plan, World, make_world
from tests.support.outreach_factories import PAGE
from tests.support.people_factories import make_key, read_app, sign
from tests.support.signals_factories import make_product

Deliver = Callable[[], Awaitable[int]]

PLANS = [
    *(Plan("help", asker, 0, answered=asker == 1, hidden=False) for asker in range(3)),
    Plan("help", 2, 0, answered=True, hidden=True),
    Plan("lounge", 1, 0, answered=True, hidden=False),
    *(Plan("office", 0, 0, answered=True, hidden=False) for _ in range(2)),
    *(Plan("ticket", asker, 0, answered=True, hidden=False) for asker in (0, 0, 1, 3)),
    Plan("article", 0, 0, answered=True, hidden=False),
    Plan("article", 0, 0, answered=False, hidden=False),
    Plan("article", 2, 0, answered=True, hidden=False),
]

ENDLESS = {"/live", "/api/v1/help/live"}
"""Streams never end; what they tell is a person's own messages, which `/messages` shows too."""

LEAVING = {"/sign-out"}

MAX_FILLED = 150
"""Ways to fill one route's parameters that are tried."""

TYPED = (EVERYBODY_ASKS, "kindticketa kindofficea", "canaryhx canaryjx curehx", "kind")
QUERY = {"q": TYPED, "text": TYPED, "title": TYPED, "query": TYPED}


async def ids_there_are() -> dict[str, list[str]]:
    """What each kind of parameter may be filled with: everything that exists."""
    uuids: set[str] = set()
    for table in (
        "topic",
        "post",
        "ticket",
        "ticket_message",
        "question",
        "cluster",
        "answer",
        "article",
        "message",
        "person",
    ):
        uuids |= {str(row["id"]) for row in await fetch_all(f"select id from {table}")}
    slugs = [row["slug"] for row in await fetch_all("select slug from space")]
    handles = [row["username"] for row in await fetch_all("select username from person where username is not null")]
    return {
        "int": [str(number) for number in range(1, 16)],
        "uuid": sorted(uuids),
        "str": [*slugs, *handles[:3], *sorted(uuids), "anything"],
        "path": ["anything"],
    }


def ways_to_fill(path: str, ids: Mapping[str, list[str]]) -> Iterator[str]:
    """The route's address with each combination of what exists, as far as `MAX_FILLED`."""
    kinds = re.findall(r"\{\w+:(\w+)\}", path)
    for count, chosen in enumerate(product(*(ids[kind] for kind in kinds))):
        if count >= MAX_FILLED:
            return
        filled = path
        for value in chosen:
            filled = re.sub(r"\{\w+:\w+\}", value, filled, count=1)
        yield filled


def routes_of(app: Litestar, actor: Actor, *methods: str) -> list[str]:
    """Paths of the routes the actor is let in to at all; the rest is refused before it reads anything (the matrix test)."""
    return sorted(
        {
            path
            for handler in handlers_of(app)
            for path in handler.paths
            if set(getattr(handler, "http_methods", ())) & set(methods) and path not in ENDLESS | LEAVING
            and all(may(actor.role, g.permission) for g in handler.resolve_guards() if hasattr(g, "permission"))
        }
    )  # fmt: skip


async def read_everything(client: Client, app: Litestar, actor: Actor, headers: dict[str, str]) -> dict[str, str]:
    """What every route answers, by address; searches with each text, help with each page."""
    ids = await ids_there_are()
    said: dict[str, str] = {}
    for path in routes_of(app, actor, "GET"):
        for filled in ways_to_fill(path, ids):
            answer = await client.get(filled, headers=headers)
            said[filled] = _text(answer)
        if "{" not in path:
            for texts in zip(*QUERY.values(), strict=True):
                asked = dict(zip(QUERY, texts, strict=True)) | {"page": PAGE if "help" in path else "1"}
                said[f"{path}?{texts[0]}"] = _text(await client.get(path, params=asked, headers=headers))
    return said


async def write_everywhere(client: Client, app: Litestar, actor: Actor, headers: dict[str, str]) -> dict[str, str]:
    """What every writing route answers, refusals included, to a form and to JSON that name everything there is."""
    ids = await ids_there_are()
    said: dict[str, str] = {}
    await client.get("/sign-in")
    for path in routes_of(app, actor, "POST"):
        for filled in ways_to_fill(path, ids):
            sent = {**headers, "x-csrftoken": client.cookies.get("csrftoken", "")}
            answer = await client.post(filled, data={"body": "?", "kind": "said_solved"}, headers=sent)
            said[f"POST {filled}"] = _text(answer)
    return said


def _text(answer: httpx.Response) -> str:
    return f"{answer.headers} {answer.text}".lower()


def leaks(said: Mapping[str, str], kept: set[str]) -> list[str]:
    """Where a word is told that is kept from the reader. What they typed themselves may be shown back to them."""
    return [
        f"{where}: {word}"
        for where, text in said.items()
        for word in sorted(kept - {typed for typed in kept if typed in where})
        if word in text
    ]


async def _world(deliver_all: Deliver) -> World:
    world = await make_world(PLANS, deliver_all=deliver_all, label_people=2, named=True)
    assert len(world.items) == len(PLANS)
    return world


@pytest.mark.parametrize("name", ["nobody", "another member", "member 0", "moderator"])
async def test_no_route_tells_of_what_is_not_for_its_reader(
    app: Litestar,
    db: str,
    deliver_all: Deliver,
    name: str,
) -> None:
    world = await _world(deliver_all)
    another = await make_person(Role.MEMBER)
    reader = {**world.people, "nobody": ANONYMOUS, "another member": another}[name]
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    async with Client(transport=transport, base_url="http://testserver") as client:
        if reader.is_signed_in:
            await client.sign_in(reader)
        kept = world.words_kept_from(reader, moderates=True)
        said = await read_everything(client, app, reader, {})
        written = await write_everywhere(client, app, reader, {}) if name != "moderator" else {}

    assert len(kept) >= 4
    assert leaks(said | written, kept) == []
    own = {word for item in world.items if item.is_readable_by(reader) for word in item.words}
    told = " ".join(said.values())
    assert all(word in told for word in own), "the walk reached what the reader may read"


@pytest.mark.long
async def test_no_route_tells_programs_and_pages_of_the_product_either(
    app: Litestar,
    db: str,
    deliver_all: Deliver,
) -> None:
    world = await _world(deliver_all)
    member, agent = world.people["member 2"], world.people["agent"]
    product_app = await read_app((await make_product()).id)
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    async with Client(transport=transport, base_url="http://testserver") as client:
        key = {"authorization": f"Bearer {await make_key(member)}"}
        narrow = {"authorization": f"Bearer {await make_key(agent, Permission.TOPIC_READ, Permission.ARTICLE_READ)}"}
        widget = {"x-write-key": product_app.write_key, "x-identity-token": sign(product_app, sub="c-1", name="Ines")}
        of_member = await read_everything(client, app, member, key)
        of_widget = await read_everything(client, app, ANONYMOUS, widget)
        of_narrow = await read_everything(client, app, agent, narrow)

    assert leaks(of_member, world.words_kept_from(member)) == []
    assert leaks(of_widget, world.words_kept_from(ANONYMOUS)) == []
    tickets = {w for item in world.items if item.plan.place == "ticket" for w in (*item.words, item.cure)}
    assert leaks(of_narrow, tickets) == []
    assert any(EVERYBODY_ASKS.lower() in text for where, text in of_widget.items() if where.startswith("/api/v1/help"))
