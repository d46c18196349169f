"""A strict stand-in of Meilisearch's wire, for machines without the server: refuses what the real one refuses, with its codes.

Written after the public API reference (v1.15): unknown fields and settings are refused, filters only over filterable attributes,
writes are tasks done later in their order, indexes are swapped whole, vectors must be given or declared absent.
"""

import json
import queue
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from tests.support.meili_filters import BadFilter, read_filter
from tests.support.meili_ranking import rank_by_vector, rank_by_words

KEY = "stand-in-key"

SETTINGS = {
    "searchableAttributes", "filterableAttributes", "displayedAttributes", "sortableAttributes", "rankingRules", "stopWords",
    "synonyms", "distinctAttribute", "typoTolerance", "faceting", "pagination", "proximityPrecision", "separatorTokens",
    "nonSeparatorTokens", "dictionary", "searchCutoffMs", "embedders", "localizedAttributes", "facetSearch", "prefixSearch",
}  # fmt: skip
EMBEDDER = {"source", "dimensions", "distribution", "binaryQuantized"}
SEARCH = {
    "q", "offset", "limit", "hitsPerPage", "page", "filter", "facets", "distinct", "attributesToRetrieve", "attributesToCrop",
    "cropLength", "cropMarker", "attributesToHighlight", "highlightPreTag", "highlightPostTag", "showMatchesPosition", "sort",
    "matchingStrategy", "showRankingScore", "showRankingScoreDetails", "rankingScoreThreshold", "attributesToSearchOn", "hybrid",
    "vector", "retrieveVectors", "locales", "media",
}  # fmt: skip
FETCH = {"offset", "limit", "fields", "filter", "retrieveVectors", "sort", "ids"}
_ID = re.compile(r"[A-Za-z0-9_-]{1,511}")


class Refused(Exception):
    """An error of the wire."""

    def __init__(self, status: int, code: str, message: str = "") -> None:
        super().__init__(code)
        self.status, self.code, self.message = status, code, message or code


@dataclass
class Index:
    """Documents, vectors by embedder, and settings."""

    primary_key: str | None
    documents: dict[str, dict[str, Any]] = field(default_factory=dict)
    vectors: dict[str, dict[str, list[float]]] = field(default_factory=dict)
    settings: dict[str, Any] = field(default_factory=dict)

    @property
    def filterable(self) -> set[str]:
        return set(self.settings.get("filterableAttributes") or [])


class Meilisearch:
    """The state, and the one thread that does tasks in their order. `held` keeps tasks waiting; `broken` answers 500 to all."""

    def __init__(self) -> None:
        self.indexes: dict[str, Index] = {}
        self.tasks: list[dict[str, Any]] = []
        self.requests: list[str] = []
        self.broken = False
        self._waiting: queue.Queue[tuple[int, Callable[[], None]] | None] = queue.Queue()
        threading.Thread(target=self._work, daemon=True).start()

    def stop(self) -> None:
        self._waiting.put(None)

    def enqueue(self, kind: str, uid: str | None, work: Callable[[], None]) -> tuple[int, dict[str, Any]]:
        number, moment = len(self.tasks), datetime.now(UTC).isoformat()
        self.tasks.append(
            {"uid": number, "indexUid": uid, "status": "enqueued", "type": kind, "enqueuedAt": moment, "error": None}
        )
        self._waiting.put((number, work))
        return 202, {"taskUid": number, "indexUid": uid, "status": "enqueued", "type": kind, "enqueuedAt": moment}

    def _work(self) -> None:
        while (item := self._waiting.get()) is not None:
            number, work = item
            task = self.tasks[number]
            task["status"] = "processing"
            try:
                work()
                task["status"] = "succeeded"
            except Refused as refusal:
                task["error"] = _error(refusal)
                task["status"] = "failed"

    def index(self, uid: str) -> Index:
        if uid not in self.indexes:
            raise Refused(404, "index_not_found", f"Index `{uid}` not found.")
        return self.indexes[uid]

    def create(self, body: dict[str, Any]) -> Any:
        _only(body, {"uid", "primaryKey"})
        uid = body.get("uid")
        if not isinstance(uid, str) or not _ID.fullmatch(uid):
            raise Refused(400, "invalid_index_uid")

        def work() -> None:
            if uid in self.indexes:
                raise Refused(409, "index_already_exists")
            self.indexes[uid] = Index(body.get("primaryKey"))

        return self.enqueue("indexCreation", uid, work)

    def drop(self, uid: str) -> Any:
        def work() -> None:
            self.index(uid)
            del self.indexes[uid]

        return self.enqueue("indexDeletion", uid, work)

    def swap(self, body: list[dict[str, Any]]) -> Any:
        for pair in body:
            _only(pair, {"indexes", "rename"})
            if len(pair.get("indexes", ())) != 2:
                raise Refused(400, "invalid_swap_indexes")

        def work() -> None:
            for pair in body:
                a, b = pair["indexes"]
                one, other = self.index(a), self.index(b)
                self.indexes[a], self.indexes[b] = other, one

        return self.enqueue("indexSwap", None, work)

    def change_settings(self, uid: str, body: dict[str, Any]) -> Any:
        _only(body, SETTINGS)
        for name, embedder in (body.get("embedders") or {}).items():
            _only(embedder, EMBEDDER, code="invalid_settings_embedders")
            if embedder.get("source") != "userProvided" or not isinstance(embedder.get("dimensions"), int):
                raise Refused(
                    400, "invalid_settings_embedders", f"`.embedders.{name}`: a source and dimensions are needed"
                )
        return self.enqueue("settingsUpdate", uid, lambda: self.index(uid).settings.update(body))

    def add(self, uid: str, body: list[dict[str, Any]]) -> Any:
        if not isinstance(body, list):
            raise Refused(400, "malformed_payload")

        def work() -> None:
            index = self.indexes.setdefault(uid, Index(None))
            accepted = [(_document_id(document, index), document) for document in body]
            for _, document in accepted:
                _check_vectors(document, index)
            for key, document in accepted:
                given = document.get("_vectors") or {}
                index.documents[key] = {name: value for name, value in document.items() if name != "_vectors"}
                for name in index.settings.get("embedders") or {}:
                    index.vectors.setdefault(name, {}).pop(key, None)
                    if given.get(name) is not None:
                        index.vectors[name][key] = given[name]

        return self.enqueue("documentAdditionOrUpdate", uid, work)

    def delete(self, uid: str, body: list[str]) -> Any:
        def work() -> None:
            index = self.index(uid)
            for key in body:
                index.documents.pop(str(key), None)
                for vectors in index.vectors.values():
                    vectors.pop(str(key), None)

        return self.enqueue("documentDeletion", uid, work)

    def fetch(self, uid: str, body: dict[str, Any]) -> Any:
        _only(body, FETCH)
        index = self.index(uid)
        test = _read(body.get("filter"), index, "invalid_document_filter")
        found = [d for d in index.documents.values() if test(d)]
        offset, limit = body.get("offset", 0), body.get("limit", 20)
        fields = body.get("fields") or index.settings.get("displayedAttributes")
        page = [_cut(d, fields, index) for d in found[offset : offset + limit]]
        return 200, {"results": page, "offset": offset, "limit": limit, "total": len(found)}

    def search(self, uid: str, body: dict[str, Any]) -> Any:
        _only(body, SEARCH)
        index = self.index(uid)
        test = _read(body.get("filter"), index, "invalid_search_filter")
        readable = [d for d in index.documents.values() if test(d)]
        hybrid, strategy = body.get("hybrid"), body.get("matchingStrategy", "last")
        if strategy not in {"all", "last", "frequency"}:
            raise Refused(400, "invalid_search_matching_strategy")
        if hybrid is not None:
            found = rank_by_vector(readable, *_vectors_of(body, hybrid, index))
        elif body.get("vector") is not None:
            raise Refused(400, "missing_search_hybrid")
        else:
            names = index.settings.get("searchableAttributes") or ["*"]
            found = rank_by_words(readable, body.get("q") or "", names, strategy)
        offset, limit = body.get("offset", 0), body.get("limit", 20)
        hits = [_hit(hit, body, index) for hit in found[offset : offset + limit]]
        return 200, {
            "hits": hits, "query": body.get("q") or "", "processingTimeMs": 1, "limit": limit, "offset": offset,
            "estimatedTotalHits": len(found),
        }  # fmt: skip


def _only(body: Any, known: set[str], *, code: str = "bad_request") -> None:
    if not isinstance(body, dict):
        raise Refused(400, "malformed_payload")
    for name in body:
        if name not in known:
            raise Refused(400, code, f"Unknown field `{name}`: expected one of {', '.join(sorted(known))}")


def _read(text: Any, index: Index, code: str) -> Callable[[dict[str, Any]], bool]:
    try:
        return read_filter(text, index.filterable)
    except BadFilter as bad:
        raise Refused(400, code, str(bad)) from bad


def _document_id(document: dict[str, Any], index: Index) -> str:
    index.primary_key = index.primary_key or "id"
    key = document.get(index.primary_key)
    if key is None:
        raise Refused(400, "missing_document_id")
    if not _ID.fullmatch(str(key)):
        raise Refused(400, "invalid_document_id")
    return str(key)


def _check_vectors(document: dict[str, Any], index: Index) -> None:
    given = document.get("_vectors") or {}
    for name, embedder in (index.settings.get("embedders") or {}).items():
        if name not in given:
            raise Refused(
                400, "vector_embedding_error", f"no vectors provided for {document['id']}: `_vectors.{name}`: null"
            )
        if given[name] is not None and len(given[name]) != embedder["dimensions"]:
            raise Refused(400, "invalid_vector_dimensions")


def _vectors_of(body: dict[str, Any], hybrid: Any, index: Index) -> tuple[dict[str, list[float]], list[float]]:
    _only(hybrid, {"embedder", "semanticRatio"}, code="invalid_search_hybrid_query")
    name, embedders = hybrid.get("embedder"), index.settings.get("embedders") or {}
    if name not in embedders:
        raise Refused(400, "invalid_search_embedder", f"Cannot find embedder with name `{name}`.")
    if not 0 <= hybrid.get("semanticRatio", 0.5) <= 1:
        raise Refused(400, "invalid_search_semantic_ratio")
    vector = body.get("vector")
    if vector is None:
        raise Refused(400, "vector_embedding_error", "userProvided: attempt to embed the following text")
    if len(vector) != embedders[name]["dimensions"]:
        raise Refused(400, "invalid_vector_dimensions")
    return index.vectors.get(name, {}), vector


def _cut(document: dict[str, Any], fields: Any, index: Index) -> dict[str, Any]:
    shown = index.settings.get("displayedAttributes") or list(document)
    return {n: v for n, v in document.items() if n in shown and (not fields or "*" in fields or n in fields)}


def _hit(hit: dict[str, Any], body: dict[str, Any], index: Index) -> dict[str, Any]:
    asked = {"_rankingScore": "showRankingScore", "_rankingScoreDetails": "showRankingScoreDetails"}
    extra = {name: hit[name] for name, switch in asked.items() if body.get(switch) and name in hit}
    return {**_cut(hit, body.get("attributesToRetrieve"), index), **extra}


def _error(refusal: Refused) -> dict[str, Any]:
    kind = "auth" if refusal.status in {401, 403} else "internal" if refusal.status >= 500 else "invalid_request"
    link = f"https://docs.meilisearch.com/errors#{refusal.code}"
    return {"message": refusal.message, "code": refusal.code, "type": kind, "link": link}


def _describe(meili: Meilisearch, uid: str, _: Any) -> tuple[int, Any]:
    moment, index = datetime.now(UTC).isoformat(), meili.index(uid)
    return 200, {"uid": uid, "primaryKey": index.primary_key, "createdAt": moment, "updatedAt": moment}


def _task(meili: Meilisearch, number: str, _: Any) -> tuple[int, Any]:
    if not number.isdigit() or int(number) >= len(meili.tasks):
        raise Refused(404, "task_not_found")
    return 200, meili.tasks[int(number)]


_VERSION = {"commitSha": "stand-in", "commitDate": "stand-in", "pkgVersion": "1.15.0 (stand-in)"}
_ROUTES: list[tuple[str, str, Callable[[Meilisearch, str, Any], tuple[int, Any]]]] = [
    ("GET", "health", lambda meili, _, body: (200, {"status": "available"})),
    ("GET", "version", lambda meili, _, body: (200, _VERSION)),
    ("POST", "indexes", lambda meili, _, body: meili.create(body)),
    ("GET", "indexes/([^/]+)", _describe),
    ("DELETE", "indexes/([^/]+)", lambda meili, uid, body: meili.drop(uid)),
    ("PATCH", "indexes/([^/]+)/settings", lambda meili, uid, body: meili.change_settings(uid, body)),
    (
        "GET",
        "indexes/([^/]+)/settings/embedders",
        lambda meili, uid, body: (200, meili.index(uid).settings.get("embedders") or {}),
    ),
    ("POST", "indexes/([^/]+)/documents", lambda meili, uid, body: meili.add(uid, body)),
    ("POST", "indexes/([^/]+)/documents/delete-batch", lambda meili, uid, body: meili.delete(uid, body)),
    ("POST", "indexes/([^/]+)/documents/fetch", lambda meili, uid, body: meili.fetch(uid, body)),
    ("POST", "indexes/([^/]+)/search", lambda meili, uid, body: meili.search(uid, body)),
    ("POST", "swap-indexes", lambda meili, _, body: meili.swap(body)),
    ("GET", "tasks/([^/]+)", _task),
]


def _route(meili: Meilisearch, method: str, path: str, body: Any) -> tuple[int, Any]:
    for known, pattern, answer in _ROUTES:
        found = re.fullmatch(pattern, path.split("?", maxsplit=1)[0].strip("/"))
        if found and method == known:
            return answer(meili, found[1] if found.groups() else "", body)
    raise Refused(404, "not_found", f"The stand-in does not know {method} {path}")


def _checked(meili: Meilisearch, request: BaseHTTPRequestHandler, raw: bytes) -> tuple[int, Any]:
    if meili.broken:
        raise Refused(500, "internal")
    if request.path != "/health" and request.headers.get("Authorization") != f"Bearer {KEY}":
        raise Refused(403, "invalid_api_key")
    if raw and request.headers.get("Content-Type") != "application/json":
        raise Refused(415, "invalid_content_type")
    try:
        body = json.loads(raw) if raw else None
    except ValueError as error:
        raise Refused(400, "malformed_payload") from error
    return _route(meili, request.command, request.path, body)


@contextmanager
def serve_meilisearch() -> Iterator[tuple[str, Meilisearch]]:
    """Address and state of a stand-in; asks for `KEY` as the real one asks for its master key."""
    meili = Meilisearch()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = (
            True  # head and body are sent apart: each answer would wait 40 ms for the other side's word
        )

        def answer(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            raw = self.rfile.read(length) if length else b""
            meili.requests.append(f"{self.command} {self.path}")
            try:
                status, document = _checked(meili, self, raw)
            except Refused as refusal:
                status, document = refusal.status, _error(refusal)
            sent = json.dumps(document).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(sent)))
            self.end_headers()
            self.wfile.write(sent)

        do_GET = do_POST = do_PATCH = do_DELETE = do_PUT = answer  # noqa: N815 - the names the library looks for

        def log_message(self, *_: object) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", meili
    finally:
        server.shutdown()
        server.server_close()
        meili.stop()
