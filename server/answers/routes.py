"""All of this room's routes."""

from typing import Any

from server.answers import api, api_publishing, api_writing, history, publishing, reading, using, writing

ANSWERS_ROUTES: list[Any] = [
    reading.show_home,
    reading.lead_home,
    reading.find_article,
    reading.show_article,
    writing.promote,
    writing.show_drafts,
    writing.new_article,
    writing.create_article,
    writing.edit_article,
    writing.create_revision,
    history.show_revision,
    history.show_comparison,
    publishing.show_review,
    publishing.publish,
    publishing.submit,
    publishing.return_to_draft,
    publishing.verify,
    publishing.archive,
    publishing.restore,
    using.record,
    api.api_list_articles,
    api.api_get_article,
    api.api_record_use,
    api.api_count_uses,
    api_writing.api_write_article,
    api_writing.api_get_text,
    api_writing.api_revise_article,
    api_writing.api_list_revisions,
    api_writing.api_compare_revisions,
    *api_publishing.ROUTES,
]
