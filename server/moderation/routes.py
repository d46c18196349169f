"""All of moderation's routes."""

from typing import Any

from server.moderation import api, flagging, reasons, reviewing, words
from server.security import proving

MODERATION_ROUTES: list[Any] = [
    flagging.flag_form,
    flagging.flag,
    flagging.unflag,
    flagging.show_outcome,
    reviewing.show_queue,
    reviewing.decide_one,
    reviewing.undo_one,
    reviewing.show_log,
    reviewing.undo_line,
    reasons.show_reasons,
    reasons.edit_reason,
    reasons.add_reason,
    reasons.change_reason,
    reasons.remove_reason,
    proving.api_get_challenge,
    words.show_words,
    words.add_words,
    words.remove_word,
    words.try_words,
    words.api_list_watched,
    words.api_watch_words,
    words.api_unwatch_word,
    words.api_try_text,
    api.api_flag_post,
    api.api_get_flag,
    api.api_withdraw_flag,
    api.api_flag_topic,
    api.api_list_reviews,
    api.api_get_review,
    api.api_decide,
    api.api_get_outcome,
    api.api_undo_decision,
    api.api_list_log,
    api.api_undo_act,
    api.api_list_canned,
    api.api_add_canned,
    api.api_change_canned,
    api.api_archive_canned,
]
