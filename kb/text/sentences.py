"""Prose cut into sentences, and those of them that say nothing. Pure; one pass over the text."""

import re

from kb.text.cleaning import is_pleasantry

_GAP = re.compile(
    r"(?<=[.!?…؟。])(?<!\bi\.e\.)(?<!\be\.g\.)(?<!\bz\.\sB\.)(?<!\bvs\.)(?<!\bNo\.)\s+(?=[^\s\da-z])|(?<=[!?؟。])\s+(?=\S)"
)
"""After a full stop only before what begins a sentence: "v. 3" and "approx. two" are none."""

SHORTEST_SAYING = 2
"""Letters under which a piece is punctuation."""


def split_sentences(text: str) -> list[str]:
    """The sentences of one paragraph, whitespace folded, in order; joined by spaces they are the paragraph again."""
    return [sentence for sentence in _GAP.split(" ".join(text.split())) if sentence]


def says_nothing(sentence: str) -> bool:
    """A greeting, thanks or good wishes, as a whole sentence."""
    return len(sentence.strip(" .,!:;-")) < SHORTEST_SAYING or is_pleasantry(sentence)
