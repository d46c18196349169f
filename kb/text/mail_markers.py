"""The lines mail programs put above an older message: "On Monday Ann wrote:", "-----Original Message-----", From, Sent, To, Subject."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import lru_cache

from kb.text.mail_languages import either, words_of

MAX_MARKER = 400
"""Characters of "On … wrote:", its name and address included."""

MAX_MARKER_LINES = 6
"""Programs that wrap at 72 make two or three of it; one puts name, bracket and address on lines of their own."""

MAX_BLOCK = 20
"""Lines looked at for a block of headers, wrapped ones and blank ones between them included."""

MAX_HEADER_NAME = 40

MAX_NAME_WORDS = 6
"""Words between the date and "wrote" where there is no address: more are a sentence of somebody's."""

_FLAGS = re.IGNORECASE
_UNSEEN = re.compile(r"[\u200b-\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]")
_FRAME = " \t\xa0*_~|–—-#\\"
_TRAILING = " \t\xa0*_\u200e\u200f\u202c\u2069"
_ADDRESS = re.compile(r"[^\s<>\"'(),;:\[\]]{1,64}@[^\s<>\"'(),;:\[\]]{1,255}")
_ENDS_WITH_ADDRESS = re.compile(r"@[^\s@]{1,255}>[)\]\"'’”]{0,2}\s?[:：]?$")
_TIME_OR_YEAR = re.compile(r"(?<!\d)(?:(?:19|20)\d\d(?!\d)|\d{1,2}[:.h]\d\d(?!\d)|\d{1,2}[./-]\d{1,2}[./-]\d{2,4})")
_CLOCK = re.compile(r"(?<!\d)\d{1,2}[:.]\d\d(?!\d)")
_ADDRESS_LAST = re.compile(r"@[^\s@]{1,255}>\W{0,3}$")
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
    rf"(?:[-_=–—]{{2,60}}|#{{2,4}}-)\s{{0,3}}{_ORIGINAL_WORDS}.{{0,60}}|{_ORIGINAL_WORDS}\s?[:：]\s?", _FLAGS
)
_DASHED = {"##", "--", "__", "==", "––", "——"}
_HEADER_NAME = re.compile(either(words_of("sender", "date", "recipient", "subject")), _FLAGS)
_NOT_OF_MAIL_ALONE = {
    "from", "to", "date", "von", "an", "datum", "de", "para", "a", "data", "da", "van", "aan", "do", "od", "дата", "от",
}  # fmt: skip
"""Travellers write "From: Oslo, To: Bergen, Date: Friday"."""


def marker_length(lines: Sequence[str], at: int) -> int:
    """How many lines from `at` on tell who wrote what follows; 0 for a line of text."""
    first = lines[at]
    if len(first) > MAX_MARKER or is_quoted(first):
        return 0
    if _is_original(first) or _is_between_arrows(first):
        return 1
    if _ends_with_colon(first) and _names_who_is_quoted(first, lines[at + 1 : at + 4]):
        return 1
    for_now = 0
    for joined, count in _joins(lines, at):
        if _tells_who_wrote(joined):
            if not joined.endswith(">"):
                return count
            for_now = for_now or count  # "wrote:" may stand on a line of its own below the address
    return for_now


def header_block_length(lines: Sequence[str], at: int) -> int:
    """How many lines from `at` on repeat From, Sent, To and Subject of an older message; 0 for less than three of them."""
    if not _header(lines[at]):
        return 0
    found: list[tuple[str, str]] = []
    end = at
    for position in range(at, min(len(lines), at + MAX_BLOCK)):
        header = _header(lines[position])
        if header and header[0] in {name for name, _ in found}:
            break  # a name that comes again begins another block
        if header:
            found.append(header)
            end = position + 1
        elif position - end >= (3 if lines[position].strip() else 1):
            break
    return end - at if _are_of_mail(found) else 0


def _are_of_mail(found: Sequence[tuple[str, str]]) -> bool:
    """Three names, one of which only mail uses or which tells an address; of two, one tells an address and the other a time."""
    names = {name for name, _ in found}
    tells_address = any(_ADDRESS.search(value) for _, value in found)
    if len(names) == 2:
        return tells_address and any(_CLOCK.search(value) for _, value in found)
    return len(names) > 2 and (tells_address or not _NOT_OF_MAIL_ALONE.issuperset(names))


@lru_cache(maxsize=4096)
def _header(line: str) -> tuple[str, str] | None:
    """Its name in small letters, and its value."""
    before, colon, value = line[:2_000].replace("：", ":", 1).partition(":")
    if not colon or len(before) > MAX_HEADER_NAME:
        return None
    name = before.strip(" \t\xa0>*_|")
    return (name.lower(), value) if _HEADER_NAME.fullmatch(name) else None


def _is_original(line: str) -> bool:
    bare = line.strip("*\\ \t\xa0")
    return (bare[:2] in _DASHED or _ends_with_colon(bare)) and _ORIGINAL.fullmatch(bare) is not None


def is_quoted(line: str) -> bool:
    """Whether it begins as quoted text does. One program sets the arrows at both ends of who wrote what follows."""
    return line.lstrip().startswith((">", "＞", "\\>")) and not _is_between_arrows(line)


def _is_between_arrows(line: str) -> bool:
    bare = line.strip()
    return (
        bare.startswith(">>> ")
        and bare.endswith(" >>>")
        and len(bare) <= MAX_MARKER
        and _ADDRESS.search(bare) is not None
    )


def _joins(lines: Sequence[str], at: int) -> Iterator[tuple[str, int]]:
    """The line, then it and the next, as long as they may belong together; those that end as such lines do."""
    if not _may_open(lines[at]):
        return
    joined = ""
    for count, line in enumerate(lines[at : at + MAX_MARKER_LINES], 1):
        if not line.strip() and next(iter(lines[at + count : at + count + 1]), "").strip().startswith("<"):
            continue
        joined = f"{joined} {line.strip()}".strip()
        if not _goes_on(joined, line):
            return
        said = _bare(joined)
        if said[-1:] in {":", "：", ">", "-"}:
            yield said, count
        if said.endswith((":", "：")):
            return


def _goes_on(joined: str, line: str) -> bool:
    """A quoted line does where a bracket is open: then its `>` closes an address."""
    is_open = joined.count("<") >= joined.count(">")
    return bool(line.strip()) and len(joined) <= MAX_MARKER and (is_open or not is_quoted(line))


def _bare(joined: str) -> str:
    """Without what cannot be seen and what frames it. Some programs put dashes at either end instead of a colon."""
    said = _UNSEEN.sub("", joined).replace("\xa0", " ")
    bare = said.strip(_FRAME)
    return f"{bare}:" if said.rstrip().endswith("---") and not bare.endswith(":") else bare


def _may_open(line: str) -> bool:
    return "@" in line or "<" in line or any(map(str.isdigit, line))


def _ends_with_colon(line: str) -> bool:
    return line.rstrip(_TRAILING).endswith((":", "：", "-"))


def _tells_who_wrote(said: str) -> bool:
    if _SENTENCE_WITHIN.search(said):
        return False
    verb = _VERB.search(said)
    if verb is None:
        return (
            _ENDS_WITH_ADDRESS.search(said) is not None
            and _TIME_OR_YEAR.search(said) is not None
            and _begins_with_date(said)
        )
    before, after = said[: verb.start()], said[verb.end() :]
    if _ADDRESS_LAST.search(before):
        return True
    if not any(sign.isdigit() for sign in said):
        return False
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


def _names_who_is_quoted(line: str, following: Sequence[str]) -> bool:
    """Without a date ("Ann writes:", "Quoting Ann <ann@example.com>:") only what is quoted below tells."""
    if len(line) > 120 or not is_quoted(next((below for below in following if below.strip()), "")):
        return False
    said = _bare(line)
    verbs = list(_VERB.finditer(said))
    if _ADDRESS.search(said):
        return True
    return bool(verbs) and verbs[-1].start() > 0 and said[verbs[-1].end() :].strip() in {":", "："}
