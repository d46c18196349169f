"""All of this room's routes."""

from typing import Any

from server.people import keys, profiles, signing, staff

PEOPLE_ROUTES: list[Any] = [
    signing.show_sign_in,
    signing.create_session,
    signing.show_sign_up,
    signing.create_member,
    signing.end_session,
    profiles.show_profile,
    profiles.show_own_profile,
    profiles.api_get_me,
    staff.show_people,
    staff.show_timeline,
    staff.give_role,
    staff.suspend,
    staff.restore,
    keys.show_keys,
    keys.create_key,
    keys.revoke_key,
]
