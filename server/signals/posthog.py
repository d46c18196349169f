"""PostHog's addresses, so that an unmodified posthog-js works with `api_host` pointing here."""

import json
import re
from functools import partial
from typing import Any

from litestar import Request, Response, route

from kb.core.clock import now
from kb.core.errors import NotFound
from kb.core.saying import say
from kb.signals.wire.posthog import read_posthog
from server.signals.answering_wires import WIRE, MirrorOrigin, ok, query_of, receipt_json, take_in

CAPTURE_PATHS = ["/e", "/batch", "/capture", "/track", "/engage", "/i/v0/e"]
IGNORED_PATHS = ["/s", "/i/v1/logs"]
FLAG_PATHS = ["/flags", "/decide"]

CONFIG: dict[str, Any] = {
    "supportedCompression": ["gzip", "gzip-js"],
    "autocapture_opt_out": False,
    "captureDeadClicks": False,
    "capturePerformance": False,
    "autocaptureExceptions": False,
    "sessionRecording": False,
    "heatmaps": False,
    "hasFeatureFlags": False,
    "siteApps": [],
    "toolbarParams": {},
    "isAuthenticated": False,
    "defaultIdentifiedOnly": False,
    "errorTracking": {"autocaptureExceptions": False, "suppressionRules": []},
}
"""What the SDK asks before it begins: clicks yes; recording, surveys, flags and heatmaps are not ours to keep.

`surveys` is left out on purpose: told `false`, posthog-js 1.449 still loads its script for them.
"""

NO_FLAGS: dict[str, Any] = {
    "flags": {},
    "featureFlags": {},
    "featureFlagPayloads": {},
    "errorsWhileComputingFlags": False,
    "quotaLimited": [],
}

_TOKEN = re.compile(r"[A-Za-z0-9_-]{1,200}")


@route(
    CAPTURE_PATHS,
    http_method=["GET", "POST", "OPTIONS"],
    opt=WIRE,
    middleware=[MirrorOrigin()],
    include_in_schema=False,
)
async def capture(request: Request[Any, Any, Any]) -> Response[Any]:
    """Events, in whichever of PostHog's shapes. GET is its image pixel."""
    body = await request.body() if request.method == "POST" else b""
    content_type = request.headers.get("content-type", "")
    read = partial(read_posthog, query=query_of(request), content_type=content_type, received_at=now())
    return ok(receipt_json(await take_in(body, read)))


@route(IGNORED_PATHS, http_method=["POST", "OPTIONS"], opt=WIRE, middleware=[MirrorOrigin()], include_in_schema=False)
async def ignore(request: Request[Any, Any, Any]) -> Response[Any]:
    """Recordings and logs: taken and dropped, so that a misconfigured SDK does not keep sending them again."""
    return ok({"status": 1})


@route(
    FLAG_PATHS, http_method=["GET", "POST", "OPTIONS"], opt=WIRE, middleware=[MirrorOrigin()], include_in_schema=False
)
async def flags() -> Response[Any]:
    """There are no feature flags here; `/decide` also tells the configuration to older SDKs."""
    return ok({**CONFIG, **NO_FLAGS})


@route("/api/surveys", http_method=["GET", "OPTIONS"], opt=WIRE, middleware=[MirrorOrigin()], include_in_schema=False)
async def surveys() -> Response[Any]:
    """There are no surveys here."""
    return ok({"surveys": []})


@route(
    "/array/{token:str}/config",
    http_method=["GET", "OPTIONS"],
    opt=WIRE,
    middleware=[MirrorOrigin()],
    include_in_schema=False,
)
async def config(token: str) -> Response[Any]:
    """The configuration, as the bundled SDK asks for it."""
    return ok({**CONFIG, "token": _known_shape(token)})


@route(
    "/array/{token:str}/config.js",
    http_method=["GET", "OPTIONS"],
    opt=WIRE,
    middleware=[MirrorOrigin()],
    include_in_schema=False,
)
async def config_script(token: str) -> Response[str]:
    """The configuration, as the SDK that loads parts of itself asks for it."""
    name = json.dumps(_known_shape(token))
    value = json.dumps({"config": {**CONFIG, "token": token}, "siteApps": []})
    script = (
        f"(function(){{var c=window._POSTHOG_REMOTE_CONFIG=window._POSTHOG_REMOTE_CONFIG||{{}};c[{name}]={value};}})();"
    )
    return Response(script, status_code=200, media_type="text/javascript; charset=utf-8")


def _known_shape(token: str) -> str:
    """The token if it can be one: it is written into a script."""
    if not _TOKEN.fullmatch(token):
        raise NotFound(say("There is nothing at this address."))
    return token
