"""Browsers that are told while no page is open: the worker script they run, and their addresses."""

from dataclasses import dataclass

from litestar import Response, delete, get, post

from kb.core.actor import Actor
from kb.core.permissions import Permission
from kb.notices.pushing import subscribe_browser, unsubscribe_browser
from kb.ports.push import PushAddress
from server.security.guards import PUBLIC, requires
from server.templating import FRONTEND, asset
from server.wiring import Services

READ = [requires(Permission.NOTICE_READ)]


@dataclass(frozen=True, slots=True)
class BrowserIn:
    """A subscription as a browser's `toJSON` gives it; `keys` holds `p256dh` and `auth`."""

    endpoint: str
    keys: dict[str, str]


@dataclass(frozen=True, slots=True)
class EndpointIn:
    """Which browser."""

    endpoint: str


@dataclass(frozen=True, slots=True)
class KeyOut:
    """What a browser subscribes with: `applicationServerKey`, base64url."""

    public_key: str


@get("/push.js", opt=PUBLIC, include_in_schema=False)
async def get_push_worker() -> Response[bytes]:
    """The service worker, under a name that never changes and at the root, so that it may speak for the whole site."""
    built = FRONTEND / "dist" / asset("push_worker.js").removeprefix("/static/")
    headers = {"Cache-Control": "no-cache"}
    return Response(built.read_bytes(), media_type="text/javascript; charset=utf-8", headers=headers)


@post("/me/browsers", guards=READ, status_code=204)
async def add_browser(actor: Actor, data: BrowserIn) -> None:
    """Tell this browser from now on: what the button of the preferences page sends."""
    await subscribe_browser(actor, _address(data))


@post("/me/browsers/removal", guards=READ, status_code=204)
async def remove_browser(actor: Actor, data: EndpointIn) -> None:
    """Tell it no more."""
    await unsubscribe_browser(actor, data.endpoint)


@get("/api/v1/me/browsers/key", guards=READ)
async def api_get_push_key(services: Services) -> KeyOut:
    """The key to subscribe with."""
    return KeyOut(services.push_key)


@post("/api/v1/me/browsers", guards=READ, status_code=204)
async def api_add_browser(actor: Actor, data: BrowserIn) -> None:
    """Tell a browser of the caller from now on."""
    await subscribe_browser(actor, _address(data))


@delete("/api/v1/me/browsers", guards=READ, status_code=204)
async def api_remove_browser(actor: Actor, endpoint: str) -> None:
    """Tell it no more."""
    await unsubscribe_browser(actor, endpoint)


def _address(data: BrowserIn) -> PushAddress:
    return PushAddress(data.endpoint, data.keys.get("p256dh", ""), data.keys.get("auth", ""))
