"""All of this room's routes."""

from typing import Any

from server.macros import proposing, reading, writing

MACROS_ROUTES: list[Any] = [
    proposing.show_proposals,
    proposing.show_proposal,
    proposing.accept_proposal,
    proposing.dismiss_proposal,
    proposing.api_list_proposals,
    proposing.api_get_proposal,
    proposing.api_accept_proposal,
    proposing.api_dismiss_proposal,
    reading.show_macro,
    *writing.ROUTES,
    reading.api_list_macros,
    reading.api_get_macro,
]
