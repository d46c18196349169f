"""How far somebody has read: told by a script while they read, or by a picture that only a browser without script asks for."""

import base64
from dataclasses import dataclass

from litestar import Response, delete, get, post, put

from kb.core.actor import Actor
from kb.core.permissions import Permission
from kb.forum.reading import mark_all_read, note_read, take_back_all_read
from server.security.guards import requires

READ = [requires(Permission.NOTICE_READ)]
_DOT = base64.b64decode("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7")
"""The smallest picture: one transparent point."""


@dataclass(frozen=True, slots=True)
class ReadTo:
    """A post's position in its topic."""

    position: int


@post("/t/{number:int}/read", guards=READ, status_code=200, opt={"changes_no_page": True})
async def note_while_reading(actor: Actor, number: int, data: ReadTo) -> ReadTo:
    """The page's script says how far its reader has come."""
    return ReadTo(await note_read(actor, number, data.position))


@put("/api/v1/topics/{number:int}/read", guards=READ, opt={"changes_no_page": True})
async def api_note_read(actor: Actor, number: int, data: ReadTo) -> ReadTo:
    """The caller has read a topic up to this position; the answer says how far they have come, which never goes back."""
    return ReadTo(await note_read(actor, number, data.position))


@put("/api/v1/all-read", guards=READ, status_code=204, opt={"changes_no_page": True})
async def api_mark_all_read(actor: Actor) -> None:
    """Everything written until now counts as read."""
    await mark_all_read(actor)


@delete("/api/v1/all-read", guards=READ, opt={"changes_no_page": True})
async def api_take_back_all_read(actor: Actor) -> None:
    """What held before the last marking holds again."""
    await take_back_all_read(actor)


@get("/t/{number:int}/read/{position:int}", guards=READ)
async def show_dot(actor: Actor, number: int, position: int) -> Response[bytes]:
    """The page was opened without script. It only ever moves the reader's own mark forward, so that it may be a GET."""
    await note_read(actor, number, position)
    return Response(_DOT, media_type="image/gif", headers={"Cache-Control": "no-store"})
