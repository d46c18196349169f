"""Each line of a message written as mail, by what it is."""

import re
from bisect import bisect_right
from collections.abc import Collection, Sequence
from enum import Enum
from functools import lru_cache

from kb.text.mail_languages import either, words_of
from kb.text.mail_markers import header_block_length, is_quoted, marker_length
from kb.text.mail_signatures import LINES_AHEAD, is_small_print, opens_only_signature

WRAPPED = 62
"""Characters from which on a quoted line may have been wrapped by a program that put no `>` before the rest."""

WRAPPED_REST = 45
"""And the rest has at most so many."""

CUT = "\ue000"
"""A line of its own where `kb.text.mail_html` found the container of an older message; a private sign that means nothing in a mail."""

_DELIMITER = re.compile(r"\s*(?:[-_=~#*ᐧ—–]{1,200}|[,+=]{3,200}|\\?-\\?-|[-_—–]{2,3})\s*\\?\s*")
_FENCE = re.compile(r"\s{0,3}(`{3,}|~{3,})")
_DEVICE_FRAME = r"[\s*_\[(<«\"“–—-]{0,6}"
_DEVICE = re.compile(rf"{_DEVICE_FRAME}{either(words_of('device'))}[\s.!)\]>»\"”*_]{{0,6}}", re.IGNORECASE)
_DEVICE_WORD = re.compile(
    r"i ?phone|i ?pad|i ?pod|android|blackberry|outlook|galaxy|samsung|huawei|honor|xiaomi|redmi|pixel|nokia|lumia|htc|sony|xperia|moto|"
    r"oneplus|oppo|vivo|windows|mail|phone|mobil|móvil|handy|tablet|\bcell|gerät|device|appareil|dispositiv|portable|yahoo|proton|thunderbird|"
    r"k-9|canary|superhuman|spark|spike|boxer|tutanota|celular|cellulare|телефон|смартфон|мобил|почт|手机|手機|邮箱|郵箱|携帯|スマート|폰|메일|هاتف|جوال|"
    r"נייד|טלפון|điện thoại|ponsel|puhelim|telefon|telefoon|téléphone|telem[oó]vel|sparrow|virus|\bmy \S{1,30}(?:\s\S{1,30}){0,2}$|avast",
    re.IGNORECASE,
)
_SENTENCE = re.compile(
    r"\b(?:but|yesterday|today|because|when|again|already|order|aber|gestern|heute|mais|pero|ma|maar)\b", re.IGNORECASE
)

MAX_LINES = 50_000
"""Lines looked at; whatever comes later is left as it is. A megabyte of mail has about 15,000."""

SMALL_PRINT_LINES = 25
"""More lines than that below a disclaimer are somebody's."""

_PGP_BEGINS = re.compile(r"-----BEGIN PGP (SIGNATURE|SIGNED MESSAGE)-----")
_PGP_ENDS = {"SIGNATURE": re.compile("-----END PGP"), "SIGNED MESSAGE": re.compile(r"\s*$")}
"""The headers of a signed message end with a blank line."""


class Kind(Enum):
    """`MARKER` tells who wrote what follows, `HEADER` repeats From, Sent, To, Subject; `ADDED` is put below by a program or company."""

    EMPTY = "empty"
    TEXT = "text"
    QUOTE = "quote"
    MARKER = "marker"
    HEADER = "header"
    DELIMITER = "delimiter"
    ADDED = "added"


_OF_OTHERS = {Kind.QUOTE, Kind.MARKER, Kind.HEADER}


def kinds_of(lines: Sequence[str]) -> list[Kind]:
    """One kind a line. What stands in a code fence that is closed is text, whatever it looks like."""
    kinds = [Kind.TEXT] * len(lines)
    fenced = fenced_lines(lines)
    at = 0
    while at < min(len(lines), MAX_LINES):
        kind, length = (Kind.TEXT, 1) if at in fenced else _kind_at(lines, at)
        kinds[at : at + length] = [kind] * length
        at += length
    _mark_wrapped_quotes(lines, kinds)
    _mark_pgp(lines, kinds, fenced)
    _mark_small_print(lines, kinds)
    _mark_device_lines(lines, kinds)
    _unmark_rules(lines, kinds)
    return kinds


def fenced_lines(lines: Sequence[str]) -> set[int]:
    """The numbers of the lines in code fences that are closed, fences included."""
    marks = [(at, found[1][0], line) for at, line in enumerate(lines) if (found := _FENCE.match(line))]
    closings = {mark: [at for at, one, line in marks if one == mark and not line.strip().strip(mark)] for mark in "`~"}
    fenced: set[int] = set()
    end = -1
    for at, mark, _ in marks:
        closing = bisect_right(closings[mark], at)
        if at > end and closing < len(closings[mark]):
            end = closings[mark][closing]
            fenced.update(range(at, end + 1))
    return fenced


def _kind_at(lines: Sequence[str], at: int) -> tuple[Kind, int]:
    kind = _kind_alone(lines[at])
    if kind is not Kind.TEXT:
        return kind, 1
    marker = marker_length(lines, at)
    if marker:
        return Kind.MARKER, marker
    headers = header_block_length(lines, at)
    return (Kind.HEADER, headers) if headers else (Kind.TEXT, 1)


def _kind_alone(line: str) -> Kind:
    """What the line shows without its neighbours."""
    if not line.strip():
        return Kind.EMPTY
    if line == CUT:
        return Kind.MARKER
    if is_quoted(line):
        return Kind.QUOTE
    return Kind.DELIMITER if _is_delimiter(line) else Kind.TEXT


@lru_cache(maxsize=4096)
def is_device_line(line: str) -> bool:
    """Whether it is "Sent from my phone" or its like."""
    if len(line) > 200 or not _DEVICE.fullmatch(line.strip()):
        return False
    return _DEVICE_WORD.search(line) is not None and not _SENTENCE.search(line)


def _is_delimiter(line: str) -> bool:
    bare = line.strip().replace("\\", "")
    return len(line) <= 200 and _DELIMITER.fullmatch(line) is not None and (len(bare) >= 2 or bare in {"—", "–", "ᐧ"})


def _mark_wrapped_quotes(lines: Sequence[str], kinds: list[Kind]) -> None:
    for at in range(1, len(lines)):
        if kinds[at] is Kind.TEXT and kinds[at - 1] is Kind.QUOTE and _is_rest_of(lines[at - 1], lines[at]):
            after = kinds[at + 1] if at + 1 < len(lines) else Kind.EMPTY
            if after is not Kind.TEXT:
                kinds[at] = Kind.QUOTE


def _is_rest_of(quoted: str, line: str) -> bool:
    return (
        len(quoted) >= WRAPPED
        and len(line) <= WRAPPED_REST
        and line[:1].islower()
        and quoted.rstrip()[-1:] not in ".!?:"
    )


def _unmark_rules(lines: Sequence[str], kinds: list[Kind]) -> None:
    """A rule belongs to the older message below it, or opens a signature; else it is a rule of the writer's own."""
    end = len(lines)
    below = Kind.EMPTY
    for at in range(len(lines) - 1, -1, -1):
        if kinds[at] is Kind.DELIMITER:
            if below in {Kind.MARKER, Kind.HEADER}:
                kinds[at] = Kind.MARKER
            elif _underlines(lines, at) or not _opens_signature(lines, kinds, at, end):
                kinds[at] = Kind.TEXT
        end = at if kinds[at] in {*_OF_OTHERS, Kind.DELIMITER} else end
        below = kinds[at] if kinds[at] is not Kind.EMPTY else below


def _opens_signature(lines: Sequence[str], kinds: Sequence[Kind], at: int, end: int) -> bool:
    rest = [lines[below] for below in range(at + 1, min(end, at + 1 + LINES_AHEAD)) if kinds[below] is not Kind.ADDED]
    is_above_quote = end < len(lines) and kinds[end] is Kind.QUOTE and not any(line.strip() for line in rest)
    return not is_above_quote and opens_only_signature(lines[at], rest)


def _underlines(lines: Sequence[str], at: int) -> bool:
    """Markdown marks a heading by a line of the same length below it."""
    above = lines[at - 1].strip() if at else ""
    rule = lines[at].strip()
    return above != "" and rule[:1] in {"=", "-"} and len(rule) > 2 and abs(len(rule) - len(above)) <= 3


def _mark_pgp(lines: Sequence[str], kinds: list[Kind], fenced: Collection[int]) -> None:
    """What proves who wrote it is no part of what they wrote."""
    end: re.Pattern[str] | None = None
    for at, line in enumerate(lines[:MAX_LINES]):
        begins = _PGP_BEGINS.match(line)
        if begins and at not in fenced:
            end = _PGP_ENDS[begins[1]]
        if end is not None:
            kinds[at] = Kind.ADDED
            end = None if end.match(line) else end


def _mark_small_print(lines: Sequence[str], kinds: list[Kind]) -> None:
    seen_text = False
    at = 0
    while at < len(lines):
        opens = kinds[at] is Kind.TEXT and (at == 0 or kinds[at - 1] is not Kind.TEXT)
        if not (opens and seen_text and is_small_print(lines[at])):
            seen_text = seen_text or kinds[at] is Kind.TEXT
            at += 1
            continue
        end = next((below for below in range(at, len(lines)) if kinds[below] in _OF_OTHERS), len(lines))
        if sum(kind is Kind.TEXT for kind in kinds[at:end]) <= SMALL_PRINT_LINES:
            kinds[at:end] = [Kind.ADDED if kind is Kind.TEXT else kind for kind in kinds[at:end]]
        at = end


def _mark_device_lines(lines: Sequence[str], kinds: list[Kind]) -> None:
    """A device line ends what somebody wrote. With more of their words below it is a line of theirs."""
    is_last = True
    for at in range(len(kinds) - 1, -1, -1):
        if kinds[at] in _OF_OTHERS or kinds[at] is Kind.DELIMITER:
            is_last = True
        elif is_last and kinds[at] is Kind.TEXT:
            is_last = is_device_line(lines[at])
            kinds[at] = Kind.ADDED if is_last else Kind.TEXT
