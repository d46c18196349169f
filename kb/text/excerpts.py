"""The short plain form of a text for lists and search results, and where the searched words stand in it.

Nothing here makes markup: the template escapes and marks.
"""

import re
from collections.abc import Iterable
from typing import NamedTuple

from kb.text.plain import looks_like_html, plain_from_html
from kb.text.spoilers import without_spoilers

MAX_LOOKED_AT = 20_000
"""Characters of the text; an excerpt shows its beginning."""

MAX_WORDS = 20
"""Of the search; more would colour the whole page."""

PREFIX_FROM = 3
"""Letters from which a searched word also marks the longer words it begins ("refund", "refunds")."""


class Piece(NamedTuple):
    """A stretch of text that is a searched word, or is not."""

    text: str
    hit: bool


def excerpt(text_or_html: str, length: int) -> str:
    """At most `length` characters on one line, the dots included, cut between words. Of rendered HTML nothing that is a spoiler."""
    source = text_or_html[:MAX_LOOKED_AT]
    text = " ".join((plain_from_html(without_spoilers(source)) if looks_like_html(source) else source).split())
    if len(text) <= length:
        return text
    if length < 2:
        return text[:length]
    head = text[:length]
    word_end = head.rfind(" ")
    return head[: word_end if word_end > length // 2 else length - 1].rstrip(" ,;:.-–—(") + "…"


def highlight(text: str, words: Iterable[str]) -> list[Piece]:
    """The text in pieces that join to the same text; `hit` marks the searched words, whatever their case."""
    pattern = _pattern(words)
    if pattern is None or not text:
        return [Piece(text, hit=False)] if text else []
    pieces: list[Piece] = []
    end = 0
    for match in pattern.finditer(text):
        if match.start() > end:
            pieces.append(Piece(text[end : match.start()], hit=False))
        pieces.append(Piece(match.group(), hit=True))
        end = match.end()
    return [*pieces, Piece(text[end:], hit=False)] if end < len(text) else pieces


def _pattern(words: Iterable[str]) -> re.Pattern[str] | None:
    wanted = sorted({word.strip().casefold() for word in words if word.strip()}, key=lambda word: (-len(word), word))
    parts = [re.escape(word) + (r"\w{0,40}" if len(word) >= PREFIX_FROM else r"(?!\w)") for word in wanted[:MAX_WORDS]]
    return re.compile(rf"(?<!\w)(?:{'|'.join(parts)})", re.IGNORECASE) if parts else None
