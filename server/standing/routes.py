"""All of this room's routes."""

from typing import Any

from server.standing import trust

STANDING_ROUTES: list[Any] = [
    trust.show_trust,
    trust.change_trust,
    trust.show_own_trust,
    trust.api_get_trust,
    trust.api_grant_trust,
]
