"""The stand-in refuses what Meilisearch refuses, with its codes: an adapter that passes against it asks correctly."""

from typing import Any

import httpx
import pytest

from tests.support.meili_server import KEY, Meilisearch

VECTORS = {"m1": {"source": "userProvided", "dimensions": 2}}


@pytest.fixture
def wire(stand_in: tuple[str, Meilisearch]) -> httpx.Client:
    """A client with the key, and an index `things` with a vector space of two dimensions."""
    client = httpx.Client(base_url=stand_in[0], headers={"Authorization": f"Bearer {KEY}"})
    done(client, client.post("/indexes", json={"uid": "things", "primaryKey": "id"}))
    settings = {"filterableAttributes": ["kind"], "searchableAttributes": ["title"], "embedders": VECTORS}
    done(client, client.patch("/indexes/things/settings", json=settings))
    return client


def done(client: httpx.Client, answer: httpx.Response) -> dict[str, Any]:
    """The task once it is over."""
    assert (answer.status_code, answer.json()["status"]) == (202, "enqueued")
    while (task := client.get(f"/tasks/{answer.json()['taskUid']}").json())["status"] in {"enqueued", "processing"}:
        pass
    return task


@pytest.mark.parametrize(
    ("path", "body", "code"),
    [
        ("/indexes/things/search", {"q": "a", "semantic": True}, "bad_request"),
        ("/indexes/things/search", {"q": "a", "filter": "owner = 'x'"}, "invalid_search_filter"),
        ("/indexes/things/search", {"q": "a", "filter": "kind ="}, "invalid_search_filter"),
        ("/indexes/things/search", {"q": "a", "matchingStrategy": "some"}, "invalid_search_matching_strategy"),
        ("/indexes/things/search", {"vector": [1, 0]}, "missing_search_hybrid"),
        ("/indexes/things/search", {"vector": [1], "hybrid": {"embedder": "m1"}}, "invalid_vector_dimensions"),
        ("/indexes/things/search", {"vector": [1, 0], "hybrid": {"embedder": "m2"}}, "invalid_search_embedder"),
        ("/indexes/things/search", {"q": "a", "hybrid": {"embedder": "m1", "x": 1}}, "invalid_search_hybrid_query"),
        ("/indexes/things/documents/fetch", {"filter": "title = 'x'"}, "invalid_document_filter"),
        ("/indexes/things/documents/fetch", {"where": "x"}, "bad_request"),
        ("/indexes/others/search", {"q": "a"}, "index_not_found"),
        ("/indexes", {"uid": "not allowed"}, "invalid_index_uid"),
        ("/swap-indexes", [{"indexes": ["things"]}], "invalid_swap_indexes"),
    ],
)
def test_what_is_asked_wrongly_is_refused_at_once(wire: httpx.Client, path: str, body: Any, code: str) -> None:
    answer = wire.post(path, json=body)

    assert (answer.status_code >= 400, answer.json()["code"]) == (True, code)


def test_settings_it_does_not_know_and_a_wrong_key_are_refused(wire: httpx.Client) -> None:
    refused = wire.patch("/indexes/things/settings", json={"filterable": ["kind"]}).json()
    no_size = wire.patch("/indexes/things/settings", json={"embedders": {"m": {"source": "userProvided"}}}).json()

    assert (refused["code"], no_size["code"]) == ("bad_request", "invalid_settings_embedders")
    assert wire.get("/version", headers={"Authorization": "Bearer no"}).json()["code"] == "invalid_api_key"


@pytest.mark.parametrize(
    ("document", "code"),
    [
        ({"title": "a"}, "missing_document_id"),
        ({"id": "a b", "title": "a"}, "invalid_document_id"),
        ({"id": "a", "title": "a"}, "vector_embedding_error"),
        ({"id": "a", "title": "a", "_vectors": {"m1": [1, 2, 3]}}, "invalid_vector_dimensions"),
    ],
)
def test_a_document_that_does_not_fit_fails_its_task_and_none_of_the_batch_is_written(
    wire: httpx.Client, document: dict[str, Any], code: str
) -> None:
    good = {"id": "good", "title": "good", "_vectors": {"m1": None}}

    task = done(wire, wire.post("/indexes/things/documents", json=[good, document]))

    assert (task["status"], task["error"]["code"]) == ("failed", code)
    assert wire.post("/indexes/things/search", json={"q": "good"}).json()["hits"] == []


def test_a_swap_needs_both(wire: httpx.Client) -> None:
    task = done(wire, wire.post("/swap-indexes", json=[{"indexes": ["things", "others"]}]))

    assert (task["status"], task["error"]["code"]) == ("failed", "index_not_found")
