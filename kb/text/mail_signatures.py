"""Names, closings and contacts below a message, and the small print companies put there."""

import re
from collections.abc import Collection, Iterable, Sequence
from functools import lru_cache
from itertools import islice

from kb.text.mail_languages import either, words_of

SIGNATURE_LINES = 10
"""A signature is a name, a title, a company, a few numbers. More lines than that after a closing are text."""

SIGNATURE_WORDS = 8
"""And each of its lines is short."""

SIGNATURE_CHARACTERS = 70
"""The same for scripts that part no words."""

LINES_AHEAD = 60
"""How far a signature and the small print below it are looked for, blank lines included."""

_FLAGS = re.IGNORECASE
_DELIMITER = re.compile(r"\s*(?:--|—|_{2,200}|\\--|-\\-)\s*\\?\s*")
_RULE = re.compile(r"\s*(?:[-_=*—–ᐧ]{2,200}|[—ᐧ])\s*")
_CLOSING = re.compile(rf"[\s*_]{{0,6}}{either(words_of('closing'))}[\s,.!*_;:)-]{{0,8}}", _FLAGS)
_SMALL_PRINT = re.compile(rf"[\s*_\[(]{{0,6}}{either(words_of('disclaimer'))}", _FLAGS)
_REACHED_AT = (
    r"[^\s@]{1,64}@[^\s@]{1,255}\.\w|\(?\+?\d[\d ()/.-]{6,22}\d|"
    r"\b(?:tel|phone|fax|mobile|cell|skype|mobil|telefon|tél|téléphone|whatsapp|linkedin|twitter)\b\s?[.:]|^\W{0,8}[tfmpwe][.:]\s?\S"
)
_REACH = re.compile(_REACHED_AT, _FLAGS)
_CONTACT = re.compile(rf"(?:https?://|www\.)\S|{_REACHED_AT}", _FLAGS)
_NAME = re.compile(r"\W{0,8}(?:[A-ZÀ-ÞΑ-ΩА-ЯЁІЇЄҐ][\w.'’-]{0,30},?(?:\s|$)){1,5}")
_BULLET = re.compile(r"\s*(?:[-*+•]|\d{1,3}[.)])\s")
_HONOUR = re.compile(r"(?:ph\.? ?d|inc|ltd|co|corp|gmbh|s\.a|s\.r\.l|jr|sr|m\.a|e\.v|llc|b\.v|dr|esq)\.$", _FLAGS)


def split_signature(text: str, sender: str = "") -> tuple[str, str]:
    """The message and its signature, "Thanks," included; nothing where there is none. `sender` is their name or address, where known."""
    lines = text.split("\n")
    start = _signature_from(lines, _names_of(sender))
    if not any(line.strip() for line in lines[:start]):
        return text, ""
    return "\n".join(lines[:start]).rstrip(), "\n".join(lines[start:]).strip("\n")


def signature_start(lines: Sequence[str], fenced: Collection[int] = ()) -> int:
    """Where the first line stands that opens a signature or small print, code left aside; the number of lines where none does."""
    for at, line in enumerate(lines):
        if at not in fenced and (is_small_print(line) or _opens_signature(line, lines[at + 1 : at + 1 + LINES_AHEAD])):
            return at
    return len(lines)


@lru_cache(maxsize=4096)
def is_closing(line: str) -> bool:
    """Whether it is "Best regards," or "Thanks!" and no more."""
    return len(line) <= 120 and _CLOSING.fullmatch(line) is not None


def is_sign_off(signature: str) -> bool:
    """Whether it is a closing, with a name below it at most, and tells nothing of how to reach anybody."""
    filled = [line for line in signature.split("\n") if line.strip()]
    return len(filled) in {1, 2} and is_closing(filled[0]) and _CONTACT.search(filled[-1]) is None


@lru_cache(maxsize=4096)
def is_small_print(line: str) -> bool:
    """Whether it opens a disclaimer."""
    return _SMALL_PRINT.match(line) is not None


def opens_only_signature(line: str, rest: Sequence[str]) -> bool:
    """Whether no more than a signature stands below the delimiter: after `-- ` (RFC 3676) anything short, else names and how to reach them.

    Below a rule of the writer's own, links are no sign of a signature.
    """
    filled = list(islice((one for one in rest if one.strip()), SIGNATURE_LINES + 1))
    small_print = next((at for at, one in enumerate(filled) if is_small_print(one)), len(filled))
    if small_print > SIGNATURE_LINES:
        return False
    above = filled[:small_print]
    if not above or (_DELIMITER.fullmatch(line) and "_" not in line):
        return True
    return reads_like_signature(above) and any(is_closing(one) or _REACH.search(one) for one in above)


def reads_like_signature(lines: Sequence[str], names: Iterable[str] = ()) -> bool:
    """Whether each line is short and says nothing in a sentence, and one at least names somebody or how to reach them."""
    filled = [line for line in lines if line.strip()]
    if not filled or len(filled) > SIGNATURE_LINES + 1 or not all(map(_may_be_signature, filled)):
        return False
    return any(is_closing(line) or _CONTACT.search(line) or _names_sender(line, names) for line in filled)


def _opens_signature(line: str, rest: Sequence[str]) -> bool:
    """The delimiter of mail (RFC 3676) may be followed by anything short; after "Thanks," each line must be short too."""
    is_delimiter = _DELIMITER.fullmatch(line) is not None
    if not is_delimiter and not is_closing(line):
        return False
    filled = list(islice((one for one in rest if one.strip()), SIGNATURE_LINES + 1))
    small_print = next((at for at, one in enumerate(filled) if is_small_print(one)), len(filled))
    if small_print > SIGNATURE_LINES:
        return False
    return is_delimiter or all(_is_short(one) for one in filled[:small_print])


def _signature_from(lines: Sequence[str], names: Sequence[str]) -> int:
    filled = [at for at, line in enumerate(lines) if line.strip()][-SIGNATURE_LINES - 1 :]
    for at in filled:
        allows = _is_short if _DELIMITER.fullmatch(lines[at]) else _may_be_signature
        if _RULE.fullmatch(lines[at]) and all(allows(lines[below]) for below in filled if below > at):
            return at
    block = _last_block(lines, filled)
    if not reads_like_signature([lines[at] for at in block], names):
        return len(lines)
    closings = [at for at in block if is_closing(lines[at])]
    return closings[0] if closings else _first_name(lines, block, names)


def _last_block(lines: Sequence[str], filled: Sequence[int]) -> list[int]:
    block: list[int] = []
    for at in reversed(filled):
        if not _may_be_signature(lines[at]):
            break
        block.insert(0, at)
    return block


def _first_name(lines: Sequence[str], block: Sequence[int], names: Sequence[str]) -> int:
    """The sender's own line, else a paragraph that begins with a name and goes on with contacts.

    What a line ending in a colon announces ("Ship it to:") is no signature.
    """
    for at in block:
        contacts = any(_CONTACT.search(lines[below]) for below in block if below > at)
        is_name = _names_sender(lines[at], names) or (_NAME.fullmatch(lines[at]) is not None and contacts)
        if is_name and _opens_paragraph(lines, at):
            announced = next((above for above in reversed(lines[:at]) if above.strip()), "")
            return len(lines) if announced.rstrip().endswith((":", "：")) else at
    return len(lines)


def _opens_paragraph(lines: Sequence[str], at: int) -> bool:
    return at > 0 and not lines[at - 1].strip()


@lru_cache(maxsize=4096)
def _may_be_signature(line: str) -> bool:
    if is_closing(line) or _RULE.fullmatch(line):
        return True
    if not _is_short(line) or _BULLET.match(line):
        return False
    bare = line.rstrip(" *_|")
    return (
        bare[-1:] not in ".!?:;。！？"
        or _HONOUR.search(bare) is not None
        or (_CONTACT.search(bare) is not None and len(bare.split()) <= 4)
    )


def _names_of(sender: str) -> list[str]:
    """Words by which the sender would sign."""
    local = sender.partition("@")[0]
    return [word.lower() for word in re.findall(r"[^\W\d_]{2,30}", local)[:6]]


def _names_sender(line: str, names: Iterable[str]) -> bool:
    """A line of few words, one of which is the sender's name."""
    words = {word.lower() for word in re.findall(r"[^\W\d_]{2,30}", line[:200])}
    return len(words) <= 5 and any(name in words for name in names)


def _is_short(line: str) -> bool:
    if len(line) > 2 * SIGNATURE_CHARACTERS or line.lstrip().startswith(("```", "~~~")):
        return False
    return len(line.split()) <= SIGNATURE_WORDS and not line.rstrip().endswith("?")
