"""The OpenAPI document says of every operation what it does and with which key."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from litestar import Litestar


def operations(document: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for path, methods in document["paths"].items():
        if path.startswith("/api/v1/"):
            yield from ((f"{method.upper()} {path}", operation) for method, operation in methods.items())


def test_every_operation_says_what_it_does_under_a_name_of_its_own(app: Litestar) -> None:
    document = app.openapi_schema.to_schema()
    found = dict(operations(document))
    names = Counter(operation["operationId"] for operation in found.values())

    assert [name for name, one in found.items() if not one.get("summary") or not one.get("description")] == []
    assert [name for name, times in names.items() if times > 1] == []
    assert len(found) >= 250


def test_the_key_that_operations_take_is_described(app: Litestar) -> None:
    document = app.openapi_schema.to_schema()

    assert document["components"]["securitySchemes"]["key"]["scheme"] == "bearer"
    assert {"key": []} in document["security"]


def test_every_operation_says_how_it_refuses_in_the_one_shape(app: Litestar) -> None:
    document = app.openapi_schema.to_schema()
    refusal = {
        "$ref": "#/components/schemas/" + next(n for n in document["components"]["schemas"] if n.endswith("Refusal"))
    }
    wanted = {"401", "403", "422", "429"}

    for name, operation in operations(document):
        refused = {status: one for status, one in operation["responses"].items() if status >= "401"}
        assert wanted <= set(refused), name
        assert ("404" in refused) == ("{" in name), name
        assert all(one["content"]["application/json"]["schema"] == refusal for one in refused.values()), name


def test_whatever_the_document_refers_to_stands_in_it(app: Litestar) -> None:
    document = app.openapi_schema.to_schema()
    schemas = {f"#/components/schemas/{name}" for name in document["components"]["schemas"]}

    assert set(_references(document)) <= schemas


def _references(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        if isinstance(node.get("$ref"), str):
            yield node["$ref"]
        for value in node.values():
            yield from _references(value)
    elif isinstance(node, list):
        for value in node:
            yield from _references(value)
