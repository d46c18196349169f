"""Noting that somebody read a topic, without a statement of the page's own."""

from typing import Any

from litestar import Request, Response
from litestar.background_tasks import BackgroundTask

from kb.core.actor import Actor
from kb.standing.reading import ReadingNotes


def note_reading(request: Request[Any, Any, Any], actor: Actor, number: int, response: Response[Any]) -> Response[Any]:
    """The response itself; every half minute one of them writes down, once it is sent, what all of this process noted."""
    notes: ReadingNotes = request.app.state.reading
    notes.note(actor, number)
    if notes.is_due:
        response.background = BackgroundTask(notes.write_down)
    return response
