"""Whether a label may be said at all: who wrote each of its words, and the few questions it rests on. Pure."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from kb.clusters.phrasing import PRIVATE, content_words, stem

NOBODY = UUID(int=0)
"""Those whom nobody knows count as one person."""


@dataclass(frozen=True, slots=True)
class AskedText:
    """One question: its cleaned text, who asked it, the title it is shown by, and how near it is to its cluster's middle (0 to 1).

    Words of the asker's own name are not counted as words of theirs: a signature must not become a label.
    """

    text: str
    person_id: UUID | None = None
    title: str = ""
    nearness: float = 1.0
    question_id: UUID = NOBODY
    asker: str = ""
    stems: frozenset[str] = field(init=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "title", self.title or self.text)
        own = set(content_words(self.asker))
        found = {stem(word) for word in content_words(f"{self.title}. {self.text}") if word not in own}
        object.__setattr__(self, "stems", frozenset(found))


def count_support(texts: Sequence[AskedText]) -> dict[str, set[UUID]]:
    """For each stem, the people who wrote it."""
    people: defaultdict[str, set[UUID]] = defaultdict(set)
    for asked in texts:
        for word in asked.stems:
            people[word].add(asked.person_id or NOBODY)
    return dict(people)


def find_rests_on(
    label: str, texts: Sequence[AskedText], *, distinct_people: int, support: Mapping[str, set[UUID]] | None = None
) -> list[UUID] | None:
    """The questions that vouch for the label: for each word that says something, one each of enough people.

    None where a word of it was not written by enough people, or it holds a number or an address; that label must not be
    shown. The same questions vouch for several words where they can, so that few are left to lose.
    """
    if PRIVATE.search(label):
        return None
    words = dict.fromkeys(stem(word) for word in content_words(label))
    support = count_support(texts) if support is None else support
    if any(len(support.get(word, ())) < distinct_people for word in words):
        return None
    by_use = sorted(texts, key=lambda asked: (-len(asked.stems & words.keys()), -asked.nearness, asked.question_id))
    chosen: dict[UUID, None] = {}
    for word in words:
        people: set[UUID] = set()
        holders = [asked for asked in by_use if word in asked.stems]
        for asked in sorted(holders, key=lambda asked: asked.question_id not in chosen):
            if len(people) >= distinct_people:
                break
            if (asked.person_id or NOBODY) not in people:
                people.add(asked.person_id or NOBODY)
                chosen[asked.question_id] = None
    return list(chosen)
