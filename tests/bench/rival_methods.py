"""Runs inside the rivals' own environment: groups ready-made embeddings with one method and writes labels and seconds.

Stands alone on purpose: nothing of the product is installed there. Called as: rival_methods.py METHOD INPUT.npz OUTPUT.npz
Each method is called as its own documentation shows, in its defaults but for what its name here says; seeds where it takes one.
"""

import sys
import time
from collections.abc import Callable, Sequence

import numpy as np

SEED = 20261122
DIMENSIONS, SMALLEST = 5, 25


def bertopic(texts: Sequence[str], vectors: np.ndarray) -> np.ndarray:
    from bertopic import BERTopic  # noqa: PLC0415 a slow load, for this method alone

    return np.array(BERTopic().fit_transform(list(texts), vectors)[0])


def hdbscan(_texts: Sequence[str], vectors: np.ndarray) -> np.ndarray:
    from hdbscan import HDBSCAN  # noqa: PLC0415 a slow load, for this method alone

    return HDBSCAN(min_cluster_size=10).fit_predict(vectors)


def umap_hdbscan(_texts: Sequence[str], vectors: np.ndarray) -> np.ndarray:
    from hdbscan import HDBSCAN  # noqa: PLC0415 a slow load, for this method alone
    from umap import UMAP  # noqa: PLC0415 a slow load, for this method alone

    reduced = UMAP(n_components=DIMENSIONS, min_dist=0.0, metric="cosine", random_state=SEED).fit_transform(vectors)
    return HDBSCAN(min_cluster_size=SMALLEST).fit_predict(reduced)


METHODS: dict[str, Callable[[Sequence[str], np.ndarray], np.ndarray]] = {
    "bertopic": bertopic,
    "hdbscan": hdbscan,
    "umap_hdbscan": umap_hdbscan,
}


def main() -> None:
    method, source, target = sys.argv[1:]
    given = np.load(source)
    texts, vectors = given["texts"].tolist(), given["vectors"]
    began = time.perf_counter()
    groups = METHODS[method](texts, vectors)
    np.savez(target, groups=np.asarray(groups, dtype=np.int64), seconds=time.perf_counter() - began)


if __name__ == "__main__":
    main()
