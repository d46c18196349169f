"""Personal data out of a text that is to be read by more people than it was written for, shown as masked in its place."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from kb.text.redaction import Kind, redact

NAME, COMPANY = "name", "company"
"""What stands, in square brackets, where a person of the ticket or their company was named."""

PLACEHOLDERS = (NAME, COMPANY, *(str(kind) for kind in Kind))
"""Everything that may stand in square brackets in a masked text; pages show each as a mark of its own."""

SHORTEST_NAME = 3
"""Letters; shorter parts of names ("Al", "Jo") are too often the beginning of something else."""

SHORTEST_COMPANY = 4

_ORDINARY = """
amber april art august baker banks bell berg best bill bird black bond braun brown bush case chase church cook cross dawn day dean
drew english faith field fields fox frank french german good grace grant gray green grey gross grün guy herbst hill hope ivy jack
joy june key keys king klein knight koch lamb lang lily link little long love lucky major mark may miles miller noble page pat
pearl penny power price ray reader rich rivers rob rose roth ruby schwarz sharp short small sommer stark stern stone sue summer
sunday swift wagen weiß weiss white will winter wise wolf wood woods young
"""
ORDINARY = frozenset(_ORDINARY.split())
"""Names that are words as well: masked only where they are written with a capital, or as part of the whole name."""

_PLACEHOLDER = re.compile(rf"(\[(?:{'|'.join(map(re.escape, PLACEHOLDERS))})\])")
_CJK = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_ARABIC = re.compile(r"[\u0600-\u06ff]")
_UMLAUTS = str.maketrans(
    {"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue", "ø": "oe", "å": "aa"}
)


@dataclass(frozen=True, slots=True)
class Masked:
    """The text with placeholders, and how many of each kind there are: `{"e-mail": 2}`."""

    text: str
    found: Mapping[str, int] = field(default_factory=dict)


def mask(text: str, *, names: Iterable[str] = (), companies: Iterable[str] = ()) -> Masked:
    """Masks what redaction finds, the people named, and the companies. Masking again changes nothing."""
    redacted = redact(text)
    found = Counter(str(one.kind) for one in redacted.found)
    rest = redacted.text
    for kind, pattern in ((COMPANY, _companies_pattern(companies)), (NAME, _names_pattern(names))):
        if pattern:
            rest, hits = _put_in_place(pattern, f"[{kind}]", rest)
            found += Counter({kind: hits})
    return Masked(rest, dict(found))


def _put_in_place(pattern: re.Pattern[str], placeholder: str, text: str) -> tuple[str, int]:
    """What stands in placeholders already stays: somebody may be called Mail."""
    pieces = _PLACEHOLDER.split(text)
    masked = [pattern.subn(placeholder, piece) if at % 2 == 0 else (piece, 0) for at, piece in enumerate(pieces)]
    return "".join(piece for piece, _ in masked), sum(hits for _, hits in masked)


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text; `masked` says of what kind the thing was that stood in its place, "" where nothing was masked."""

    text: str
    masked: str = ""


def split_at_masks(text: str) -> list[Piece]:
    """The text in order, each placeholder a piece of its own, so that a page can show it as what it is."""
    pieces = _PLACEHOLDER.split(text)
    return [Piece(one, one[1:-1] if at % 2 else "") for at, one in enumerate(pieces) if one]


def list_personal_data(text: str) -> list[str]:
    """The pieces of a text that look personal, each once, as they stand in it: for the one who approves it."""
    return list(dict.fromkeys(text[one.start : one.end] for one in redact(text).found))


def _names_pattern(names: Iterable[str]) -> re.Pattern[str] | None:
    """Whole names before their parts, in any case and as a possessive, however their accents are written."""
    whole = {" ".join(name.split()) for name in names}
    parts = {part.strip(".,()") for name in whole for part in re.split(r"[\s-]", name)}
    spelt = {one for name in whole | parts for one in _spellings(name)}
    wanted = sorted(filter(_is_long_enough, spelt), key=lambda name: (-len(name), name))
    return _either([_name_pattern(name) for name in wanted])


def _spellings(name: str) -> Iterator[str]:
    """As given, without accents, and as keyboards without umlauts write it."""
    bare = "".join(c for c in unicodedata.normalize("NFD", name) if not unicodedata.combining(c))
    yield from (name, unicodedata.normalize("NFC", bare), name.translate(_UMLAUTS))


def _is_long_enough(name: str) -> bool:
    """A Chinese or Korean name is two or three signs."""
    return len(name) >= (2 if _CJK.search(name) else SHORTEST_NAME)


def _name_pattern(name: str) -> str:
    """Words are told apart by their borders; Chinese has none, and Arabic writes "to" and "and" onto the name."""
    if _CJK.search(name):
        return re.escape(name)
    if _ARABIC.search(name):
        return rf"(?<!\w)[وفبلك]?{re.escape(name)}(?!\w)"
    literal = re.escape(name).replace(r"\ ", r"[ \u00a0]{1,2}")
    if all(part in ORDINARY for part in name.lower().split()):
        return rf"(?<!\w)(?:{re.escape(name.title())}|{re.escape(name.upper())})(?!\w)"
    return rf"(?<!\w)(?i:{literal})s?(?!\w)"


def _companies_pattern(companies: Iterable[str]) -> re.Pattern[str] | None:
    """Whole names alone; one of a single word only as it is written, since companies are called Target and Slack."""
    wanted = {" ".join(name.split()) for name in companies}
    long = sorted((name for name in wanted if len(name) >= SHORTEST_COMPANY), key=lambda name: (-len(name), name))
    return _either([rf"(?<!\w){f'(?i:{re.escape(name)})' if ' ' in name else re.escape(name)}(?!\w)" for name in long])


def _either(patterns: list[str]) -> re.Pattern[str] | None:
    return re.compile("|".join(patterns)) if patterns else None
