"""The language somebody reads in, for reads that choose among versions of one thing: what they chose, else what their request asks for."""

from contextvars import ContextVar

from kb.core.actor import Actor
from kb.languages.offered import LANGUAGES, SOURCE

_asked: ContextVar[str] = ContextVar("language_asked_for", default=SOURCE)


def ask_for_language(code: str) -> None:
    """For a door, once a request: what it is answered in."""
    _asked.set(code)


def language_read_by(actor: Actor) -> str:
    """One of `LANGUAGES`, so that it may stand in a statement."""
    wanted = actor.language or _asked.get()
    return wanted if wanted in LANGUAGES else SOURCE
