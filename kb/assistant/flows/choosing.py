"""Which flow begins: pure."""

from collections.abc import Sequence

from kb.assistant.flows.queries import EnabledFlow
from kb.assistant.flows.shapes import Start
from kb.assistant.flows.stepping import is_on
from kb.assistant.phrases import contains_words


def choose_greeting(flows: Sequence[EnabledFlow], page: str) -> EnabledFlow | None:
    """The flow that begins with a conversation on this page, before anything was said."""
    return next((one for one in flows if _greets(one.flow.start) and _is_here(one.flow.start, page)), None)


def choose_by_words(flows: Sequence[EnabledFlow], text: str, page: str) -> EnabledFlow | None:
    """The flow whose phrase stands in the text, the longest phrase first: it says most."""
    fitting = [
        (len(phrase), -at)
        for at, one in enumerate(flows)
        for phrase in one.flow.start.phrases
        if _is_here(one.flow.start, page) and contains_words(text, phrase)
    ]
    return flows[-max(fitting)[1]] if fitting else None


def choose_by_cluster(flows: Sequence[EnabledFlow], number: int, page: str) -> EnabledFlow | None:
    """The flow for what the question turned out to be."""
    return next((one for one in flows if number in one.flow.start.clusters and _is_here(one.flow.start, page)), None)


def _greets(start: Start) -> bool:
    return bool(start.pages) and not start.phrases and not start.clusters


def _is_here(start: Start, page: str) -> bool:
    return not start.pages or any(is_on(page, path) for path in start.pages)
