"""Names a cluster without a language model: a phrase somebody wrote that says what the others say too, else telling words."""

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import log
from typing import TypeVar
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from kb.clusters.phrasing import content_words, list_phrases, reads_as_a_name, stem, stems_of
from kb.clusters.supporting import AskedText, count_support

Key = TypeVar("Key", bound=Hashable)

WORDS_IN_LABEL = 3
# A word in half of all questions ("fernbook", in the forum of Fernbook) sets nothing apart.
EVERYDAY_SHARE = 0.5
# With fewer clusters there is no "everywhere" to speak of: half of the questions may be one cluster's own.
ENOUGH_CLUSTERS = 3
# Titles read for phrases, the most central first: a better one than these hold is seldom found further out.
TITLES_READ = 60
# A phrase must hold this part of what the cluster's best words say, or the words stand alone.
ENOUGH_SAID = 0.35
# A word that fewer of the cluster's questions hold is one person's circumstance ("on my brother's phone").
COMMON_SHARE = 0.12
# What each such word costs, in units of the most telling word.
RARE_WORD_PRICE = 0.45
# The words a reader takes in at a glance; each one more or less costs a little.
BEST_LENGTH = 4
LENGTH_PRICE = 0.06
CLUMSY_PRICE = 0.3
NEARNESS_WEIGHT = 0.6
# Under 1: what is rare elsewhere counts, and what is common here counts more.
RARITY_POWER = 0.7


@dataclass(frozen=True, slots=True)
class ChosenLabel:
    """`label` is ready to show, such as "Card payment declined"; `words` are those of it that say something, as stems."""

    label: str
    words: tuple[str, ...]


NO_LABEL = ChosenLabel("", ())


@dataclass(frozen=True, slots=True)
class Rarity:
    """How many questions of everything hold each stem, and how many questions that is."""

    counts: Mapping[str, int]
    questions: int
    clusters: int

    @property
    def everyday(self) -> set[str]:
        """Stems that set nothing apart because half of all questions hold them."""
        if self.clusters < ENOUGH_CLUSTERS:
            return set()
        return {word for word, count in self.counts.items() if count >= EVERYDAY_SHARE * self.questions}


def measure_rarity(clusters: Iterable[Sequence[AskedText]]) -> Rarity:
    """Give all clusters, or a fair sample: what sets one apart is only seen beside the others."""
    counts: Counter[str] = Counter()
    questions = number = 0
    for texts in clusters:
        number += 1
        questions += len(texts)
        for asked in texts:
            counts.update(asked.stems)
    return Rarity(counts, questions, number)


def label_clusters(clusters: Mapping[Key, Sequence[AskedText]], *, distinct_people: int = 1) -> dict[Key, ChosenLabel]:
    """A label for each cluster, each word of it written by `distinct_people` askers at least; empty where there is none."""
    rarity = measure_rarity(clusters.values())
    return {key: label_cluster(texts, rarity, distinct_people=distinct_people) for key, texts in clusters.items()}


def label_cluster(texts: Sequence[AskedText], rarity: Rarity, *, distinct_people: int = 1) -> ChosenLabel:
    """The phrase that says most of what the cluster's questions say, or up to three telling words."""
    support = count_support(texts)
    everyday = rarity.everyday
    allowed = {word for word, people in support.items() if len(people) >= distinct_people} - everyday
    weights = _weigh_words(texts, allowed, rarity)
    if not weights:
        return NO_LABEL
    phrase = _best_phrase(texts, weights, allowed, everyday)
    return phrase or _telling_words(texts, weights)


def choose_central(question_ids: Sequence[UUID], vectors: NDArray[np.float32]) -> UUID:
    """The question nearest to all others of its cluster; of equals the smallest id (UUIDv7: the oldest)."""
    nearness = np.round(vectors @ vectors.sum(axis=0), 5)
    return min(zip(question_ids, nearness.tolist(), strict=True), key=lambda pair: (-pair[1], pair[0]))[0]


def _weigh_words(texts: Sequence[AskedText], allowed: set[str], rarity: Rarity) -> dict[str, float]:
    """Class-based tf-idf, the best word at 1: how common in this cluster, times how rare over all."""
    uses: Counter[str] = Counter()
    for asked in texts:
        uses.update(asked.stems & allowed)
    usual = rarity.questions / max(rarity.clusters, 1)
    raw = {
        word: (count / len(texts)) * log(1.0 + usual / max(rarity.counts.get(word, count), 1)) ** RARITY_POWER
        for word, count in uses.items()
        if count >= 2 or len(texts) < 4
    }
    best = max(raw.values(), default=0.0)
    common = COMMON_SHARE * len(texts)
    return {word: weight / best if uses[word] >= common else 0.0 for word, weight in sorted(raw.items())}


def _best_phrase(
    texts: Sequence[AskedText], weights: Mapping[str, float], allowed: set[str], everyday: set[str]
) -> ChosenLabel | None:
    """Words that everybody uses may stand inside a phrase, not at its beginning, and count for nothing."""
    telling = sorted(weights.values(), reverse=True)[:WORDS_IN_LABEL]
    ranked = sorted(texts, key=lambda asked: (-asked.nearness, asked.title.casefold(), asked.title))[:TITLES_READ]
    best: tuple[float, str, ChosenLabel] | None = None
    for asked in ranked:
        for phrase in list_phrases(asked.title):
            words = stems_of(phrase)
            said = sum(weights.get(word, 0.0) for word in words)
            if not words or words[0] in everyday or not (allowed | everyday).issuperset(words):
                continue
            if said < ENOUGH_SAID * sum(telling):
                continue
            score = _score(phrase, words, weights, said / sum(telling)) + NEARNESS_WEIGHT * asked.nearness
            if best is None or (-score, phrase) < (-best[0], best[1]):
                best = (score, phrase, ChosenLabel(phrase, words))
    return best[2] if best else None


def _score(phrase: str, words: Sequence[str], weights: Mapping[str, float], said: float) -> float:
    rare = sum(1 for word in words if weights.get(word, 0.0) == 0.0)
    length = len(phrase.split())
    return (
        min(said, 1.0)
        - RARE_WORD_PRICE * rare
        - LENGTH_PRICE * abs(length - BEST_LENGTH)
        - (CLUMSY_PRICE if not reads_as_a_name(phrase) else 0.0)
    )


def _telling_words(texts: Sequence[AskedText], weights: Mapping[str, float]) -> ChosenLabel:
    """The most telling words, those that stand side by side in the texts in their order there: "Card declined, checkout"."""
    forms: defaultdict[str, Counter[str]] = defaultdict(Counter)
    pairs: Counter[tuple[str, str]] = Counter()
    for asked in texts:
        written = content_words(asked.text)
        for word in written:
            forms[stem(word)][word] += 1
        stems = [stem(word) for word in written]
        pairs.update(set(pairwise(stems)))
    chosen = sorted(weights, key=lambda word: (-weights[word], word))[:WORDS_IN_LABEL]
    spelled = {word: min(forms[word].items(), key=lambda pair: (-pair[1], pair[0]))[0] for word in chosen}
    parts = _pair_up(chosen, pairs)
    label = ", ".join(" ".join(spelled[word] for word in part) for part in parts)
    return ChosenLabel(label[:1].upper() + label[1:], tuple(chosen))


def _pair_up(chosen: Sequence[str], pairs: Mapping[tuple[str, str], int]) -> list[tuple[str, ...]]:
    together = [(pairs.get((a, b), 0), a, b) for a in chosen for b in chosen if a != b]
    count, first, second = max(together, default=(0, "", ""), key=lambda one: (one[0], one[1], one[2]))
    if count < 2:
        return [(word,) for word in chosen]
    return [(first, second), *((word,) for word in chosen if word not in (first, second))]
