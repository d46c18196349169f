"""All of this room's routes."""

from typing import Any

from server.articles import api_categories, api_judging, api_relating, categories, judging

ARTICLES_ROUTES: list[Any] = [
    categories.show_category,
    categories.show_order,
    categories.new_category,
    categories.make_category,
    categories.edit_category,
    categories.change_category,
    categories.move_category,
    categories.archive_category,
    categories.restore_category,
    categories.move_article_page,
    api_categories.api_list_categories,
    api_categories.api_list_archived_categories,
    api_categories.api_get_category,
    api_categories.api_make_category,
    api_categories.api_change_category,
    api_categories.api_move_category,
    api_categories.api_archive_category,
    api_categories.api_restore_category,
    api_categories.api_get_place,
    api_categories.api_place_article,
    api_categories.api_move_article,
    judging.ask_why,
    judging.judge,
    api_judging.api_judge_article,
    api_judging.api_list_feedback,
    api_relating.api_list_related,
]
