"""How well questions already asked are found again, by meaning, words and both; `answerloop eval duplicates` prints it.

Through the statements and rules that suggestions are made with, over a database that holds the labelled questions alone.
"""

import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from statistics import fmean
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from kb.clusters.asking_known import list_no_answer
from kb.clusters.placing import place_questions
from kb.core.actor import SYSTEM
from kb.ports.embedder import Embedder
from kb.ports.search_index import Typed
from kb.search.gathering import gather_found
from kb.search.queries import Found, find_by_meaning, find_by_words
from kb.search.reading_duplicates import SameQuestions
from kb.search.rules import is_worth_showing, names_a_code, read_typed
from kb.search.suggesting import CANDIDATES, keep_worthy
from kb.text.cleaning import question_text

MOST_ASKED = 500
"""Questions asked of each way; the error of a share is then at most 2.2 points."""

SEED = 7


@dataclass(frozen=True, slots=True)
class WayScores:
    """Of one way to look. `precision_at_5` is right ones among five: with one duplicate each it ends at .2.
    `mean_average_precision` is over the first `CANDIDATES`. The last three are what a reader would see:
    `answered` had something above the floor, `right_when_said` its first was right, `silence` of texts that have no answer."""

    precision_at_1: float
    precision_at_5: float
    mean_average_precision: float
    answered: float
    right_when_said: float
    silence: float


@dataclass(frozen=True, slots=True)
class DuplicateScores:
    """Figures of one run. Of `questions`, `asked` have a duplicate and were asked; `no_answer` texts have none."""

    questions: int
    asked: int
    no_answer: int
    model: str
    floor: float
    dense: WayScores
    words: WayScores
    fused: WayScores


@dataclass(slots=True)
class _Seen:
    """Rankings of one way: for each text what was found, nearest first, and which of it is worth showing."""

    right: list[list[bool]] = field(default_factory=list)
    partners: list[int] = field(default_factory=list)
    shown: list[list[bool]] = field(default_factory=list)
    silent: list[bool] = field(default_factory=list)


class _Prepared:
    """The `Embedder` port with everything that will be asked embedded beforehand: a slow machine must not change a figure."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder
        self._known: dict[str, NDArray[np.float32]] = {}
        self.fingerprint, self.dimensions = embedder.fingerprint, embedder.dimensions

    async def prepare(self, texts: Sequence[str]) -> None:
        new = [text for text in dict.fromkeys(texts) if text not in self._known]
        if new:
            self._known |= dict(zip(new, await self._embedder.embed(new), strict=True))

    async def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        await self.prepare(texts)
        return np.stack([self._known[text] for text in texts])


async def evaluate_duplicates(same: SameQuestions, embedder: Embedder, *, most: int = MOST_ASKED) -> DuplicateScores:
    """Ask questions that have a duplicate, and texts that have no answer, of all questions; needs an empty database."""
    ids = await place_questions(same.texts, embedder)
    group_of = dict(zip(ids, same.groups, strict=True))
    asked = _choose(same, ids, most)
    typed = {id_: read for id_, text in asked if (read := read_typed(text))}
    strangers = [read for one in list_no_answer() if (read := read_typed(one.text))]
    prepared = _Prepared(embedder)
    await prepared.prepare([question_text(one.text, "") for one in [*typed.values(), *strangers]])
    ways = {"dense": _Seen(), "words": _Seen(), "fused": _Seen()}
    sizes, floor = Counter(same.groups), 0.0
    for id_, one in [*typed.items(), *((None, stranger) for stranger in strangers)]:
        floor, looked = await _look(one, prepared)
        for name, (found, shown) in looked.items():
            _note(ways[name], found, shown, own=id_, group_of=group_of, sizes=sizes)
    unread = len(list_no_answer()) - len(strangers)  # stop words and signs alone: nothing is ever asked for them
    scores = {name: _score(seen, unread) for name, seen in ways.items()}
    return DuplicateScores(len(ids), len(typed), len(list_no_answer()), embedder.fingerprint, floor, **scores)


def _choose(same: SameQuestions, ids: Sequence[UUID], most: int) -> list[tuple[UUID, str]]:
    sizes = Counter(same.groups)
    there = [
        (id_, text) for id_, text, group in zip(ids, same.texts, same.groups, strict=True) if sizes[group] > 1 and text
    ]
    return random.Random(SEED).sample(there, min(most, len(there)))  # noqa: S311


async def _look(typed: Typed, embedder: _Prepared) -> tuple[float, dict[str, tuple[list[Found], list[bool]]]]:
    """What each way finds, in its order, and which of it would be shown. One more than needed: the question finds itself."""
    limit = CANDIDATES + 1
    vector = (await embedder.embed([question_text(typed.text, "")]))[0]
    dense = await find_by_meaning(SYSTEM, typed, fingerprint=embedder.fingerprint, vector=vector, limit=limit)
    worded = await find_by_words(SYSTEM, typed, limit)
    gathered = await gather_found(SYSTEM, typed, embedder=embedder, limit=limit)
    fused = [one.found for one in gathered.scored]
    worthy = keep_worthy(gathered, exact=names_a_code(typed))
    near = [(one.clues.similarity or 0.0) >= gathered.floor for one in dense]
    return gathered.floor, {
        "dense": (dense, near),
        "words": (worded, [is_worth_showing(one.clues, by_meaning=False) for one in worded]),
        "fused": (fused, [one in worthy for one in gathered.scored]),
    }


def _note(
    seen: _Seen,
    found: Sequence[Found],
    shown: Sequence[bool],
    *,
    own: UUID | None,
    group_of: dict[UUID, int],
    sizes: Counter[int],
) -> None:
    if own is None:
        seen.silent.append(not any(shown))
        return
    others: dict[UUID, bool] = {}
    for one, is_shown in zip(found, shown, strict=True):
        if one.id != own:
            others.setdefault(one.id, is_shown)  # words may name a question twice: by what it shares and by likeness
    seen.right.append([group_of[other] == group_of[own] for other in others])
    seen.shown.append(list(others.values()))
    seen.partners.append(sizes[group_of[own]] - 1)


def _score(seen: _Seen, unread: int) -> WayScores:
    """`unread` texts without an answer were not even asked, which is silence too."""
    said = [
        next(ok for ok, is_shown in zip(right, shown, strict=True) if is_shown)
        for right, shown in zip(seen.right, seen.shown, strict=True)
        if any(shown)
    ]
    return WayScores(
        precision_at_1=_mean([float(any(right[:1])) for right in seen.right]),
        precision_at_5=_mean([sum(right[:5]) / 5 for right in seen.right]),
        mean_average_precision=_mean(
            [average_precision(right, count) for right, count in zip(seen.right, seen.partners, strict=True)]
        ),
        answered=len(said) / len(seen.right) if seen.right else 0.0,
        right_when_said=_mean([float(one) for one in said]),
        silence=(sum(seen.silent) + unread) / (len(seen.silent) + unread),
    )


def average_precision(right: Sequence[bool], partners: int) -> float:
    """Over the first `CANDIDATES`; whoever has more duplicates than that can still reach 1."""
    hits, total = 0, 0.0
    for place, is_right in enumerate(right[:CANDIDATES], start=1):
        if is_right:
            hits += 1
            total += hits / place
    return total / min(partners, CANDIDATES)


def _mean(values: Sequence[float]) -> float:
    return fmean(values) if values else 0.0
