"""Pure decisions of the search room: what is worth asking, how words and meaning are weighed, and when to be silent."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from math import sqrt
from statistics import fmean

from kb.clusters.stopwords import STOPWORDS
from kb.ports.search_index import EVERYWHERE, Typed
from kb.search.grammar import Query

MAX_TYPED = 300
"""Characters of a title or search that are read; topics' titles end at 150."""

SHORTEST = 3
"""Characters under which nothing is asked: two letters fit everything."""

MOST_WORDS = 8
"""Content words searched for; with more, the number of pairs and the time for them grow and the answer stays the same."""

EMBED_PATIENCE = 0.3
"""Seconds to wait for the query's vector. The typing budget is 100 ms; a model that takes longer is loading or drowned."""

SEARCH_PATIENCE = 1.0
"""Seconds to wait for one of the two indexes."""

_TOKEN = re.compile(r"\w+(?:['’]\w+)*")
_DIGIT = re.compile(r"\d")


def read_typed(text: str) -> Typed | None:
    """None where asking would be noise: fewer than three characters, or nothing but stop words."""
    shown = " ".join(text.replace("\x00", " ").split())[:MAX_TYPED]
    tokens = [token.replace("’", "'").casefold() for token in _TOKEN.findall(shown)]
    words = tuple(dict.fromkeys(token for token in tokens if token not in STOPWORDS))
    if len(shown) < SHORTEST or not words:
        return None
    is_growing = words[-1] == tokens[-1] and text[-1:].isalnum()
    return Typed(shown, words[-MOST_WORDS:], is_growing)


def read_query(query: Query, *, is_growing: bool = False) -> Typed | None:
    """What a search asks of the indexes; without words what lies within its limits. None where it asks for nothing.

    `is_growing`: the last word may be the beginning of a longer one.
    """
    typed = read_typed(query.text)
    if typed is None and query.within == EVERYWHERE and not query.without:
        return None
    found = typed or Typed("", (), False)
    return replace(
        found,
        is_growing=found.is_growing and is_growing,
        phrases=query.phrases,
        without=query.without,
        within=query.within,
    )


def every_word(typed: Typed) -> str:
    """The tsquery for texts that hold every word; the last one may be the beginning of a longer one."""
    return " & ".join(_terms(typed))


def enough_words(typed: Typed) -> str:
    """The tsquery for texts that share enough to be worth looking at: two words, or one that carries a digit.

    Any one word would fit every second text ("account"); an error's code or a version alone says enough.
    """
    terms = _terms(typed)
    if len(terms) == 1:
        return terms[0]
    codes = [
        term for term, word in zip(terms, typed.words, strict=True) if _DIGIT.search(word) and len(word) >= SHORTEST
    ]
    return " | ".join([*(f"({a} & {b})" for a, b in combinations(terms, 2)), *codes])


def needs_every_word(typed: Typed) -> bool:
    """Whether what shares enough words shares all of them: one or two words, and no code that would do alone."""
    return len(typed.words) == 1 or (len(typed.words) == 2 and not names_a_code(typed))


def _terms(typed: Typed) -> list[str]:
    """Each word as tsquery reads it: only letters, digits and underscores get here, so quoting cannot be broken."""
    terms = [f"({' & '.join(_quoted(part) for part in word.split(chr(39)))})" for word in typed.words]
    if typed.is_growing and len(typed.words[-1]) > 1 and "'" not in typed.words[-1]:
        terms[-1] = f"{_quoted(typed.words[-1])}:*"
    return terms


def _quoted(word: str) -> str:
    return f"'{word}'"


@dataclass(frozen=True, slots=True)
class Clues:
    """How one candidate was found. `similarity` is None where meaning was not asked or did not reach it.

    `words` is the rank of shared words, 0 for none; `every` all words are there; `alike` the title is nearly the typed text.
    """

    similarity: float | None = None
    words: float = 0.0
    every: bool = False
    alike: bool = False


WORDS_WEIGHT = 0.1

FLOOR = 0.45
"""Where no calibrated floor can be read (kb/clusters/calibration.py): what models nobody measured are given too."""


WORDS_LOWER = 0.2
"""What has every word typed, or nearly the same title, may lie this much lower in meaning, not more: of 240 texts that have no
answer among Banking77's questions 11 % were answered by a shared "lunch" or "love" that meaning knew nothing of."""


def is_worth_showing(clues: Clues, *, by_meaning: bool, floor: float = FLOOR, exact: bool = False) -> bool:
    """Whether to show it while somebody types; silence is better than a wrong answer. Without meaning, words must do.

    `exact`: the words speak for themselves, because they name an error's code, or because the thing has no vector.
    """
    similarity, worded = clues.similarity or 0.0, clues.every or clues.alike
    if not by_meaning:
        return worded or clues.words > 0
    return similarity >= floor or (worded and (exact or similarity >= floor - WORDS_LOWER))


def names_a_code(typed: Typed) -> bool:
    """Whether a word carries a digit: an error's code, a version, an order."""
    return any(_DIGIT.search(word) and len(word) >= SHORTEST for word in typed.words)


def weigh(candidates: Sequence[Clues], words_weight: float = WORDS_WEIGHT) -> list[float]:
    """A score for each: similarity plus `WORDS_WEIGHT` times shared words, both as z-scores over the candidates.

    What meaning did not reach lies beyond its last candidate, so it gets that one's similarity.
    """
    near = [c.similarity for c in candidates if c.similarity is not None]
    farthest = min(near, default=0.0)
    meaning = _standardised([farthest if c.similarity is None else c.similarity for c in candidates])
    words = _standardised([c.words for c in candidates])
    weight = words_weight if near else 1.0
    return [m + weight * w for m, w in zip(meaning, words, strict=True)]


def _standardised(values: Sequence[float]) -> list[float]:
    if not values:
        return []
    middle = fmean(values)
    spread = sqrt(fmean((value - middle) ** 2 for value in values))
    return [(value - middle) / spread for value in values] if spread >= 1e-9 else [0.0] * len(values)


def say_why(clues: Clues, *, answered: str = "", asked_as: str = "", floor: float = FLOOR) -> str:
    """The reason shown beside a suggestion; `answered` is what is known of its answer, "" for none.

    `asked_as` is the title of the duplicate that matched, "" where it is the thing itself.
    """
    if (clues.similarity or 0.0) >= floor:
        how = "same words and meaning" if clues.every else "same meaning"
    else:
        how = "same words" if clues.words > 0 else "nearly the same words"
    also = f"also asked as “{asked_as}”" if asked_as else ""
    return ", ".join(filter(None, [how, also, answered]))


def words_to_mark(typed: Typed) -> list[str]:
    """Words to highlight; a plural marks its singular too, longer forms are marked by their beginning anyway."""
    singular = [word.removesuffix("s") for word in typed.words if word.endswith("s") and len(word) > 4]
    return [*typed.words, *singular]


def cut_around(text: str, words: Iterable[str], length: int) -> str:
    """At most about `length` characters of the text, from a little before the first of the words, cut between words."""
    line = " ".join(text.split())
    if len(line) <= length:
        return line
    start = _first_hit(line, words)
    begin = 0 if start < length // 2 else line.find(" ", start - length // 4) + 1
    piece = line[begin : begin + length]
    if begin + length < len(line):
        piece = piece[: max(piece.rfind(" "), length // 2)].rstrip(" ,;:.-") + "…"
    return ("…" if begin else "") + piece


def _first_hit(line: str, words: Iterable[str]) -> int:
    pattern = "|".join(re.escape(word) for word in words)
    found = re.search(rf"(?<!\w)(?:{pattern})", line, re.IGNORECASE) if pattern else None
    return found.start() if found else 0
