"""Every list of the API has one shape, and is walked by its cursor without losing or repeating a row."""

import inspect
from collections.abc import Awaitable, Callable
from typing import Any, get_type_hints

import pytest
from litestar import Litestar
from litestar.handlers import HTTPRouteHandler

from kb.core.actor import Actor
from kb.core.policy import Role
from kb.drafts.keeping import DraftText, keep_draft
from kb.forum.bookmarking import bookmark_post
from kb.people.groups import create_group
from tests.architecture.test_routes_declare_permission import handlers_of
from tests.support.client import Client
from tests.support.factories import make_person
from tests.support.forum_factories import make_reply, make_space, make_topic
from tests.support.people_factories import make_key, sign
from tests.support.signals_factories import make_product
from tests.support.tickets_factories import make_ticket

RANKED = {
    "/api/v1/search": "ranked results, 20 a page, with facets",
    "/api/v1/suggestions": "the few best",
    "/api/v1/completions/people": "the few best while somebody types",
    "/api/v1/completions/topics": "the few best while somebody types",
    "/api/v1/messages": "what waits to be shown now, not a list to be walked: that is /api/v1/inbox",
}
"""Answers with rows that are no lists, and why."""

Make = Callable[[Actor, int], Awaitable[Any]]


async def _topic(actor: Actor, number: int) -> None:
    await make_topic(actor, title=f"The export stops at row {number}")


async def _space(_: Actor, number: int) -> None:
    await make_space(f"corner-{number}")


async def _ticket(actor: Actor, _: int) -> None:
    await make_ticket(actor)


async def _draft(actor: Actor, number: int) -> None:
    await keep_draft(actor, f"reply:{number + 1}", DraftText(body="Half a sentence"))


async def _group(actor: Actor, number: int) -> None:
    await create_group(actor, f"Group {number}", "")


async def _bookmark(actor: Actor, _: int) -> None:
    await bookmark_post(actor, await make_reply(await make_topic()))


async def _person(_: Actor, number: int) -> None:
    await make_person(name=f"Person {number}")


async def _key(actor: Actor, _: int) -> None:
    await make_key(actor)


PLANTED: dict[str, tuple[Make, str]] = {
    "/api/v1/topics": (_topic, "number"),
    "/api/v1/spaces": (_space, "slug"),
    "/api/v1/tickets": (_ticket, "number"),
    "/api/v1/tickets?queue=unassigned": (_ticket, "number"),
    "/api/v1/drafts": (_draft, "place"),
    "/api/v1/groups": (_group, "id"),
    "/api/v1/bookmarks": (_bookmark, "post_id"),
    "/api/v1/people": (_person, "id"),
    "/api/v1/keys": (_key, "id"),
}


def lists_of(app: Litestar) -> list[HTTPRouteHandler]:
    """Operations that answer with `items`."""
    return [one for one in operations(app) if "items" in getattr(_answer(one), "__dataclass_fields__", {})]


def operations(app: Litestar) -> list[HTTPRouteHandler]:
    return [
        one
        for one in handlers_of(app)
        if "GET" in one.http_methods and any(path.startswith("/api/v1/") for path in one.paths)
    ]


def _answer(handler: HTTPRouteHandler) -> Any:
    kind = get_type_hints(handler.fn)["return"]
    return getattr(kind, "__origin__", kind)


def test_every_list_has_the_one_shape(app: Litestar) -> None:
    wrong = []
    for one in operations(app):
        path, kind = sorted(one.paths)[0], _answer(one)
        takes, has = set(inspect.signature(one.fn).parameters), set(getattr(kind, "__dataclass_fields__", {}))
        is_list = kind in {list, dict} or bool({"next_cursor", "next_page", "page"} & (has | takes))
        if "items" in has and not ({"cursor", "limit"} <= takes and "next" in has):
            wrong.append(f"{path} takes {takes} and answers with {has}")
        if "items" not in has and is_list and path not in {*RANKED, "/api/v1/loop"}:
            wrong.append(f"{path} is a list of another shape")

    assert wrong == []
    assert len(lists_of(app)) >= 45


@pytest.mark.parametrize("path", sorted(PLANTED))
async def test_three_pages_lose_and_repeat_nothing_though_a_row_comes_in_between(client: Client, path: str) -> None:
    make, name = PLANTED[path]
    admin = await make_person(Role.ADMIN)
    headers = {"authorization": f"Bearer {await make_key(admin)}"}
    for number in range(6):
        await make(admin, number)
    before = {row[name] for row in (await client.get(path, params={"limit": 100}, headers=headers)).json()["items"]}
    seen: list[Any] = []
    cursor: str | None = ""
    for page in range(20):
        answer = (await client.get(path, params={"limit": 2, "cursor": cursor or ""}, headers=headers)).json()
        seen += [row[name] for row in answer["items"]]
        if page == 0:
            await make(admin, 6)
        if (cursor := answer["next"]) is None:
            break

    assert len(seen) == len(set(seen))
    assert before <= set(seen)
    assert cursor is None


async def test_a_wrong_cursor_or_limit_is_refused_by_name(client: Client, app: Litestar) -> None:
    product = await make_product()
    headers = {
        "authorization": f"Bearer {await make_key(await make_person(Role.ADMIN))}",
        "x-write-key": product.write_key,
        "x-identity-token": sign(product),
    }
    plain = [path for one in lists_of(app) for path in one.paths if "{" not in path]
    for path in plain:
        for field, values in {"cursor": ["x", "!", "eA"], "limit": ["0", "-1", "101", "many"]}.items():
            for value in values:
                answer = await client.get(path, params={field: value}, headers=headers)
                assert answer.status_code in {400, 422}, (path, field, value, answer.text)
                assert field in answer.json()["error"]["fields"], (path, answer.text)

    assert len(plain) >= 30
