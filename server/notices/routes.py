"""All of this room's routes."""

from typing import Any

from server.notices import api, confirming, mail, preferring, pushing, reading, unsubscribing, watching

NOTICES_ROUTES: list[Any] = [
    reading.show_notices,
    reading.open_one,
    reading.see_one,
    reading.see_all,
    reading.object_to_duplicate,
    watching.show_topic_watch,
    watching.choose_topic_watch,
    watching.show_space_watch,
    watching.choose_space_watch,
    preferring.show_preferences,
    preferring.choose_preferences,
    unsubscribing.show_subscription,
    unsubscribing.unsubscribe,
    mail.api_receive_mail,
    confirming.send_confirmation,
    confirming.api_send_confirmation,
    confirming.show_confirmation,
    confirming.confirm,
    pushing.get_push_worker,
    pushing.add_browser,
    pushing.remove_browser,
    pushing.api_get_push_key,
    pushing.api_add_browser,
    pushing.api_remove_browser,
    api.api_list_notices,
    api.api_see_notice,
    api.api_see_all_notices,
    api.api_get_topic_watch,
    api.api_watch_topic,
    api.api_get_space_watch,
    api.api_watch_space,
    api.api_get_preferences,
    api.api_set_preferences,
]
