"""The OpenAPI document at /schema/openapi.json: every operation with what its docstring says, and the key it takes."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from litestar.handlers import HTTPRouteHandler
from litestar.openapi import OpenAPIConfig
from litestar.openapi.datastructures import ResponseSpec
from litestar.openapi.spec import Components, SecurityScheme

from kb.core.saying import say

KEY = "key"


@dataclass(frozen=True, slots=True)
class Refused:
    """Why. `code` stays the same in every language; `fields` names what to put right, with what to do."""

    code: str
    message: str
    fields: dict[str, str]


@dataclass(frozen=True, slots=True)
class Refusal:
    """The one shape of everything that goes wrong."""

    error: Refused


_OF_ALL = {
    401: "A key is wanted, or this one is not known (any more).",
    403: "The person behind the key may not do this, or the key's scopes leave it out.",
    422: "Something that was sent does not fit: `fields` names it.",
    429: "Too often; `Retry-After` says how many seconds to wait.",
}
_OF_THINGS = {404: "There is none, or it is not the caller's to read: nothing tells the two apart."}
_OF_WRITES = {
    409: "It cannot be done as things stand, or another call with this Idempotency-Key is under way.",
    412: "It was changed since the ETag sent as If-Match.",
}

API_DOCUMENT = OpenAPIConfig(
    title="Answerloop",
    version="1",
    path="/schema",
    description="What pages do, for programs. Lists are `{items, next}` with `cursor` and `limit`;"
    " refusals are `{error: {code, message, fields}}`.",
    use_handler_docstrings=True,
    components=Components(
        security_schemes={
            KEY: SecurityScheme(
                type="http",
                scheme="bearer",
                description=say("A key of /settings/keys. What everybody may read is answered without one."),
            )
        }
    ),
    security=[{KEY: []}, {}],
)


def describe_refusals(routes: Iterable[Any]) -> None:
    """Give each operation of the API among the routes the refusals it can answer with; what one says itself stays."""
    for route in routes:
        if isinstance(route, HTTPRouteHandler) and any(path.startswith("/api/v1/") for path in route.paths):
            route.responses = {**_refusals_of(route), **(route.responses or {})}


def _refusals_of(route: HTTPRouteHandler) -> dict[int, ResponseSpec]:
    said = dict(_OF_ALL)
    if any("{" in path for path in route.paths):
        said |= _OF_THINGS
    if route.http_methods - {"GET", "HEAD"}:
        said |= _OF_WRITES
    return {
        status: ResponseSpec(data_container=Refusal, generate_examples=False, description=why)
        for status, why in said.items()
    }
