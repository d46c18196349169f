"""All of the forum's routes."""

from typing import Any

from server.forum import api, asking, completing, discussing, moderating, polling, previewing, reading

FORUM_ROUTES: list[Any] = [
    reading.show_home,
    reading.show_space,
    reading.find_topic,
    reading.show_topic,
    reading.find_post,
    asking.new_topic,
    asking.create_topic,
    asking.preview,
    polling.vote_in,
    polling.withdraw_from,
    polling.api_vote_in_poll,
    polling.api_withdraw_vote,
    previewing.api_preview,
    completing.api_complete_people,
    completing.api_complete_topics,
    discussing.create_post,
    discussing.edit_form,
    discussing.update_post,
    discussing.accept,
    discussing.unaccept,
    discussing.vote,
    discussing.unvote,
    discussing.me_too,
    discussing.not_me_too,
    moderating.hide,
    moderating.show_again,
    moderating.hide_one_post,
    moderating.show_post_again,
    moderating.new_space,
    moderating.make_space,
    api.api_list_spaces,
    api.api_list_topics,
    api.api_ask_topic,
    api.api_get_topic,
    api.api_reply,
]
