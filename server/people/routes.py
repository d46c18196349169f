"""All of this room's routes."""

from typing import Any

from server.people import groups, keys, profiles, signing, staff

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
    groups.show_groups,
    groups.make_group,
    groups.show_group,
    groups.update_group,
    groups.remove_group,
    groups.add_person,
    groups.remove_person,
    groups.api_list_groups,
    groups.api_make_group,
    groups.api_get_group,
    groups.api_change_group,
    groups.api_delete_group,
    groups.api_add_member,
    groups.api_remove_member,
    keys.show_keys,
    keys.create_key,
    keys.revoke_key,
]
