"""All of this room's routes."""

from typing import Any

from server.assistant import api, api_flows, flows, talking

ASSISTANT_ROUTES: list[Any] = [*talking.ROUTES, *flows.ROUTES, *api.ROUTES, *api_flows.ROUTES]
