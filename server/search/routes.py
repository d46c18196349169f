"""All of this room's routes."""

from typing import Any

from server.search import api, searching, suggesting

SEARCH_ROUTES: list[Any] = [
    searching.show_search,
    searching.show_hits,
    suggesting.suggest_for_topic,
    suggesting.suggest_for_ticket,
    api.api_suggest,
    api.api_search,
]
