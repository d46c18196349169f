"""Finding listed words in a text: whole words, or their beginnings, in one pass however many are listed. Pure.

The automaton is Aho and Corasick's (1975). No pattern is a regular expression, so none can be made slow.
"""

import re
import unicodedata
from collections import deque
from collections.abc import Iterable

_WORD = re.compile(r"[぀-ヿ㐀-鿿]|[^\W_぀-ヿ㐀-鿿]+")
"""A run of letters and digits; of Chinese and Japanese, which set no spaces, each sign is a word of its own."""


def fold(text: str) -> str:
    """The words of a text, one space around each: without case, accents, width, marks or signs that are not seen."""
    whole = unicodedata.normalize("NFKD", text).casefold()
    kept = "".join(one for one in unicodedata.normalize("NFKD", whole) if unicodedata.category(one) not in {"Mn", "Cf"})
    words = _WORD.findall(kept)
    return f" {' '.join(words)} " if words else ""


def fold_pattern(pattern: str) -> str:
    """What must stand in a folded text; with `*` at its end only the beginning of the last word. "" for one without any word."""
    folded = fold(pattern)
    return folded[:-1] if pattern.rstrip().endswith("*") else folded


class Automaton:
    """Finds folded patterns in folded texts. Time grows with the text alone."""

    def __init__(self, patterns: Iterable[str]) -> None:
        self.steps: list[dict[str, int]] = [{}]
        self.falls: list[int] = [0]
        self._ends: list[str] = [""]
        for pattern in patterns:
            self._add(pattern)
        self._next_ends = [0] * len(self.steps)
        self._link()

    def find(self, text: str) -> set[str]:
        """Those of the patterns that stand in the text."""
        found: set[str] = set()
        told: set[int] = set()
        at = 0
        for sign in text:
            while at and sign not in self.steps[at]:
                at = self.falls[at]
            at = self.steps[at].get(sign, 0)
            ending = at
            while ending and ending not in told:
                told.add(ending)
                if self._ends[ending]:
                    found.add(self._ends[ending])
                ending = self._next_ends[ending]
        return found

    def _add(self, pattern: str) -> None:
        at = 0
        for sign in pattern:
            if sign not in self.steps[at]:
                self.steps.append({})
                self.falls.append(0)
                self._ends.append("")
                self.steps[at][sign] = len(self.steps) - 1
            at = self.steps[at][sign]
        if at:
            self._ends[at] = pattern

    def _link(self) -> None:
        waiting = deque(self.steps[0].values())
        while waiting:
            at = waiting.popleft()
            for sign, following in self.steps[at].items():
                waiting.append(following)
                fall = self.falls[at]
                while fall and sign not in self.steps[fall]:
                    fall = self.falls[fall]
                self.falls[following] = self.steps[fall].get(sign, 0)
            fall = self.falls[at]
            self._next_ends[at] = fall if self._ends[fall] else self._next_ends[fall]
