"""Several answers to one question as one text, each passage with the answers that say it. Pure: nothing is reworded."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from kb.answers.passages import LEAST_WORDS, Passage, say_the_same, split_passages

MOST_SOURCES = 4
"""Answers one draft is made of: what the fifth adds was missed by everybody the first four helped."""

ANOTHER_WAY = "Another way that worked"
"""The heading above what a further answer adds; the approver sees it as any other line and may change it."""


@dataclass(frozen=True, slots=True)
class Source:
    """An answer as it may be read by others: masked, without courtesies."""

    answer_id: UUID
    revision: int
    body: str


@dataclass(frozen=True, slots=True)
class SourcedPassage:
    """A passage and the answers that say it, the best first; a heading of ours has none."""

    passage: Passage
    sources: tuple[UUID, ...]


def gather_passages(answers: Sequence[Source]) -> list[SourcedPassage]:
    """The best answer whole, then what each further one says that none before did. What is said again adds a source."""
    gathered: list[SourcedPassage] = []
    for number, answer in enumerate(answers[:MOST_SOURCES]):
        added = _add(gathered, answer)
        if number and added:
            gathered.append(SourcedPassage(Passage(f"## {ANOTHER_WAY}", is_heading=True), ()))
        gathered += [_renumbered(one, number) for one in added]
    return gathered


def _add(gathered: list[SourcedPassage], answer: Source) -> list[SourcedPassage]:
    """Notes the answer where its words stand already; returns what is new in it, nothing where that is headings and scraps."""
    new: list[SourcedPassage] = []
    for passage in split_passages(answer.body):
        known = next((at for at, one in enumerate(gathered) if say_the_same(one.passage.text, passage.text)), None)
        if known is None:
            new.append(SourcedPassage(passage, (answer.answer_id,)))
        elif answer.answer_id not in gathered[known].sources:
            gathered[known] = replace(gathered[known], sources=(*gathered[known].sources, answer.answer_id))
    is_worth_it = not gathered or any(_claims(one.passage) for one in new)
    return new if is_worth_it else []


def _claims(passage: Passage) -> bool:
    return not passage.is_heading and len(passage.text.split()) >= LEAST_WORDS


def _renumbered(one: SourcedPassage, number: int) -> SourcedPassage:
    """Lists of different answers are different lists."""
    listed = one.passage.listed
    return replace(one, passage=replace(one.passage, listed=listed + number * _LISTS_OF_ONE)) if listed else one


_LISTS_OF_ONE = 1_000
