"""All of this room's routes."""

from typing import Any

from server.standing import badges, trust

STANDING_ROUTES: list[Any] = [
    trust.show_trust,
    trust.change_trust,
    trust.show_own_trust,
    trust.api_get_trust,
    trust.api_grant_trust,
    badges.show_badges,
    badges.show_badge,
    badges.revoke,
    badges.api_list_badges,
    badges.api_list_holders,
    badges.api_revoke_badge,
    badges.api_restore_badge,
]
