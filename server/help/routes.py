"""All of the help room's routes."""

from typing import Any

from server.help import api, messages, widget

HELP_ROUTES: list[Any] = [
    widget.get_widget,
    widget.get_words,
    api.api_get_help,
    api.api_record_use,
    api.api_ask,
    messages.stream_live,
    messages.see_message,
]
