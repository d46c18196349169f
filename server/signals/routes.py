"""All of the signals room's routes."""

from typing import Any

from server.signals import own, posthog, searching, segment

SIGNALS_ROUTES: list[Any] = [
    posthog.capture,
    posthog.ignore,
    posthog.flags,
    posthog.surveys,
    posthog.config,
    posthog.config_script,
    segment.call,
    segment.metrics,
    segment.settings,
    own.create_events,
    own.search_events,
    searching.show_events,
]
