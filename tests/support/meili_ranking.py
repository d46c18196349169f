"""How the stand-in ranks: words with typing errors and growing last words as Meilisearch documents them, vectors by cosine."""

import re
from collections.abc import Sequence
from typing import Any

import numpy as np

Document = dict[str, Any]

_WORD = re.compile(r"\w+")


def split(text: str) -> list[str]:
    """Lower-case words."""
    return _WORD.findall(text.lower())


def rank_by_words(
    documents: Sequence[Document], query: str, attributes: Sequence[str], strategy: str
) -> list[Document]:
    """Hits with `_rankingScoreDetails` and `_rankingScore`, best first; an empty query finds everything."""
    words = split(query)
    if not words:
        return [{**document, "_rankingScore": 1.0} for document in documents]
    texts = [split(" ".join(str(document.get(name, "")) for name in attributes)) for document in documents]
    growing = not query.endswith(" ")
    counts = [
        [_errors(word, text, growing and at == len(words) - 1) for at, word in enumerate(words)] for text in texts
    ]
    needed = _needed(words, counts, strategy)
    hits = []
    for document, errors in zip(documents, counts, strict=True):
        matching = next((size for size, some in needed if all(errors[at] is not None for at in some)), 0)
        if matching:
            typos = sum(error or 0 for error in errors)
            hits.append((matching, -typos, _in_title(words, document, attributes), document))
    hits.sort(key=lambda hit: (hit[:3], str(hit[3]["id"])), reverse=True)
    return [{**document, **_details(matching, len(words), -typos)} for matching, typos, _, document in hits]


def _needed(words: Sequence[str], counts: Sequence[Sequence[int | None]], strategy: str) -> list[tuple[int, list[int]]]:
    """Which words must be there, from all of them to one; `last` lets go of the last first, `frequency` of the commonest."""
    order = list(range(len(words)))
    if strategy == "frequency":
        order.sort(key=lambda at: sum(errors[at] is not None for errors in counts))
    sizes = [len(words)] if strategy == "all" else range(len(words), 0, -1)
    return [(size, order[:size]) for size in sizes]


def _errors(word: str, text: Sequence[str], growing: bool) -> int | None:
    """Typing errors to the nearest word of the text, None where none is near enough: one from 5 letters, two from 9."""
    allowed = 0 if len(word) < 5 else 1 if len(word) < 9 else 2
    near = [
        _distance(word, other[: len(word)] if growing and other.startswith(word[:1]) else other) for other in set(text)
    ]
    best = min(near, default=99)
    return best if best <= allowed else None


def _distance(a: str, b: str) -> int:
    if abs(len(a) - len(b)) > 2:
        return 99
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        before, row[0] = row[0], i
        for j, y in enumerate(b, 1):
            before, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, before + (x != y))
    return row[-1]


def _in_title(words: Sequence[str], document: Document, attributes: Sequence[str]) -> int:
    title = split(str(document.get(attributes[0], "")))
    return sum(word in title for word in words)


def _details(matching: int, most: int, typos: int) -> Document:
    score = matching / most
    return {
        "_rankingScore": score,
        "_rankingScoreDetails": {
            "words": {"order": 0, "matchingWords": matching, "maxMatchingWords": most, "score": score},
            "typo": {"order": 1, "typoCount": typos, "maxTypoCount": most, "score": 1 / (1 + typos)},
        },
    }


def rank_by_vector(
    documents: Sequence[Document], vectors: dict[str, list[float]], vector: Sequence[float]
) -> list[Document]:
    """Documents with a vector, nearest first; the score is the cosine brought between 0 and 1."""
    wanted = np.array(vector)
    scored = []
    for document in documents:
        if document["id"] in vectors:
            own = np.array(vectors[document["id"]])
            cosine = float(own @ wanted / (np.linalg.norm(own) * np.linalg.norm(wanted) or 1.0))
            scored.append({**document, "_rankingScore": (1 + cosine) / 2})
    return sorted(scored, key=lambda hit: -hit["_rankingScore"])
