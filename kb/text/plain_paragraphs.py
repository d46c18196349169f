"""Text without a single sign that Markdown knows, as its paragraphs: what the parser and the gate make of it, without either.

Most messages are such text, and an import of a hundred thousand tickets would spend its time on parsing them for nothing.
"""

import re

_LINE = re.compile(r"[^\W_](?:[^\W_]|[ .,!?'\"();%/:+={}$€£-])*")
"""Begins with a letter or digit, and holds nothing that is a mark anywhere: the safe signs are listed, not the unsafe."""

_ITEM = re.compile(r"\d{1,9}[.)](?: |$)")


def render_paragraphs(source: str) -> str | None:
    """The HTML that `render_markdown` makes, exactly; None for whatever might be more than paragraphs."""
    paragraphs = []
    for paragraph in source.strip("\n").split("\n\n"):
        if not all(map(_is_plain, paragraph.split("\n"))):
            return None
        paragraphs.append(f"<p>{paragraph}</p>\n")
    return "".join(paragraphs)


def _is_plain(line: str) -> bool:
    return bool(_LINE.fullmatch(line)) and line[-1] != " " and not _ITEM.match(line) and "://" not in line
