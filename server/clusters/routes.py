"""All of this room's routes."""

from typing import Any

from server.clusters import api, correcting, reading

CLUSTERS_ROUTES: list[Any] = [
    reading.show_clusters,
    reading.show_cluster,
    correcting.rename,
    correcting.move,
    api.api_list_clusters,
    api.api_get_cluster,
]
