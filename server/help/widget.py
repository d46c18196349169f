"""/widget.js: one file under a name that never changes, because customers' pages carry it."""

import gzip
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from typing import Any

from litestar import Request, Response, route
from litestar.datastructures import CacheControlHeader

from kb.core.errors import NotFound
from kb.core.saying import say
from kb.languages.catalogues import widget_words
from kb.languages.offered import LANGUAGES, SOURCE, choose_accepted
from server.help.origins import AnyOrigin
from server.security.guards import PUBLIC
from server.templating import FRONTEND

FILE = FRONTEND / "dist" / "widget.js"

KEPT_FOR = 300
"""Seconds a browser keeps it without asking: how long a new version takes to reach a customer's page at most."""


@dataclass(frozen=True, slots=True)
class _Built:
    plain: bytes
    packed: bytes
    etag: str


@lru_cache(maxsize=1)
def _built(stamp: float) -> _Built:
    plain = FILE.read_bytes()
    return _Built(plain, gzip.compress(plain, 9, mtime=0), f'"{sha256(plain).hexdigest()[:20]}"')


@dataclass(frozen=True, slots=True)
class WidgetWords:
    """A language of ours, and what the widget says in it by its English; `words` is empty for English itself."""

    language: str
    direction: str
    words: dict[str, str]


@route(
    "/widget/words/{language:str}",
    http_method=["GET", "OPTIONS"],
    opt=PUBLIC,
    middleware=[AnyOrigin()],
    include_in_schema=False,
    cache_control=CacheControlHeader(max_age=KEPT_FOR, public=True),
)
async def get_words(language: str) -> WidgetWords:
    """The words for a page in this language, such as `de-AT`; English where we do not speak it."""
    spoken = LANGUAGES[choose_accepted(language, SOURCE)]
    return WidgetWords(spoken.code, spoken.direction, dict(widget_words(spoken.code)))


@route("/widget.js", http_method=["GET", "OPTIONS"], opt=PUBLIC, middleware=[AnyOrigin()], include_in_schema=False)
async def get_widget(request: Request[Any, Any, Any]) -> Response[Any]:
    """The widget's script, packed where the browser can unpack it."""
    if not FILE.is_file():
        raise NotFound(say("The widget has not been built."))
    built = _built(FILE.stat().st_mtime)
    headers = {"Cache-Control": f"public, max-age={KEPT_FOR}", "ETag": built.etag, "Vary": "Accept-Encoding"}
    if request.headers.get("if-none-match") == built.etag:
        return Response(None, status_code=304, headers=headers)
    packs = "gzip" in request.headers.get("accept-encoding", "")
    if packs:
        headers["Content-Encoding"] = "gzip"
    body = built.packed if packs else built.plain
    return Response(body, status_code=200, headers=headers, media_type="text/javascript; charset=utf-8")
