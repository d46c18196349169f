"""Names a cluster without a language model: the words that set it apart, and its most central question."""

import re
from collections import Counter, defaultdict
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from math import log, sqrt
from typing import TypeVar
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from kb.clusters.stopwords import STOPWORDS

Key = TypeVar("Key", bound=Hashable)

WORDS_IN_LABEL = 3
# A pair of words says more than each alone, so it outweighs a slightly more telling single word.
PAIR_BONUS = 1.5
# Words that share this beginning ("invoice", "invoices", "invoicing") are one word to a reader of a label.
COMMON_BEGINNING = 5
# A word in half of all questions ("fernbook", in the forum of Fernbook) sets nothing apart, nor does any pair with it.
EVERYDAY_SHARE = 0.5
# With fewer clusters there is no "everywhere" to speak of: half of the questions may be one cluster's own.
ENOUGH_CLUSTERS = 3
# Only letters: order numbers, amounts, addresses and keys must not become names.
WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
# Taken out whole, or their parts would be read as words.
PRIVATE = re.compile(r"\S+@\S+|https?://\S+|www\.\S+|\S*\d\S*")


@dataclass(frozen=True, slots=True)
class AskedText:
    """One question's text and who asked it; all whom nobody knows count as one person."""

    text: str
    person_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class ClusterLabel:
    """`label` is ready to show, such as "Card arrival, still waiting"; `terms` are its parts, most telling first."""

    label: str
    terms: tuple[str, ...]


def label_clusters(clusters: Mapping[Key, Sequence[AskedText]], *, distinct_people: int = 1) -> dict[Key, ClusterLabel]:
    """A label for each cluster from words of at least `distinct_people` askers; empty where no word qualifies.

    Give every cluster there is: what sets one apart is only seen beside the others. For a label the public reads,
    ask for two people or more, so that no word known from one private ticket alone can appear.
    """
    counted = {key: _count_terms(texts, distinct_people) for key, texts in clusters.items()}
    everywhere: Counter[str] = Counter()
    for uses, _ in counted.values():
        everywhere.update(uses)
    usual_size = sum(everywhere.values()) / max(len(clusters), 1)
    asked = sum(len(texts) for texts in clusters.values())
    everyday = _find_everyday(everywhere, asked) if len(clusters) >= ENOUGH_CLUSTERS else set()
    return {
        key: _name(_score_terms(uses, everywhere, usual_size, {t for t in shared if everyday.isdisjoint(t.split())}))
        for key, (uses, shared) in counted.items()
    }


def choose_central(question_ids: Sequence[UUID], vectors: NDArray[np.float32]) -> UUID:
    """The question nearest to all others of its cluster; of equals the smallest id (UUIDv7: the oldest)."""
    nearness = np.round(vectors @ vectors.sum(axis=0), 5)
    return min(zip(question_ids, nearness.tolist(), strict=True), key=lambda pair: (-pair[1], pair[0]))[0]


def _count_terms(texts: Sequence[AskedText], distinct_people: int) -> tuple[Counter[str], set[str]]:
    """In how many questions each term stands (repeated in one it counts once), and the terms of enough people.

    Who said what is kept only where it matters: for a million questions that alone would be gigabytes.
    """
    uses: Counter[str] = Counter()
    people: defaultdict[str, set[UUID | None]] = defaultdict(set)
    for asked in texts:
        terms = _find_terms(asked.text)
        uses.update(terms)
        if distinct_people > 1:
            for term in terms:
                people[term].add(asked.person_id)
    if distinct_people <= 1:
        return uses, set(uses)
    return uses, {term for term, who in people.items() if len(who) >= distinct_people}


def _find_terms(text: str) -> set[str]:
    """Single words and pairs of words that stand side by side, stop words and private strings left out."""
    terms: set[str] = set()
    for part in re.split(r"[.,;:!?()\n\"“”]+", PRIVATE.sub(".", text.casefold())):
        words = [word.replace("’", "'") for word in WORD.findall(part)]
        telling = [len(word) > 2 and word not in STOPWORDS for word in words]
        terms.update(word for word, is_telling in zip(words, telling, strict=True) if is_telling)
        pairs = zip(words, words[1:], telling, telling[1:], strict=False)
        terms.update(f"{a} {b}" for a, b, first, second in pairs if first and second)
    return terms


def _find_everyday(everywhere: Mapping[str, int], asked: int) -> set[str]:
    return {term for term, count in everywhere.items() if " " not in term and count >= EVERYDAY_SHARE * asked}


def _score_terms(
    uses: Counter[str], everywhere: Counter[str], usual_size: float, allowed: set[str]
) -> list[tuple[float, str]]:
    """Class-based tf-idf: how common in this cluster, times how rare over all clusters. Best first."""
    scores = []
    for term in allowed:
        bonus = PAIR_BONUS if " " in term else 1.0
        # The square root keeps a word that is in every question from outweighing one that tells the cluster apart.
        scores.append((bonus * sqrt(uses[term]) * log(1.0 + usual_size / everywhere[term]) * _share(uses, term), term))
    return sorted(scores, key=lambda pair: (-pair[0], pair[1]))


def _share(uses: Counter[str], term: str) -> float:
    return sqrt(uses[term] / max(uses.values()))


def _name(scored: Sequence[tuple[float, str]]) -> ClusterLabel:
    chosen: list[str] = []
    words = 0
    for _, term in scored:
        if words + len(term.split()) <= WORDS_IN_LABEL + 1 and len(chosen) < WORDS_IN_LABEL and _is_new(term, chosen):
            chosen.append(term)
            words += len(term.split())
    label = ", ".join(chosen)
    return ClusterLabel(label[:1].upper() + label[1:], tuple(chosen))


def _is_new(term: str, chosen: Sequence[str]) -> bool:
    """No word of the term is already in the label, in whatever form."""
    known = {word[:COMMON_BEGINNING] for other in chosen for word in other.split()}
    return not any(word[:COMMON_BEGINNING] in known for word in term.split())
