"""A comparison laid out in two columns: what stood there beside what stands there. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from kb.text.differences import DiffLine


@dataclass(frozen=True, slots=True)
class Pair:
    """One row: `old` is None where the line is new, `new` where it was taken out. Both are the same line where nothing changed."""

    old: DiffLine | None
    new: DiffLine | None

    @property
    def kind(self) -> str:
        """`same`, `skipped`, `changed`, `removed` or `added`."""
        if self.old is not None and self.new is not None:
            return self.old.kind if self.old is self.new else "changed"
        return "removed" if self.new is None else "added"


def pair_lines(lines: Sequence[DiffLine]) -> list[Pair]:
    """Each run of changes by rows: a removed line stands beside the added line that follows it, in order."""
    return [pair for run in _runs(lines) for pair in _paired(run)]


def _runs(lines: Sequence[DiffLine]) -> Iterator[list[DiffLine]]:
    """Lines that did not change one by one; changes as long as they last. After an added line a removed one begins the next run."""
    run: list[DiffLine] = []
    for line in lines:
        ends = line.kind in ("same", "skipped") or (line.kind == "removed" and run and run[-1].kind == "added")
        if ends and run:
            yield run
            run = []
        run.append(line)
        if line.kind in ("same", "skipped"):
            yield run
            run = []
    if run:
        yield run


def _paired(run: list[DiffLine]) -> list[Pair]:
    if run[0].kind in ("same", "skipped"):
        return [Pair(run[0], run[0])]
    old = [line for line in run if line.kind == "removed"]
    new = [line for line in run if line.kind == "added"]
    both = min(len(old), len(new))
    alone = [Pair(line, None) for line in old[: len(old) - both]]
    beside = [Pair(one, other) for one, other in zip(old[len(old) - both :], new, strict=False)]
    return alone + beside + [Pair(None, line) for line in new[both:]]
