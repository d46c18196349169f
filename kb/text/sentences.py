"""Prose cut into sentences, and those of them that say nothing. Pure; one pass over the text."""

import re

from kb.text.cleaning import is_pleasantry

_GAP = re.compile(
    r"(?<=[.!?…؟。])(?<!\bi\.e\.)(?<!\be\.g\.)(?<!\bz\.\sB\.)(?<!\bvs\.)(?<!\bNo\.)\s+(?=[^\s\da-z])|(?<=[!?؟。])\s+(?=\S)"
)
"""After a full stop only before what begins a sentence: "v. 3" and "approx. two" are none."""

_COURTESY = re.compile(
    r"[\s(]*(?:i )?(?:hope (?:this|that|it) (?:helps|works)|good luck|happy to help|glad (?:to|i could) help|you(?:'|’)re welcome|any time"
    r"|(?:please )?let (?:me|us) know (?:if|whether|how|when)\b.{0,80}|best regards|kind regards"
    r"|ich hoffe,? (?:das|es|dies) hilft|viel erfolg|gern geschehen|melde dich\b.{0,60}|sag bescheid\b.{0,60}"
    r"|أتمنى أن يساعد.{0,30}|بالتوفيق)[\s.,!:;)(^D-]*",
    re.IGNORECASE,
)
"""What answerers add, as a whole sentence."""

SHORTEST_SAYING = 2
"""Letters under which a piece is punctuation."""


def split_sentences(text: str) -> list[str]:
    """The sentences of one paragraph, whitespace folded, in order; joined by spaces they are the paragraph again."""
    return [sentence for sentence in _GAP.split(" ".join(text.split())) if sentence]


def says_nothing(sentence: str) -> bool:
    """A greeting, thanks or good wishes, as a whole sentence."""
    is_courtesy = _COURTESY.fullmatch(sentence[:200]) is not None
    return is_courtesy or len(sentence.strip(" .,!:;-")) < SHORTEST_SAYING or is_pleasantry(sentence)
