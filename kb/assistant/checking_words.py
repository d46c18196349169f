"""Whether a language model's sentences say only what they cite. Pure.

The model may be wrong, and what it was given may tell it to be. So nothing of its answer is believed: a sentence stays only where each
of its words that says something, each number, address and command stands in the passages it cites, and where it denies what they deny.
"""

import re
from collections.abc import Sequence

from kb.assistant.composing import Line
from kb.assistant.passages import stems_of
from kb.assistant.phrases import DENIES
from kb.text.sentences import split_sentences

MOST_SENTENCES = 12
LONGEST = 2_000
"""Characters; an answer in conversation that is longer than its sources is no summary of them."""

_CITATION = re.compile(r"\s?\[(\d{1,2})\]")
_NUMBER = re.compile(r"\d+(?:[.,:]\d+)*")
_MARKUP = re.compile(r"[<>`|{}\\^~]|\]\(|\*\*|__|://|www\.|^\s*#", re.MULTILINE)
_ADDRESS_LIKE = re.compile(r"[\w.+-]+@[\w-]|\w+\.\w{2,}|(?<!\S)[/~$][\w/.-]+|--?[a-z][\w-]*|\w+[/_=]\w+")
_WORD = re.compile(r"\w+(?:['’]\w+)*")

_LINKING = stems_of(
    "simply therefore otherwise additionally finally following according means click press happens happen allows allow"
)
"""Words that join what is said and say nothing of a product themselves."""


def read_rephrased(answer: str, lines: Sequence[Line]) -> tuple[Line, ...]:
    """The answer as lines with their citations. Empty where any of it does not hold: half an answer is another answer."""
    text = answer.strip()
    if not text or len(text) > LONGEST or _MARKUP.search(text):
        return ()
    sentences = _with_their_citations(text)
    known = {number for line in lines for number in line.cites}
    if not sentences or len(sentences) > MOST_SENTENCES:
        return ()
    for sentence, cites in sentences:
        cited = [line.text for line in lines if set(line.cites) & set(cites)]
        if not cites or not set(cites) <= known or not _holds(sentence, " ".join(cited)):
            return ()
    return tuple(Line("text", sentence, cites) for sentence, cites in sentences)


def _with_their_citations(text: str) -> list[tuple[str, tuple[int, ...]]]:
    """Citations stand at a sentence's end, before its full stop or after it."""
    settled = re.sub(r"([.!?…])((?:\s?\[\d{1,2}\])+)", r"\2\1", text)
    found = []
    for sentence in split_sentences(settled):
        cites = tuple(dict.fromkeys(int(number) for number in _CITATION.findall(sentence)))
        found.append((_CITATION.sub("", sentence).strip(), cites))
    return [(sentence, cites) for sentence, cites in found if sentence]


def _holds(sentence: str, cited: str) -> bool:
    return (
        stems_of(sentence) - _LINKING <= stems_of(cited)
        and set(_NUMBER.findall(sentence)) <= set(_NUMBER.findall(cited))
        and all(piece in cited for piece in _ADDRESS_LIKE.findall(sentence))
        and _denies_alike(sentence, cited)
    )


def _denies_alike(sentence: str, cited: str) -> bool:
    """A sentence denies only what is denied, and says nothing plainly that every passage sentence sharing its words denies."""
    nearest = max(split_sentences(cited), key=lambda one: len(stems_of(one) & stems_of(sentence)), default="")
    return _denies(sentence) == _denies(nearest)


def _denies(text: str) -> bool:
    words = [word.replace("’", "'").casefold() for word in _WORD.findall(text)]
    return any(word in DENIES or word.endswith("n't") for word in words)
