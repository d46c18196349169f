"""The language of an answer: what the person chose, else this browser, else what the browser accepts, else the installation's."""

import re
from collections.abc import Iterable
from typing import Any

from litestar.connection import ASGIConnection

from kb.core.actor import Actor
from kb.languages.offered import LANGUAGES, choose_accepted

LANGUAGE_COOKIE = "answerloop_language"

_CHOSEN = re.compile(rb"(?:^|;\s*)" + LANGUAGE_COOKIE.encode() + rb"=([a-z]+)")


def language_of(connection: ASGIConnection[Any, Any, Any, Any]) -> str:
    """The code of the language to answer in."""
    actor: Actor | None = connection.scope.get("user")
    if actor is not None and actor.language:
        return actor.language
    return visitor_language(connection.scope["headers"], connection.app.state.services.settings["DEFAULT_LANGUAGE"])


def visitor_language(headers: Iterable[tuple[bytes, bytes]], default: str) -> str:
    """The language for whoever is not signed in, by the request's headers alone."""
    accepted = b""
    for name, value in headers:
        if name == b"cookie" and (chosen := _CHOSEN.search(value)) and chosen[1].decode() in LANGUAGES:
            return chosen[1].decode()
        if name == b"accept-language":
            accepted = value
    return choose_accepted(accepted.decode("latin-1"), default)
