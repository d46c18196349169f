"""`make eval`: our grouping beside what people use today, on one file, with the same embeddings, as one table.

The others live in an environment of their own under the user's cache folder, made once from rivals.txt.
Where it cannot be made (no network), ours and sentence-transformers' are printed alone and the reason is said.
"""

import argparse
import asyncio
import hashlib
import os
import subprocess
import sys
import time
import venv
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from numpy.typing import NDArray
from sentence_transformers.util import community_detection

from kb.adapters.sentence_transformers_embedder import SentenceTransformersEmbedder
from kb.clusters.evaluating import score_groups
from kb.clusters.grouping import group_vectors
from kb.clusters.reading_labelled import LabelledTexts, read_labelled
from kb.core.errors import KbError
from tests.support.shared_data import FOLDER

PINS = Path(__file__).with_name("rivals.txt")
RUNNER = Path(__file__).with_name("rival_methods.py")
BANKING = FOLDER / "intents" / "banking77" / "train.csv"
NAMES = {
    "bertopic": "BERTopic, defaults",
    "hdbscan": "HDBSCAN, at least 10",
    "umap_hdbscan": "UMAP 5 + HDBSCAN, at least 25",
}
# Its documented example; the best of .65 to .80 on Banking77 and CLINC150 lies at .70 (ARI .32 and .35).
COMMUNITY_THRESHOLD, SMALLEST_COMMUNITY = 0.70, 2
LONGEST_RUN = 1800


class Unreachable(Exception):
    """The rivals cannot be installed or run here; the text says why, in a sentence for people."""


@dataclass(frozen=True, slots=True)
class Result:
    """One method's groups (negative: noise) and how long it took on ready embeddings."""

    name: str
    groups: NDArray[np.int64]
    seconds: float


def compare(labelled: LabelledTexts, vectors: NDArray[np.float32]) -> Iterator[Result | Unreachable]:
    """Ours first; each method's result as soon as it is there, or why there is none."""
    yield _timed("Answerloop, as shipped", lambda: group_vectors(vectors, texts=labelled.texts).groups)
    yield _timed(f"community_detection {COMMUNITY_THRESHOLD}", lambda: _communities(vectors))
    try:
        python = ensure_environment(cache_folder())
        for method in NAMES:
            yield _run_rival(python, method, labelled.texts, vectors)
    except Unreachable as error:
        yield error


def cache_folder() -> Path:
    """Outside the repository, so that no tool of ours ever looks into it."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "answerloop" / "rivals"


def ensure_environment(folder: Path) -> Path:
    """Path of its Python. Made once for each content of rivals.txt; raises `Unreachable`."""
    made_for = folder / hashlib.sha256(PINS.read_bytes()).hexdigest()[:16]
    python = made_for / "bin" / "python"
    if (made_for / ".complete").exists():
        return python
    venv.create(made_for, with_pip=True, clear=True)
    install = [
        str(python),
        "-m",
        "pip",
        "install",
        "--quiet",
        "--disable-pip-version-check",
        "--no-deps",
        "-r",
        str(PINS),
    ]
    done = subprocess.run(install, check=False, capture_output=True, text=True)
    if done.returncode:
        last = (done.stderr.strip().splitlines() or ["no reason given"])[-1]
        raise Unreachable(f"BERTopic and HDBSCAN could not be installed (is PyPI out of reach?): {last}")
    (made_for / ".complete").touch()
    return python


def as_row(result: Result, labels: Sequence[str]) -> str:
    """A line of the table. Noise counts as groups of one in every score."""
    scores = score_groups(labels, result.groups)
    clusters, noise = len(np.unique(result.groups[result.groups >= 0])), int((result.groups < 0).sum())
    return (
        f"{result.name:<30} {scores.v_measure:.3f}  {scores.adjusted_rand:.3f}  {scores.pair_f1:.3f}"
        f"  {clusters:>8,}  {noise:>6,}  {result.seconds:>7.1f}"
    )


def _timed(name: str, group: Callable[[], NDArray[np.int64]]) -> Result:
    began = time.perf_counter()
    groups = group()
    return Result(name, groups, time.perf_counter() - began)


def _communities(vectors: NDArray[np.float32]) -> NDArray[np.int64]:
    groups = np.full(len(vectors), -1, dtype=np.int64)
    found = community_detection(vectors, threshold=COMMUNITY_THRESHOLD, min_community_size=SMALLEST_COMMUNITY)
    for number, rows in enumerate(found):
        groups[rows] = number
    return groups


def _run_rival(python: Path, method: str, texts: Sequence[str], vectors: NDArray[np.float32]) -> Result:
    with TemporaryDirectory() as folder:
        source, target = Path(folder) / "given.npz", Path(folder) / "found.npz"
        np.savez(source, texts=np.array(texts), vectors=vectors)
        command = [str(python), str(RUNNER), method, str(source), str(target)]
        try:
            done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=LONGEST_RUN)
        except subprocess.TimeoutExpired as error:
            raise Unreachable(f"{NAMES[method]} did not end within {LONGEST_RUN // 60} minutes") from error
        if done.returncode:
            raise Unreachable(
                f"{NAMES[method]} failed: {(done.stderr.strip().splitlines() or ['no reason given'])[-1]}"
            )
        found = np.load(target)
        return Result(NAMES[method], found["groups"], float(found["seconds"]))


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def main() -> None:
    parser = argparse.ArgumentParser(prog="make eval", description=__doc__)
    parser.add_argument("--data", type=Path, default=BANKING, help=".csv, .tsv or .jsonl")
    parser.add_argument("--text", default="text", help="column with the question")
    parser.add_argument("--label", default="category", help="column with the problem it belongs to")
    options = parser.parse_args()
    try:
        labelled = read_labelled(options.data, text_column=options.text, label_column=options.label)
    except KbError as error:
        sys.exit(f"{error}. Name a labelled file with --data, --text and --label.")
    vectors = asyncio.run(SentenceTransformersEmbedder("").embed(labelled.texts))
    _say(
        f"{options.data.name}: {len(labelled.texts):,} questions of {len(set(labelled.labels)):,} kinds, same embeddings"
    )
    _say(f"{'':<30} {'V':<5}  {'ARI':<5}  {'F1':<5}  clusters   noise  seconds")
    for result in compare(labelled, vectors):
        line = (
            f"{result} The others are left out." if isinstance(result, Unreachable) else as_row(result, labelled.labels)
        )
        _say(line)


if __name__ == "__main__":
    main()
