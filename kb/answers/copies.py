"""Whether two replies are one answer written twice. Pure.

Near-identical is meant strictly: what differs may be a name, a number, a greeting, a slip of the keyboard, or a sentence more. Where one
says a word that counts and the other another in its stead ("reset your password", "reset your 2FA device"), they are two answers,
however alike the rest. Measured on 4,500 replies (Bitext), see kb/answers/README.md.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from kb.answers.masking import mask
from kb.answers.passages import NEGATIONS
from kb.clusters.stopwords import STOPWORDS
from kb.text.cleaning import clean_question
from kb.text.likeness import share_changed

SHORTEST = 8
"""Words. "Done, sorry for the wait" is written every day and answers nothing."""

CHANGED_AT_MOST = 0.2
"""Share of either text that the other does not have: one sentence of five."""

_MASKED = re.compile(r"\[[a-zA-Z -]{2,20}\]|\{\{[^{}\n]{1,80}\}\}")
_MONEY = re.compile(r"[€$£¥]\s?\d[\d.,]*|\d[\d.,]*\s?(?:[€$£¥]|(?:eur|usd|gbp|chf)\b)")
_VERSION = re.compile(r"\bv?\d+(?:\.\d+)+\b")
_WORD = re.compile(r"\w+(?:\.\w+)*(?:'\w+)?")
_OPPOSITES = frozenset(
    """
    able after all always another any available before both down every few first in last later less more most never new next now off
    old on once only other out over per possible same several some sometimes start started still stop stopped today tomorrow under
    until up using without works wrong yesterday
    """.split()  # noqa: SIM905 - as in stopwords.py
)
"""Small words whose opposite makes another answer, though they name nothing and so no cluster."""

_GRAMMAR = frozenset(word for word in STOPWORDS - _OPPOSITES - NEGATIONS if not word.endswith("n't"))

MOST_SLIPS = 4
"""Words on either side that may be slips. Texts by different hands differ in more, and looking for slips among many takes long."""

_SHORT_WORD = 5
"""Letters; in shorter ones a slip makes another word."""


@dataclass(frozen=True, slots=True)
class Shape:
    """A reply without what differs from ticket to ticket. `telling` are the words that make it this answer and no other."""

    text: str
    words: int
    telling: frozenset[str]


def shape_reply(body: str, names: Iterable[str] = ()) -> Shape:
    """The shape of a reply as Markdown or mail; `names` are the people and the company of its ticket."""
    said = _MASKED.sub(" ", mask(clean_question(body), names=names).text)
    words = [_fold_number(word) for word in _WORD.findall(_MONEY.sub(" 0 ", said.casefold()))]
    telling = frozenset(word for word in words if word != "0" and word not in _GRAMMAR)
    return Shape(" ".join(words), len(words), telling)


def are_copies(one: Shape, other: Shape) -> bool:
    """Whether they are one answer."""
    if min(one.words, other.words) < SHORTEST:
        return False
    if one.text == other.text:
        return True
    only_one, only_other = one.telling - other.telling, other.telling - one.telling
    if min(len(only_one), len(only_other)) > MOST_SLIPS:
        return False
    only_one, only_other = _without_slips(only_one, only_other), _without_slips(only_other, only_one)
    if (only_one and only_other) or any(_denies(word) for word in only_one | only_other):
        return False
    return max(share_changed(one.text, other.text), share_changed(other.text, one.text)) <= CHANGED_AT_MOST


def is_small_word(word: str) -> bool:
    """Whether it is grammar alone, in lower case."""
    return word in _GRAMMAR


def _fold_number(word: str) -> str:
    """Numbers are all alike, but not versions: an answer for 3.1 is none for 4.0."""
    return word if _VERSION.fullmatch(word) or not any(letter.isdigit() for letter in word) else _of_digits(word)


def _of_digits(word: str) -> str:
    """An order number is one of many; `2fa` or `mp3` is a word with a digit in it."""
    return "0" if sum(letter.isdigit() for letter in word) * 2 > len(word) else word


def _denies(word: str) -> bool:
    return word in NEGATIONS or word.endswith("n't")


def _without_slips(words: frozenset[str], others: frozenset[str]) -> frozenset[str]:
    return frozenset(word for word in words if not any(_is_slip(word, other) for other in others))


def _is_slip(one: str, other: str) -> bool:
    """One letter too many or two changed about; another letter instead may be another word ("charged", "changed")."""
    short, long = sorted((one, other), key=len)
    if len(short) < _SHORT_WORD or len(long) - len(short) > 1:
        return False
    at = next((n for n, letter in enumerate(short) if letter != long[n]), len(short))
    if len(short) < len(long):
        return at > 0 and short[at:] == long[at + 1 :]
    return at > 0 and short[at : at + 2] == long[at : at + 2][::-1] and short[at + 2 :] == long[at + 2 :]
