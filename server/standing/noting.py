"""Noting that somebody read a topic: in this process, so that the page has no statement of its own for it."""

from typing import Any

from litestar import Request

from kb.core.actor import Actor
from kb.standing.reading import ReadingNotes


def note_reading(request: Request[Any, Any, Any], actor: Actor, number: int) -> None:
    """It is written down with all that this process noted."""
    notes: ReadingNotes = request.app.state.reading
    notes.note(actor, number)
