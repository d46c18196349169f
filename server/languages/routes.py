"""All of this room's routes."""

from typing import Any

from server.languages import choosing

LANGUAGES_ROUTES: list[Any] = [choosing.show_in_language, choosing.api_choose_language]
