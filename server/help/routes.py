"""All of the help room's routes."""

from typing import Any

from server.help import api, messages, reading, tickets, widget

HELP_ROUTES: list[Any] = [
    widget.get_widget,
    widget.get_words,
    api.api_get_help,
    api.api_record_use,
    api.api_ask,
    reading.api_get_help_answer,
    reading.api_get_help_article,
    tickets.api_list_own_tickets,
    tickets.api_get_own_ticket,
    tickets.api_write_in_own_ticket,
    tickets.api_see_own_ticket,
    tickets.api_keep_file,
    messages.stream_live,
    messages.see_message,
]
