"""Uploaded files as they are served: pictures in the page, everything else to be saved and never to be opened here."""

from typing import Any
from urllib.parse import quote

from litestar import Response, get

from kb.core.actor import Actor
from kb.core.permissions import Permission
from kb.files.access import FileContent, read_file
from kb.forum.attachments import reads_file_in_post
from kb.tickets.attachments import reads_file_in_ticket
from server.forum.forms import read_id
from server.security.guards import requires
from server.wiring import Services

WAYS = (reads_file_in_post, reads_file_in_ticket)
READ = [requires(Permission.FILE_READ)]

SANDBOX = "default-src 'none'; sandbox"
"""Even a browser that took it for a page would run, load and send nothing."""

FOR_EVER = "public, max-age=31536000, immutable"
NOT_KEPT = "private, no-store"


@get("/files/{file_id:str}/{name:str}", guards=READ)
async def show_file(actor: Actor, services: Services, file_id: str, name: str) -> Response[Any]:
    """The file; the name is for people and for what they save, the id finds it."""
    return _served(await read_file(actor, read_id(file_id), width=None, ways=WAYS, store=services.files))


@get("/files/{file_id:str}/{width:int}/{name:str}", guards=READ)
async def show_smaller_file(actor: Actor, services: Services, file_id: str, width: int, name: str) -> Response[Any]:
    """A picture in another of its widths."""
    return _served(await read_file(actor, read_id(file_id), width=width, ways=WAYS, store=services.files))


def _served(file: FileContent) -> Response[Any]:
    headers = {
        "Content-Security-Policy": SANDBOX,
        "X-Content-Type-Options": "nosniff",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Cache-Control": FOR_EVER if file.is_public else NOT_KEPT,
    }
    if file.kind != "image":
        headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(file.name)}"
    return Response(file.content, media_type=file.media_type, headers=headers)
