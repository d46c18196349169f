"""The lines mail programs put above an older message: "On Monday Ann wrote:", "-----Original Message-----", From, Sent, To, Subject."""

import re
import unicodedata
from collections.abc import Iterable, Sequence

from kb.text.mail_languages import either, words_of

MAX_MARKER = 400
"""Characters of "On … wrote:", its name and address included."""

MAX_MARKER_LINES = 6
"""Programs that wrap at 72 make two or three of it; one puts name, bracket and address on lines of their own."""

MAX_NAME_WORDS = 6
"""Words between the date and "wrote" where there is no address: more are a sentence of somebody's."""

_FLAGS = re.IGNORECASE
_UNSEEN = re.compile(r"[\u200b-\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]")
_FRAME = " \t\xa0*_~|–—-#\\"
_ADDRESS = re.compile(r"[^\s<>\"'(),;:\[\]]{1,64}@[^\s<>\"'(),;:\[\]]{1,255}")
_ENDS = re.compile(r"(?:[:：]|>|-{3,}|—)$")
_ENDS_WITH_ADDRESS = re.compile(r"@[^\s@]{1,255}>[)\]\"'’”]{0,2}\s?[:：]?$")
_TIME_OR_YEAR = re.compile(r"(?<!\d)(?:(?:19|20)\d\d(?!\d)|\d{1,2}[:.h]\d\d(?!\d)|\d{1,2}[./-]\d{1,2}[./-]\d{2,4})")
_WEEKDAY_FIRST = re.compile(r"[^\W\d_]{2,12}[.,]{0,2}\s{1,2}(?:[^\W\d_]{3,12}[.,]?\s)?\d")
_SENTENCE_WITHIN = re.compile(r"[!?。！？]\s")


def _is_spaced(word: str) -> bool:
    """Whether its script parts words by spaces; Chinese, Japanese, Korean endings and Thai stick to what stands before them."""
    return all(unicodedata.east_asian_width(sign) not in "WF" and not "\u0e00" <= sign <= "\u0e7f" for sign in word)


_WROTE = words_of("wrote")
_OPENINGS = either(words_of("opens"))
_VERB = re.compile(
    rf"(?<![^\W\d_]){either(filter(_is_spaced, _WROTE))}(?![^\W\d_])|{either(word for word in _WROTE if not _is_spaced(word))}",
    _FLAGS,
)
_OPENS = re.compile(rf"{_OPENINGS}[\s,'’]|{either(word for word in words_of('opens') if not word.isascii())}", _FLAGS)
_DATE_FOLLOWS = re.compile(rf"\s?(?:{_OPENINGS}|um|kl)\b.{{0,80}}\d", _FLAGS)
_ORIGINAL_WORDS = either(words_of("original"))
_ORIGINAL = re.compile(
    rf"[*\s\\]{{0,4}}(?:[-_=–—]{{2,60}}\s{{0,3}}{_ORIGINAL_WORDS}.{{0,60}}|{_ORIGINAL_WORDS}\s?[:：])[\s*:]{{0,4}}",
    _FLAGS,
)
_HEADER = re.compile(
    rf"[\s>*_|]{{0,8}}({either(words_of('sender', 'date', 'recipient', 'subject'))})[\s*_]{{0,4}}[:：][\s*_]{{0,4}}(.{{0,2000}})",
    _FLAGS,
)
_NOT_OF_MAIL_ALONE = {
    "from",
    "to",
    "date",
    "von",
    "an",
    "datum",
    "de",
    "para",
    "a",
    "data",
    "da",
    "van",
    "aan",
    "do",
    "od",
    "дата",
    "от",
}
"""Travellers write "From: Oslo, To: Bergen, Date: Friday"."""


def marker_length(lines: Sequence[str], at: int) -> int:
    """How many lines from `at` on tell who wrote what follows; 0 for a line of text."""
    first = lines[at]
    if len(first) > MAX_MARKER or not first.strip() or is_quoted(first):
        return 0
    if _ORIGINAL.fullmatch(first):
        return 1
    if not _may_open(first):
        return 0
    for_now = 0
    for joined, count in _joins(lines, at):
        is_told = _tells_who_wrote(joined) or (count == 1 and _names_who_is_quoted(joined, lines[at + 1 : at + 4]))
        if is_told and not joined.endswith(">"):
            return count
        for_now = for_now or (count if is_told else 0)  # "wrote:" may stand on a line of its own below the address
    return for_now


def header_block_length(lines: Sequence[str], at: int) -> int:
    """How many lines from `at` on repeat From, Sent, To and Subject of an older message; 0 for less than three of them."""
    names: list[str] = []
    values: list[str] = []
    end = at
    for position in range(at, min(len(lines), at + 30)):
        line = lines[position]
        found = _HEADER.fullmatch(line[:2100])
        if found:
            names.append(found[1].lower())
            values.append(found[2])
            end = position + 1
        elif (
            position - end >= (3 if line.strip() else 1)
            or not names
            or (not line.strip() and position + 1 >= len(lines))
        ):
            break
    is_block = len(set(names)) >= 3 and (not _NOT_OF_MAIL_ALONE.issuperset(names) or any(map(_ADDRESS.search, values)))
    return end - at if is_block else 0


def is_quoted(line: str) -> bool:
    """Whether it begins as quoted text does."""
    return line.lstrip().startswith((">", "＞", "\\>"))


def _joins(lines: Sequence[str], at: int) -> Iterable[tuple[str, int]]:
    """The line, then it and the next, as long as they may belong together."""
    joined = ""
    for count, line in enumerate(lines[at : at + MAX_MARKER_LINES], 1):
        following = line.strip()
        is_open = joined.count("<") > joined.count(">")
        if joined and is_quoted(line) and not is_open:
            return
        if not following:
            if not next(iter(lines[at + count : at + count + 1]), "").strip().startswith("<"):
                return
            continue
        joined = f"{joined} {following}".strip()
        if len(joined) > MAX_MARKER:
            return
        yield (
            _UNSEEN.sub("", joined).replace("\xa0", " ").strip(_FRAME) if "----" not in joined else _dashed(joined),
            count,
        )


def _dashed(joined: str) -> str:
    """Some programs put dashes at either end instead of a colon."""
    inner = _UNSEEN.sub("", joined).strip(_FRAME)
    return inner if inner.endswith(":") else f"{inner}:"


def _may_open(line: str) -> bool:
    return any(sign.isdigit() for sign in line) or "@" in line or "<" in line or _VERB.search(line) is not None


def _tells_who_wrote(said: str) -> bool:
    if _SENTENCE_WITHIN.search(said):
        return False
    verb = _VERB.search(said)
    if verb is None or not any(sign.isdigit() for sign in said):
        return (
            _ENDS_WITH_ADDRESS.search(said) is not None
            and _TIME_OR_YEAR.search(said) is not None
            and _begins_with_date(said)
        )
    if verb.end() < len(said) and not _ENDS.search(said):
        return False
    before, after = said[: verb.start()], said[verb.end() :]
    begins = (
        _begins_with_date(said)
        or _ADDRESS.search(before) is not None
        or (before != "" and _DATE_FOLLOWS.match(after) is not None)
    )
    return begins and _is_named(before)


def _begins_with_date(said: str) -> bool:
    """Else it is a sentence that speaks of somebody who wrote."""
    return said[0].isdigit() or _OPENS.match(said) is not None or _WEEKDAY_FIRST.match(said) is not None


def _is_named(before: str) -> bool:
    """Between date and "wrote" stands a name, no half sentence."""
    if _ADDRESS.search(before):
        return True
    last_digit = max((at for at, sign in enumerate(before) if sign.isdigit()), default=-1)
    return len(before[last_digit + 1 :].split()) <= MAX_NAME_WORDS


def _names_who_is_quoted(said: str, following: Sequence[str]) -> bool:
    """Without any date ("Ann writes:") only what is quoted below tells."""
    verbs = list(_VERB.finditer(said))
    ends = bool(verbs) and said[verbs[-1].end() :].strip() in {":", "：", ""}
    return ends and len(said) <= 120 and is_quoted(next((line for line in following if line.strip()), ""))
