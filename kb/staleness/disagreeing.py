"""Whether two answers to one question say different things: other figures of the same thing, other places, other names. Pure.

Deliberately narrow. Two texts that merely differ do not disagree; what is found here can be shown word by word to whoever decides.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

MOST_TEXT = 20_000
"""Characters looked at of each text."""

_NUMBER = re.compile(r"(?<![\w.])(\d{1,9}(?:[.,]\d{1,4}){0,3})(?![\w]|[.,]\d)\s{0,2}%?\s{0,2}([^\W\d_]{2,20})?")
_BEFORE = re.compile(r"([^\W\d_]{3,20})\s{1,3}$")
_STEP_WORD = r"[^\W\d_a-zà-ÿ][\w-]{0,24}"
_STEP_NAME = rf"\*{{0,2}}{_STEP_WORD}(?: (?:& )?{_STEP_WORD}){{0,3}}\*{{0,2}}"
_PATH = re.compile(rf"{_STEP_NAME}(?:\s{{0,2}}(?:>|→|›|»)\s{{0,2}}{_STEP_NAME}){{1,5}}")
_STEP = re.compile(r"\s*(?:>|→|›|»)\s*")
_NAMED = re.compile(r"\*\*([^*\n]{2,60})\*\*|`([^`\n]{2,60})`|“([^”\n]{2,60})”|\"([^\"\n]{2,60})\"")
_LISTED = re.compile(r"^\s{0,3}\d{1,3}[.)]\s", re.MULTILINE)

LEAST_NAMES = 2
"""Names on either side: a single button may be called out for another reason."""


@dataclass(frozen=True, slots=True)
class Difference:
    """What the article says, what the newer answer says, and about what; `kind` is figure, place or name."""

    kind: str
    about: str
    article: str
    answer: str


def find_differences(article: str, answer: str) -> list[Difference]:
    """Where the newer answer contradicts the article; empty where it says the same, less, or something besides."""
    article, answer = article[:MOST_TEXT], answer[:MOST_TEXT]
    return [*_figures(article, answer), *_places(article, answer), *_names(article, answer)]


def _figures(article: str, answer: str) -> Iterator[Difference]:
    ours, theirs = _read_figures(article), _read_figures(answer)
    for about in sorted(ours.keys() & theirs.keys()):
        if not ours[about] & theirs[about]:
            yield Difference("figure", about, ", ".join(sorted(ours[about])), ", ".join(sorted(theirs[about])))


def _read_figures(text: str) -> dict[str, set[str]]:
    """Numbers by the word they count, else by the word before them ("version 4.1", "port 8080"); the numbers of steps are none."""
    figures: dict[str, set[str]] = {}
    text = _LISTED.sub("", text)
    for match in _NUMBER.finditer(text):
        before = _BEFORE.search(text, max(0, match.start() - 24), match.start())
        words = [(match[2] or "").casefold(), before[1].casefold() if before else ""]
        if words[1] in _NAMES_ITS_NUMBER:
            words.reverse()
        about = next((word for word in words if word and word not in _EMPTY), None)
        if about:
            figures.setdefault(about, set()).add(match[1].replace(",", "."))
    return figures


_EMPTY = frozenset(
    """
    and or the to of in on at for is are it und oder der die das auf in bis zu ist et ou le la les de du à est y o el los es
    """.split()  # noqa: SIM905 - as in kb/clusters/stopwords.py
)

_NAMES_ITS_NUMBER = frozenset("version release port error code fehler".split())  # noqa: SIM905
"""Words that stand before the number they are about."""


def _places(article: str, answer: str) -> Iterator[Difference]:
    """Menu paths: none in common, though both name some."""
    ours, theirs = _read_paths(article), _read_paths(answer)
    if ours and theirs and not {path[-1] for path in ours} & {path[-1] for path in theirs}:
        yield Difference("place", "", " > ".join(min(ours)), " > ".join(min(theirs)))


def _read_paths(text: str) -> set[tuple[str, ...]]:
    return {tuple(step.strip(" *").casefold() for step in _STEP.split(match.group())) for match in _PATH.finditer(text)}


def _names(article: str, answer: str) -> Iterator[Difference]:
    """What is set off as a name (bold, code, quoted): several on both sides, and not one in common."""
    ours, theirs = _read_names(article), _read_names(answer)
    if min(len(ours), len(theirs)) >= LEAST_NAMES and not ours & theirs:
        yield Difference("name", "", ", ".join(sorted(ours)[:3]), ", ".join(sorted(theirs)[:3]))


def _read_names(text: str) -> set[str]:
    found = (next(part for part in match.groups() if part) for match in _NAMED.finditer(text))
    return {" ".join(name.split()).casefold().strip(" .:") for name in found if not _STEP.search(name)}
