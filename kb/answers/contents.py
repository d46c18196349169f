"""The table of contents of an article: its headings get anchors, and a list of them. Pure."""

import html
import re
from typing import NamedTuple

from kb.text.slugs import slugify

FEWEST = 3
"""Headings from which a list of them helps more than it takes room."""

_HEADING = re.compile(r"<h([23])>(.*?)</h\1>", re.DOTALL)
_TAG = re.compile(r"<[^<>]*>")


class Heading(NamedTuple):
    """`level` is 2 or 3; deeper ones stay out of the list."""

    anchor: str
    text: str
    level: int


def add_anchors(body_html: str) -> tuple[str, list[Heading]]:
    """The HTML with an id on each heading, and the headings. It takes what our renderer made: plain `<h2>` and `<h3>`."""
    headings: list[Heading] = []
    used: set[str] = set()

    def anchored(match: re.Match[str]) -> str:
        level, inner = int(match[1]), match[2]
        text = " ".join(html.unescape(_TAG.sub("", inner)).split())
        anchor = _fresh(f"s-{slugify(text)}", used)
        headings.append(Heading(anchor, text, level))
        return f'<h{level} id="{html.escape(anchor)}">{inner}</h{level}>'

    return _HEADING.sub(anchored, body_html), headings


def _fresh(anchor: str, used: set[str]) -> str:
    """Two headings with the same words get different anchors."""
    number, candidate = 1, anchor
    while candidate in used:
        number += 1
        candidate = f"{anchor}-{number}"
    used.add(candidate)
    return candidate
