"""Segment's addresses, so that an unmodified @segment/analytics-next works with its hosts pointing here."""

from functools import partial
from typing import Any

from litestar import Request, Response, route

from kb.core.clock import now
from kb.signals.wire.segment import KINDS, read_segment
from server.signals.answering_wires import WIRE, MirrorOrigin, ok, receipt_json, take_in
from server.wiring import Services

CALL_PATHS = [f"/v1/{name}" for name in KINDS]


@route(CALL_PATHS, http_method=["POST", "OPTIONS"], opt=WIRE, middleware=[MirrorOrigin()], include_in_schema=False)
async def call(request: Request[Any, Any, Any]) -> Response[Any]:
    """One call, or a batch of them; the last part of the path says which."""
    kind = request.url.path.rstrip("/").rsplit("/", 1)[-1]
    read = partial(read_segment, kind, authorization=request.headers.get("authorization", ""), received_at=now())
    receipt = await take_in(await request.body(), read)
    return ok({**receipt_json(receipt), "success": True})


@route("/v1/m", http_method=["POST", "OPTIONS"], opt=WIRE, middleware=[MirrorOrigin()], include_in_schema=False)
async def metrics(request: Request[Any, Any, Any]) -> Response[Any]:
    """The SDK's figures about itself: taken and dropped."""
    return ok({"success": True})


@route(
    "/v1/projects/{write_key:str}/settings",
    http_method=["GET", "OPTIONS"],
    opt=WIRE,
    middleware=[MirrorOrigin()],
    include_in_schema=False,
)
async def settings(request: Request[Any, Any, Any], services: Services, write_key: str) -> Response[Any]:
    """Where the SDK is to send: here."""
    host = request.headers.get("host") or services.settings.base_url.split("://", 1)[-1]
    secure = services.settings.is_secure or request.url.scheme == "https"
    destination = {"apiKey": write_key, "apiHost": f"{host}/v1", "protocol": "https" if secure else "http"}
    return ok({"integrations": {"Segment.io": destination}, "plan": {}, "edgeFunction": {}, "remotePlugins": []})
