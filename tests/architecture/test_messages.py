"""What is announced is heard: a message without a handler is work that nobody does."""

import importlib
import pkgutil

import kb
from jobs.handlers import HANDLERS
from kb.core.messages import message_types

UNHEARD = {
    "AnswerCollected": "for a search index outside the database",
    "IssueClosed": "closed without a fix: nobody is told",
}
"""Announced, and heard by nobody yet, each with the reason."""


def every_message() -> set[str]:
    for module in pkgutil.walk_packages(kb.__path__, "kb."):
        if module.name.endswith(".messages") and module.name != "kb.core.messages":
            importlib.import_module(module.name)
    return {name for name, kind in message_types().items() if kind.__module__.startswith("kb.")}


def test_every_message_is_heard_or_named_here_with_its_reason() -> None:
    heard = {kind.__name__ for kind in HANDLERS}
    assert every_message() - heard == set(UNHEARD)


def test_every_handler_is_named_once_for_its_message() -> None:
    for kind, handlers in HANDLERS.items():
        names = [handler.__name__ for handler in handlers]
        assert len(names) == len(set(names)), f"{kind.__name__}: deliveries are remembered under the handler's name"
