"""`python -m tests.bench.grouping_once VECTORS TEXTS SIZE`: groups, then prints the most memory it took and how many clusters it found."""

import sys
import threading
from pathlib import Path

import numpy as np
import psutil

from kb.clusters.grouping import group_vectors

STEP_SECONDS = 0.05


class Watching:
    """The most memory this process held that no file stands behind: pages of a mapped file go when others need the room."""

    def __init__(self) -> None:
        self.most = 0
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()

    def stop(self) -> int:
        self._done.set()
        self._thread.join()
        return self.most

    def _watch(self) -> None:
        process = psutil.Process()
        while not self._done.wait(STEP_SECONDS):
            now = process.memory_info()
            self.most = max(self.most, now.rss - now.shared)


def main() -> None:
    vectors_file, texts_file, size = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])
    watching = Watching()
    vectors = np.memmap(vectors_file, dtype=np.float32, mode="r").reshape(size, -1)
    grouping = group_vectors(vectors, texts=texts_file.read_text(encoding="utf-8").split("\n"))
    sys.stdout.write(f"{watching.stop()} {len(np.unique(grouping.groups[grouping.groups >= 0]))}\n")


if __name__ == "__main__":
    main()
