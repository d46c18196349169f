"""The places in a macro that are filled in: `{{requester.name}}` by itself, `{{fill: order number}}` by the agent. Pure."""

import re
from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass

_PLACEHOLDER = re.compile(r"\{\{([^{}\n]{1,80})\}\}")
_BY_HAND = "fill:"


@dataclass(frozen=True, slots=True)
class Filled:
    """A text to send. `gaps` are what nothing was known for; each stands in the text as `[its name]`, for the agent to write over."""

    text: str
    gaps: tuple[str, ...]


def gap(label: str) -> str:
    """The placeholder for something only the agent knows."""
    return f"{{{{fill: {' '.join(label.translate(_NO_BRACES).split())[:60]}}}}}"


def list_unknown(body: str, known: Container[str]) -> list[str]:
    """The placeholders that nothing fills in, each once, as they were written."""
    found = [match for match in _PLACEHOLDER.finditer(body) if not _is_by_hand(match) and _name(match) not in known]
    return list(dict.fromkeys(match.group() for match in found))


def is_unclosed(body: str) -> bool:
    """Whether something begins like a placeholder and is none: it would go out to a customer as it stands."""
    return "{{" in _PLACEHOLDER.sub("", body)


def fill_in(body: str, values: Mapping[str, str]) -> Filled:
    """Every placeholder replaced once: what a value holds is never looked into again."""
    gaps: list[str] = []

    def replace(match: re.Match[str]) -> str:
        value = "" if _is_by_hand(match) else " ".join(values.get(_name(match), "").split())
        if value:
            return value
        gaps.append(_name(match).removeprefix(_BY_HAND).strip())
        return f"[{gaps[-1]}]"

    text = _PLACEHOLDER.sub(replace, body)
    return Filled(text, tuple(dict.fromkeys(gaps)))


def list_unfilled(text: str, gaps: Iterable[str]) -> list[str]:
    """Those gaps that still stand in the text, each once."""
    return [name for name in dict.fromkeys(gaps) if f"[{name}]" in text]


_NO_BRACES = str.maketrans("{}", "()")


def _name(match: re.Match[str]) -> str:
    return match.group(1).strip()


def _is_by_hand(match: re.Match[str]) -> bool:
    return len(_name(match)) > len(_BY_HAND) and _name(match).startswith(_BY_HAND)
