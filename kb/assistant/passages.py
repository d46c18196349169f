"""An answer taken apart into what can be cited: sentences, steps, points and code, each under its heading. Pure."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from kb.clusters.stopwords import STOPWORDS
from kb.help.portable import Node
from kb.text.sentences import says_nothing, split_sentences

PassageKind = Literal["text", "step", "point", "code"]

LONGEST_PASSAGE = 600
"""Characters; a longer sentence is a paragraph without full stops, and is cut at a word."""

LONGEST_CODE = 1_200
MOST_PASSAGES = 200
"""Of one answer: what stands further down a page of that length answers another question."""

STEM = 5
"""Letters two words must share from the beginning to count as the same word: "invoice" and "invoicing", "Rechnung" and "Rechnungen"."""

_WORD = re.compile(r"\w+(?:['’]\w+)*")


@dataclass(frozen=True, slots=True)
class Passage:
    """A piece that is understood with what stands before it in its `block`: a paragraph, or one whole list."""

    kind: PassageKind
    text: str
    block: int
    heading: str = ""

    @property
    def stems(self) -> frozenset[str]:
        """The beginnings of its words that say something."""
        return stems_of(self.text)


def stems_of(text: str) -> frozenset[str]:
    """What two texts are compared by: the first letters of each word that is no small change, and every number whole."""
    words = (word.replace("’", "'").casefold() for word in _WORD.findall(text))
    return frozenset(word if word.isdigit() else word[:STEM] for word in words if word not in STOPWORDS)


def take_apart(tree: Sequence[Node]) -> list[Passage]:
    """The passages of an answer's tree (`kb.help.portable`), in order. Quotations are somebody else's words and stay out."""
    found: list[Passage] = []
    for passage in _walk(tree):
        found.append(passage)
        if len(found) == MOST_PASSAGES:
            break
    return found


def _walk(tree: Sequence[Node]) -> Iterator[Passage]:
    heading = ""
    for block, node in enumerate(tree):
        tag, children = _opened(node)
        if tag == "h":
            heading = _flat(children)
        elif tag in {"ol", "ul"}:
            kind: PassageKind = "step" if tag == "ol" else "point"
            for item in children:
                yield from _pieces(kind, [_flat(_opened(item)[1])], block, heading)
        elif tag == "pre":
            code = _text(children).strip("\n")[:LONGEST_CODE]
            yield from _pieces("code", [code], block, heading)
        elif tag == "table":
            yield from _pieces("point", [_flat_row(row) for row in _rows(children)], block, heading)
        elif tag not in {"blockquote", "hr"}:
            told = [sentence for sentence in split_sentences(_flat(children)) if not says_nothing(sentence)]
            yield from _pieces("text", told, block, heading)


def _pieces(kind: PassageKind, texts: Sequence[str], block: int, heading: str) -> Iterator[Passage]:
    for text in texts:
        if text.strip():
            yield Passage(kind, text if kind == "code" else _cut(text), block, heading)


def _opened(node: Node) -> tuple[str, Sequence[Node]]:
    """A tag with its children; a bare text is a paragraph."""
    return ("p", [node]) if isinstance(node, str) else (node[0], node[1])


def _text(nodes: Sequence[Node]) -> str:
    return "".join(node if isinstance(node, str) else " " if node[0] == "br" else _text(node[1]) for node in nodes)


def _flat(nodes: Sequence[Node]) -> str:
    """On one line; blocks inside blocks do not run into each other."""
    parts = (node if isinstance(node, str) else _spaced(node) for node in nodes)
    return " ".join("".join(parts).split())


def _spaced(node: Node) -> str:
    inside = " " if node[0] == "br" else _flat(node[1])
    edge = "" if node[0] in {"strong", "em", "code", "a", "kbd", "del", "s", "sub", "sup"} else " "
    return f"{edge}{inside}{edge}" if edge else _text(node[1])


def _rows(nodes: Sequence[Node]) -> Iterator[Node]:
    for node in nodes:
        if not isinstance(node, str):
            if node[0] == "tr":
                yield node
            else:
                yield from _rows(node[1])


def _flat_row(row: Node) -> str:
    return " · ".join(filter(None, (_flat(_opened(cell)[1]) for cell in row[1] if not isinstance(cell, str))))


def _cut(text: str) -> str:
    if len(text) <= LONGEST_PASSAGE:
        return text
    head = text[: LONGEST_PASSAGE - 1]
    return head[: max(head.rfind(" "), LONGEST_PASSAGE // 2)].rstrip(" ,;:") + "…"
