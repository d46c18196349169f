"""All of this room's routes."""

from typing import Any

from server.promotion import api, deciding, reading

PROMOTION_ROUTES: list[Any] = [
    reading.show_promotions,
    reading.show_promotion,
    deciding.accept_article,
    deciding.accept_issue,
    deciding.dismiss,
    *api.ROUTES,
]
