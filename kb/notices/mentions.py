"""Who a post calls by name. Pure."""

import re
from collections.abc import Iterator, Sequence
from functools import cache

from markdown_it import MarkdownIt
from markdown_it.token import Token

from kb.notices.rules import MENTIONS_HEARD

_NAME = re.compile(r"(?<![\w@./-])@([a-z0-9][a-z0-9_-]{1,28}[a-z0-9])(?![\w@])", re.IGNORECASE)
"""As kb/people/rules.py lets names be. A mail address is no call, nor is a package such as `a/@b`."""


MAX_BRACKETS = 1_000
"""As kb/text/markdown.py: past this many, looking for the ends of links would take too long, and brackets stay text."""


def find_mentions(source: str) -> list[str]:
    """Names called with `@`, lower case, each once, in order, `MENTIONS_HEARD` at most; not in code, links or quotations."""
    if "@" not in source:
        return []
    tokens = _parser(links=source.count("[") <= MAX_BRACKETS).parse(source)
    names = [name.lower() for text in _texts(tokens) for name in _NAME.findall(text)]
    return list(dict.fromkeys(names))[:MENTIONS_HEARD]


def _texts(tokens: Sequence[Token]) -> Iterator[str]:
    """The running text of each paragraph, heading and cell. A quotation repeats what called people the first time."""
    quoted = 0
    for token in tokens:
        quoted += {"blockquote_open": 1, "blockquote_close": -1}.get(token.type, 0)
        if token.type == "inline" and not quoted:
            yield _running_text(token.children or [])


def _running_text(children: Sequence[Token]) -> str:
    """What is code, linked or escaped leaves a stroke, so that no name is made of what stood around it."""
    linked, parts = 0, []
    for child in children:
        linked += {"link_open": 1, "link_close": -1}.get(child.type, 0)
        if child.type == "text" and not linked:
            parts.append(child.content)
        else:
            parts.append(" " if child.type in ("softbreak", "hardbreak", "em_open", "strong_open") else "/")
    return "".join(parts)


@cache
def _parser(*, links: bool) -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False}).enable("table").disable("text_join")
    return parser if links else parser.disable(["link", "image", "reference"])
