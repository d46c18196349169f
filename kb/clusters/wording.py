"""Words that two questions share: a second opinion on those whom meaning already put near each other.

A sentence model takes "card payment fee" and "cash withdrawal fee" for nearly the same; rare shared words tell them
apart. Only candidates that meaning found are compared, so the cost grows with the questions and not with their pairs.
Measured, shares of .05 to .4: on Banking77 ARI rises from .583 to .595, on 4,514 support messages from .43 to .49.
"""

from collections.abc import Sequence

import numpy as np
from scipy.sparse import csr_matrix, diags
from sklearn.feature_extraction.text import HashingVectorizer, TfidfTransformer

from kb.clusters.graph import Neighbours

# Words and pairs of words are hashed into this many columns: memory stays the same for any corpus and no vocabulary is kept.
COLUMNS = 2**20
# Rows compared at once; bounds the sparse products to some 100 MB.
BLOCK_PAIRS = 200_000
# Longer texts say their problem at the beginning; what follows is logs and circumstances.
MOST_CHARACTERS = 1000


def weigh_words(texts: Sequence[str]) -> csr_matrix:
    """One unit row per text: words and pairs of words by rarity. What only one text says tells nothing and is left out."""
    if not len(texts):
        return csr_matrix((0, COLUMNS), dtype=np.float32)
    hashing = HashingVectorizer(
        n_features=COLUMNS, ngram_range=(1, 2), alternate_sign=False, norm=None, dtype=np.float32
    )
    counts = hashing.transform(text[:MOST_CHARACTERS] for text in texts)
    shared = np.bincount(counts.indices, minlength=COLUMNS) > 1
    counts = (counts @ diags(shared.astype(np.float32))).tocsr()
    counts.eliminate_zeros()
    if not counts.nnz:
        return counts
    return csr_matrix(TfidfTransformer(sublinear_tf=True).fit_transform(counts), dtype=np.float32)


def rank_by_words_too(neighbours: Neighbours, words: csr_matrix, *, share: float, count: int) -> Neighbours:
    """The `count` nearest of the candidates by (meaning + share x words) / (1 + share), nearest first."""
    size, candidates = neighbours.indices.shape
    count = min(count, candidates)
    indices = np.empty((size, count), dtype=np.int32)
    similarities = np.empty((size, count), dtype=np.float32)
    rows = max(1, BLOCK_PAIRS // max(candidates, 1))
    for start in range(0, size, rows):
        block = neighbours.indices[start : start + rows]
        mine = np.repeat(np.arange(start, start + len(block)), candidates)
        together = words[mine].multiply(words[block.ravel()]).sum(axis=1)
        worded = np.asarray(together, dtype=np.float32).reshape(block.shape)
        both = ((neighbours.similarities[start : start + rows] + share * worded) / (1.0 + share)).astype(np.float32)
        order = np.argsort(-both, axis=1, kind="stable")[:, :count]
        indices[start : start + rows] = np.take_along_axis(block, order, 1)
        similarities[start : start + rows] = np.take_along_axis(both, order, 1)
    return Neighbours(indices, similarities)
