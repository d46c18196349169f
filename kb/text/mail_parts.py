"""Of a message written as mail, what its writer wrote: no quoted messages, no signature, no small print.

Programs put what is answered below, above or between the answer. A line tells who wrote what follows; where nothing of the writer's
comes after it, the message ends there. Answers between quotes keep the quotes: they say what is answered.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from kb.text.mail_lines import CUT, Kind, fenced_lines, kinds_of
from kb.text.mail_markers import is_quoted
from kb.text.mail_signatures import reads_like_signature, signature_start

MOST_ROUNDS = 5
"""Real mail takes one, and a second to see that nothing more goes."""

_TOLD = {Kind.MARKER, Kind.HEADER}


@dataclass(frozen=True, slots=True)
class TrimmedReply:
    """`text` as its writer laid it out; `elided` all other lines, in their order: quotes, what a delimiter opens, what programs add.

    A message of quotes alone, with nothing that tells who wrote them, is its own text, and `is_only_quotes`.
    """

    text: str
    elided: str

    @property
    def is_only_quotes(self) -> bool:
        """Whether its writer added no word."""
        return all(is_quoted(line) or not line.strip() for line in self.text.split("\n"))


def trim_reply(text: str) -> TrimmedReply:
    """What is shown of a message. Names and closings stay (`split_signature` parts them); nothing is left of quotes alone."""
    lines = _lines_of(text)
    kept = list(range(len(lines)))
    for _ in range(MOST_ROUNDS):  # what stands at the end comes to light when what stood below it is gone
        staying = _trimmed_once([lines[at] for at in kept])
        if len(staying) == len(kept):
            break
        kept = [kept[at] for at in staying]
    return TrimmedReply(_joined(lines, kept), _joined(lines, sorted(set(range(len(lines))) - set(kept))))


def _trimmed_once(lines: Sequence[str]) -> list[int]:
    kinds = kinds_of(lines)
    end = next((at for at, kind in enumerate(kinds) if kind is Kind.DELIMITER), len(lines))
    return [at for at in _without_quotes(lines[:end], kinds[:end]) if kinds[at] is not Kind.ADDED]


def without_quotes(text: str) -> str:
    """The message with its signature, without what it answers."""
    lines = _lines_of(text)
    kinds = [Kind.TEXT if kind in {Kind.DELIMITER, Kind.ADDED} else kind for kind in kinds_of(lines)]
    return _joined(lines, _without_quotes(lines, kinds))


def split_forwarded(text: str) -> tuple[str, str]:
    """What the writer says of a message they pass on, and that message from its headers on; nothing where none is passed on.

    One program quotes what it passes on: it comes without those marks.
    """
    lines = _lines_of(text)
    before, forwarded = _at_headers(lines)
    if not forwarded and any(map(is_quoted, lines)):
        bare = [line.lstrip()[1:].removeprefix(" ") if is_quoted(line) else line for line in lines]
        before, forwarded = _at_headers(bare)
    return before, forwarded


def _at_headers(lines: Sequence[str]) -> tuple[str, str]:
    kinds = kinds_of(lines)
    start = next((at for at, kind in enumerate(kinds) if kind is Kind.HEADER), len(lines))
    before = start
    while start < len(lines) and before and kinds[before - 1] in {Kind.EMPTY, Kind.MARKER, Kind.DELIMITER}:
        before -= 1
    return _joined(lines, range(before)), _joined(lines, range(start, len(lines)))


def own_lines(text: str) -> list[str]:
    """The writer's lines alone: no quotes even between answers, no closing, no name. Code fences are kept whole."""
    lines = _lines_of(text)
    kinds = kinds_of(lines)
    kept = [at for at in _without_quotes(lines, kinds) if kinds[at] not in {Kind.QUOTE, Kind.ADDED}]
    own = [lines[at] for at in kept]
    return own[: signature_start(own, fenced_lines(own))]


def _lines_of(text: str) -> list[str]:
    return text.replace("\r\n", "\n").replace("\r", "\n").split("\n")


def _joined(lines: Sequence[str], kept: Sequence[int]) -> str:
    """Without the blank lines at either end; the first line keeps its indent, code may begin there."""
    chosen = [lines[at] for at in kept if lines[at] != CUT]
    first = next((at for at, line in enumerate(chosen) if line.strip()), len(chosen))
    return "\n".join(chosen[first:]).rstrip()


def _without_quotes(lines: Sequence[str], kinds: Sequence[Kind]) -> list[int]:
    """The lines that stay. Quotes that end the message go; so does a single one that a program put, whose answer stands around it."""
    own = [at for at, kind in enumerate(kinds) if kind is Kind.TEXT]
    if not own:
        return [] if any(kind in _TOLD for kind in kinds) else list(range(len(lines)))
    end = _end(lines, kinds, own[0])
    is_told = any(kind in _TOLD for kind in kinds[:end])
    left_out = {*_TOLD, Kind.QUOTE} if is_told and _count_quotes(kinds[:end]) == 1 else _TOLD
    return _closed_up(kinds[:end], left_out)


def _closed_up(kinds: Sequence[Kind], left_out: Collection[Kind]) -> list[int]:
    """The other lines; the blank ones around what is left out are those above it alone."""
    kept: list[int] = []
    for at, kind in enumerate(kinds):
        is_gap = bool(kept) and at - kept[-1] > 1
        if kind in left_out or (is_gap and kind is Kind.EMPTY and kinds[kept[-1]] is Kind.EMPTY):
            continue
        kept.append(at)
    return kept


def _count_quotes(kinds: Sequence[Kind]) -> int:
    """How many quotes there are with something of the writer's between."""
    seen = [kind for kind in kinds if kind in {Kind.QUOTE, Kind.TEXT}]
    return sum(kind is Kind.QUOTE and (at == 0 or seen[at - 1] is Kind.TEXT) for at, kind in enumerate(seen))


def _end(lines: Sequence[str], kinds: Sequence[Kind], first: int) -> int:
    """Where the writer's part ends: at the first older message with nothing of theirs below it."""
    end = len(lines)
    for at in _beginnings(kinds, first):
        if not _is_answered_below(lines, kinds, at):
            end = at
            break
    while kinds[end - 1] in {Kind.QUOTE, Kind.EMPTY, Kind.ADDED}:
        end -= 1
    return end


def _beginnings(kinds: Sequence[Kind], first: int) -> list[int]:
    return [at for at in range(first + 1, len(kinds)) if kinds[at] in _TOLD and kinds[at - 1] not in _TOLD]


def _is_answered_below(lines: Sequence[str], kinds: Sequence[Kind], at: int) -> bool:
    """Whether the older message is quoted line by line with answers between or below it; a signature is no answer."""
    below = next((kind for kind in kinds[at:] if kind not in {*_TOLD, Kind.EMPTY}), None)
    if below is not Kind.QUOTE:
        return False
    later = [place for place in range(at, len(kinds)) if kinds[place] is Kind.TEXT]
    if not later:
        return False
    return Kind.QUOTE in kinds[later[0] :] or not reads_like_signature([lines[place] for place in later])
