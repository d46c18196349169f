"""All of this room's routes."""

from typing import Any

from server.clusters import api, correcting, duplicates, reading

CLUSTERS_ROUTES: list[Any] = [
    reading.show_clusters,
    reading.show_cluster,
    correcting.rename,
    correcting.move,
    api.api_list_clusters,
    api.api_get_cluster,
    duplicates.api_list_duplicates,
    duplicates.api_get_duplicate,
    duplicates.api_mark_duplicate,
    duplicates.api_confirm_duplicate,
    duplicates.api_contest_duplicate,
    duplicates.api_undo_duplicate,
]
