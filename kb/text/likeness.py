"""How much of one text stands in another, word by word."""

import re

RUN = 3
"""Words. A word has stayed where it stands in a run of three that the other text has too: single words and pairs ("of the")
are in every text, and a passage that was moved has not been changed."""

_WORD = re.compile(r"\w+")


def split_words(text: str) -> list[str]:
    """The words of a text, without case, marks and spaces."""
    return _WORD.findall(text.casefold())


def share_changed(before: str, after: str) -> float:
    """The share of the words of `before` that `after` does not have, 0 to 1. What `after` has besides does not count.

    Linear in both texts. A text without words has nothing to change: 0.
    """
    words, others = split_words(before), split_words(after)
    if not words:
        return 0.0
    run = min(RUN, len(words))
    known = {tuple(others[at : at + run]) for at in range(len(others) - run + 1)}
    stayed = [False] * len(words)
    for at in range(len(words) - run + 1):
        if tuple(words[at : at + run]) in known:
            stayed[at : at + run] = [True] * run
    return 1 - sum(stayed) / len(words)
