"""All of this room's routes."""

from typing import Any

from server.clusters import (
    api,
    api_correcting,
    api_reading,
    comparing,
    correcting,
    duplicate_pages,
    duplicates,
    proposals,
    reading,
)

CLUSTERS_ROUTES: list[Any] = [
    reading.show_clusters,
    reading.show_cluster,
    correcting.rename,
    correcting.correct_chosen,
    correcting.undo,
    comparing.compare,
    comparing.merge,
    comparing.tell_apart,
    proposals.show_proposals,
    proposals.accept,
    proposals.refuse,
    api.api_list_clusters,
    api.api_get_cluster,
    *api_correcting.ROUTES,
    *api_reading.ROUTES,
    duplicate_pages.mark_form,
    duplicate_pages.mark,
    duplicate_pages.show_duplicates,
    duplicate_pages.contest_form,
    duplicate_pages.contest,
    duplicate_pages.confirm,
    duplicate_pages.undo,
    duplicates.api_list_duplicates,
    duplicates.api_get_duplicate,
    duplicates.api_mark_duplicate,
    duplicates.api_confirm_duplicate,
    duplicates.api_contest_duplicate,
    duplicates.api_undo_duplicate,
]
