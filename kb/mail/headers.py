"""Headers as people wrote them: encoded words, raw bytes of any charset, addresses, ids, dates."""

import re
from binascii import a2b_base64, a2b_qp
from collections.abc import Mapping
from datetime import UTC, datetime
from email.message import Message
from email.utils import getaddresses, parsedate_to_datetime
from itertools import groupby

from kb.mail.charsets import text_of

MAX_HEADERS = 1_000
"""Fields looked at. Mail that went through many hands has about 150."""

_FOLDS = re.compile(r"\s+")
_ENCODED_WORD = re.compile(r"=\?([^?\s]{1,60})\?([bBqQ])\?([^?]{0,5000})\?=")
_ID = re.compile(r"<[^<>\s]{1,900}>")
_ADDRESS = re.compile(r"[^\s<>()\[\]\",;:@\\]{1,128}@[^\s<>()\[\]\",;:@\\]{1,255}")


def header_values(mail: Message) -> Mapping[str, tuple[str, ...]]:
    """By name in small letters, each value on one line. Addresses stay encoded, see `addresses_in` and `first_person`."""
    found: dict[str, list[str]] = {}
    for name, value in list(mail.raw_items())[:MAX_HEADERS]:
        lowered = name.lower()
        line = _one_line(str(value))
        found.setdefault(lowered, []).append(line if lowered in _ADDRESSED else decoded(line))
    return {name: tuple(values) for name, values in found.items()}


_ADDRESSED = {"from", "to", "cc", "bcc", "reply-to", "sender"}


def decoded(value: str) -> str:
    """RFC 2047 undone; what is not well encoded stays as it is. Linear, which `email.header.decode_header` is not."""
    pieces: list[tuple[str, bytes]] = []
    at = 0
    for word in _ENCODED_WORD.finditer(value):
        between = value[at : word.start()]
        if between.strip() or not pieces:
            pieces.append(("utf-8", between.encode()))
        pieces.append(_unencoded(word))
        at = word.end()
    pieces.append(("utf-8", value[at:].encode()))
    # a character of several bytes may be cut between two words of one charset
    joined = (
        (charset, b"".join(raw for _, raw in group)) for charset, group in groupby(pieces, key=lambda piece: piece[0])
    )
    return _one_line("".join(text_of(raw, charset) for charset, raw in joined)) if at else value


def _unencoded(word: re.Match[str]) -> tuple[str, bytes]:
    charset, encoding, text = word.groups()
    raw = text.encode()
    try:
        found = a2b_qp(raw, header=True) if encoding in "qQ" else a2b_base64(raw + b"=" * (-len(raw) % 4))
    except ValueError:
        return "utf-8", word[0].encode()
    return charset.partition("*")[0].lower(), found


def addresses_in(value: str) -> list[str]:
    """In small letters; a group without members has none."""
    return [address for _, address in _people(value)]


def first_person(value: str) -> tuple[str, str]:
    """Name and address; the address is empty where there is none to read."""
    return next(iter(_people(value)), (decoded(value)[:200], ""))


def first_id(value: str) -> str:
    """With its brackets; an id that lost them gets them back."""
    found = _ID.search(value)
    if found:
        return found[0]
    bare = next(iter(value.split()), "").strip("<>")
    return f"<{bare[:900]}>" if "@" in bare else ""


def ids_in(value: str) -> tuple[str, ...]:
    """Each once, in their order."""
    return tuple(dict.fromkeys(_ID.findall(value)))


def moment_of(value: str) -> datetime | None:
    """In UTC; a time without a zone is taken as UTC."""
    try:
        moment = parsedate_to_datetime(value)
        moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except Exception:  # the standard library raises ValueError, TypeError, IndexError, OverflowError
        return None
    return moment if moment.year >= 1970 else None


def _people(value: str) -> list[tuple[str, str]]:
    try:
        pairs = getaddresses([value])
    except Exception:  # and IndexError, AttributeError
        pairs = []
    people = [(decoded(name).strip(" '\"")[:200], address.strip().lower()) for name, address in pairs]
    well = [(name, address) for name, address in people if _ADDRESS.fullmatch(address)]
    return well or [("", found.lower()) for found in _ADDRESS.findall(value)[:500]]


def _one_line(value: str) -> str:
    return _FOLDS.sub(" ", value).strip()
