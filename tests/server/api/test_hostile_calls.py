"""Whatever is sent to any operation of the API, it is answered or refused in the one shape, and never breaks."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import httpx
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from litestar import Litestar

from kb.core.policy import Role
from tests.architecture.test_api_document import operations
from tests.support.client import Client
from tests.support.factories import make_person
from tests.support.forum_factories import make_reply, make_topic
from tests.support.people_factories import make_key

ENDLESS = {"GET /api/v1/help/live"}

texts = st.one_of(
    st.text(max_size=12), st.sampled_from(["", "0", "1", "-1", "9" * 30, "\x00", "../..", "%", "null", "' or 1=1"])
)
scalars = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), texts)
bodies = st.recursive(
    scalars,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(texts, inner, max_size=4)),
    max_leaves=8,
)


def calls(document: dict[str, Any]) -> Iterator[tuple[str, str, list[str], list[str]]]:
    """(method, path, names of its query, names of its body) of each operation."""
    for name, operation in operations(document):
        if name in ENDLESS:
            continue
        method, path = name.split(" ")
        query = [one["name"] for one in operation.get("parameters", []) if one["in"] == "query"]
        content = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
        reference = content.get("schema", {}).get("$ref", "").rpartition("/")[2]
        yield method, path, query, list(document["components"]["schemas"].get(reference, {}).get("properties", {}))


@st.composite
def hostile(draw: st.DrawFn, call: tuple[str, str, list[str], list[str]]) -> tuple[str, str, dict[str, str], Any]:
    method, path, query, names = call
    known = st.sampled_from(["1", "help", "00000000-0000-7000-8000-000000000000"])
    parts = [
        quote(draw(st.one_of(known, texts)) or "x", safe="") if part.startswith("{") else part
        for part in path.split("/")
    ]
    asked = {name: draw(texts) for name in query if draw(st.booleans())}
    body = {name: draw(bodies) for name in names if draw(st.booleans())} if draw(st.booleans()) else draw(bodies)
    return method, "/".join(parts), asked, body


async def test_no_call_breaks_it(app: Litestar, db: str) -> None:
    await make_reply(await make_topic())
    key = {"authorization": f"Bearer {await make_key(await make_person(Role.ADMIN))}"}
    broken: list[str] = []
    seen: set[int] = set()
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    async with Client(transport=transport, base_url="http://testserver") as client:
        for call in calls(app.openapi_schema.to_schema()):
            for method, path, query, body in _examples(call):
                with_body = {} if method in {"GET", "DELETE"} else {"json": _jsonable(body)}
                answer = await client.request(method, path, params=query, headers=key, **with_body)  # type: ignore[arg-type]
                seen.add(answer.status_code)
                if answer.status_code >= 500:
                    broken.append(f"{method} {call[1]}: {path} {query} {body} -> {answer.status_code}")
                elif answer.status_code >= 400 and set(answer.json()["error"]) != {"code", "message", "fields"}:
                    broken.append(f"{method} {call[1]}: {answer.text}")
    assert broken == []
    assert {200, 404, 422} <= seen, f"calls came through as well as being refused: {seen}"


def _examples(call: tuple[str, str, list[str], list[str]]) -> list[tuple[str, str, dict[str, str], Any]]:
    """A few of what hypothesis thinks of for this call, the same ones each time."""
    found: list[tuple[str, str, dict[str, str], Any]] = []

    @settings(max_examples=6, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
    @given(hostile(call))
    def gather(one: tuple[str, str, dict[str, str], Any]) -> None:
        found.append(one)

    gather()
    return found


def _jsonable(body: Any) -> Any:
    """JSON has no infinities and no lone surrogates."""
    if isinstance(body, float) and not -1e300 < body < 1e300:
        return 1.5
    if isinstance(body, dict):
        return {name: _jsonable(value) for name, value in body.items()}
    return [_jsonable(one) for one in body] if isinstance(body, list) else body
