"""All of this room's routes."""

from typing import Any

from server.files import serving, uploading

FILES_ROUTES: list[Any] = [
    serving.show_file,
    serving.show_smaller_file,
    uploading.create_file,
    uploading.api_create_file,
]
