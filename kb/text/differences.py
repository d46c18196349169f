"""What changed between two texts, line by line and, within a changed line, word by word. Pure."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal, NamedTuple

from kb.core.saying import say_many

CONTEXT = 3
"""Unchanged lines kept around a change."""

MANY_LINES = 2000
"""Lines of both texts from which lines that repeat are not matched one with each other: thousands of equal lines would take minutes."""

LIKE_ENOUGH = 0.4
"""Share of words two lines have in common from which they are shown as one line that changed. Below it marking single words
confuses more than it tells."""

LOOK_AHEAD = 6
"""Old lines among which a new line looks for its like; further ones were moved, not changed."""

_WORD = re.compile(r"\w+|\s+|[^\w\s]")


class Piece(NamedTuple):
    """Part of a line; `changed` marks what the other side has not."""

    text: str
    changed: bool


@dataclass(frozen=True, slots=True)
class DiffLine:
    """`skipped` stands for unchanged lines left out and says in its one piece how many."""

    kind: Literal["same", "added", "removed", "skipped"]
    pieces: tuple[Piece, ...]

    @property
    def text(self) -> str:
        """The line whole."""
        return "".join(piece.text for piece in self.pieces)


def compare_texts(old: str, new: str) -> list[DiffLine]:
    """The new text with what was added, removed and left; long unchanged stretches are folded."""
    before, after = old.splitlines(), new.splitlines()
    lines: list[DiffLine] = []
    for tag, i1, i2, j1, j2 in SequenceMatcher(
        None, before, after, autojunk=len(before) + len(after) > MANY_LINES
    ).get_opcodes():
        if tag == "equal":
            lines += [_plain("same", line) for line in after[j1:j2]]
        else:
            lines += _replaced(before[i1:i2], after[j1:j2])
    return list(_folded(lines))


def _replaced(old: Sequence[str], new: Sequence[str]) -> list[DiffLine]:
    """Each new line stands behind the old line it is most like, if one of the next few is like it at all."""
    lines: list[DiffLine] = []
    next_old = 0
    for after in new:
        likeness, found = max(
            ((_likeness(old[n], after), -n) for n in range(next_old, min(next_old + LOOK_AHEAD, len(old)))),
            default=(0.0, 0),
        )
        if likeness >= LIKE_ENOUGH:
            lines += [_plain("removed", line) for line in old[next_old:-found]] + _paired(old[-found], after)
            next_old = 1 - found
        else:
            lines.append(_plain("added", after))
    return lines + [_plain("removed", line) for line in old[next_old:]]


def _likeness(before: str, after: str) -> float:
    """Share of words in common, 0 to 1."""
    return SequenceMatcher(None, _WORD.findall(before), _WORD.findall(after)).ratio()


def _paired(before: str, after: str) -> list[DiffLine]:
    old, new = _WORD.findall(before), _WORD.findall(after)
    matcher = SequenceMatcher(None, old, new, autojunk=len(old) > 500)
    removed, added = [], []
    for tag, i1, i2, j1, j2 in matcher.get_opcodes():
        removed.append(Piece("".join(old[i1:i2]), tag != "equal"))
        added.append(Piece("".join(new[j1:j2]), tag != "equal"))
    return [DiffLine("removed", _filled(removed)), DiffLine("added", _filled(added))]


def _plain(kind: Literal["same", "added", "removed"], line: str) -> DiffLine:
    return DiffLine(kind, (Piece(line, changed=False),))


def _filled(pieces: list[Piece]) -> tuple[Piece, ...]:
    return tuple(piece for piece in pieces if piece.text) or (Piece("", changed=False),)


def _folded(lines: list[DiffLine]) -> Iterator[DiffLine]:
    """Unchanged lines further than CONTEXT from a change become one line that counts them."""
    near = {m for n, line in enumerate(lines) if line.kind != "same" for m in range(n - CONTEXT, n + CONTEXT + 1)}
    skipped = 0
    for number, line in enumerate(lines):
        if number in near:
            if skipped:
                yield _gap(skipped)
            skipped = 0
            yield line
        else:
            skipped += 1
    if skipped:
        yield _gap(skipped)


def _gap(count: int) -> DiffLine:
    return DiffLine("skipped", (Piece(say_many("{n} unchanged line", "{n} unchanged lines", count), changed=False),))
