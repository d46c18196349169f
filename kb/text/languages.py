"""The language a text is written in, as far as it can be told."""

from collections import defaultdict
from functools import cache
from html import unescape
from typing import Any

import nh3

UNSURE = "und"
"""ISO 639's word for a language that is not determined."""

SHORTEST = 12
"""Characters under which nothing is said: of two words every second one belongs to several languages."""

LONGEST = 2_000
"""Characters looked at; a log that follows the question speaks no language."""

SURE = 0.5
"""Probability from which the guess counts. Of the 10,003 English questions of Banking77 2.1 % end under it and .1 % in a wrong language."""


NOTED_FROM = 40
"""Characters of prose from which a language is noted for readers and searchers: a wrong one is worse than none."""

NOTED_SURE = 0.9
"""Of 6,773 English questions of Banking77 this long 95 % are noted as English and none as anything else."""

ISO_639_1 = 2
"""Letters of a code. The identifier knows some of three: of small languages, and `zxx` for what is no language at all."""

_WRITTEN_AS = {"ary": "ar", "arz": "ar", "wuu": "zh", "yue": "zh"}
"""What is told apart in speech more than in writing counts together."""

_NOT_PROSE = {"pre", "code", "blockquote", "script", "style"}
"""What a post holds in nobody's or another's language."""


def language_of_post(html: str) -> str:
    """The language a post's rendered prose is written in, without code and quotes; "" where it is too short or not sure."""
    prose = nh3.clean(html[: 10 * LONGEST], tags={"p"}, clean_content_tags=_NOT_PROSE, attributes={}, link_rel=None)
    shown = " ".join(unescape(prose.replace("<p>", " ").replace("</p>", " ")).split())[:LONGEST]
    if len(shown) < NOTED_FROM:
        return ""
    sure: defaultdict[str, float] = defaultdict(float)
    for language, probability in _identifier().rank(shown):
        sure[_WRITTEN_AS.get(language, language)] += probability
    likeliest = max(sure, key=sure.__getitem__)
    return likeliest if sure[likeliest] >= NOTED_SURE and len(likeliest) == ISO_639_1 else ""


def detect_language(text: str) -> str:
    """Its ISO 639-1 code, or `UNSURE` where the text is too short or could be of several languages."""
    shown = " ".join(text[:LONGEST].split())
    if len(shown) < SHORTEST:
        return UNSURE
    language, probability = _identifier().classify(shown)
    return str(language) if probability >= SURE else UNSURE


@cache
def _identifier() -> Any:
    # Imported here because unpacking its model takes half a second and 60 MB, which a command that reads no text need not pay.
    from py3langid.langid import MODEL_FILE, LanguageIdentifier  # noqa: PLC0415

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
