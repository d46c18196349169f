"""Personal data and secrets masked before a text is shown to others than its reader was meant for.

Checked where a check exists (card and bank account sums, address syntax), cautious where not: an order number that is
masked is a nuisance, a card number that is shown is harm. Names of people are not found here.
"""

import ipaddress
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from kb.text import redaction_patterns as patterns
from kb.text.postal_patterns import STREETS

MAX_PASSES = 4
"""Masking one thing may free another ("ann@b.cc+49 30 1234567"); a second pass nearly always finds nothing."""


class Kind(StrEnum):
    """What was found; also the word the reader sees in its place, in square brackets."""

    ADDRESS = "address"
    CARD = "card number"
    EMAIL = "e-mail"
    IBAN = "bank account"
    IP = "IP address"
    LINK = "private link"
    PHONE = "phone"
    SECRET = "secret"  # noqa: S105 - a word shown to readers


@dataclass(frozen=True)
class Found:
    """`start` and `end` count characters of the original text."""

    kind: Kind
    start: int
    end: int


@dataclass(frozen=True)
class Redacted:
    """The text to show, and what stood in the original."""

    text: str
    found: list[Found]


Finder = Callable[[str], Iterator[tuple[int, int]]]


def redact(text: str) -> Redacted:
    """Redacting a redacted text changes nothing. Linear in the length of the text, whatever it holds."""
    found: list[Found] = []
    rest = text
    for _ in range(MAX_PASSES):
        before = len(found)
        for kind, finder in FINDERS:
            places = _apart(finder(rest))
            found += [Found(kind, start, end) for start, end in places]
            rest = _covered(rest, places)
        if len(found) == before:
            break
    found.sort(key=lambda one: one.start)
    return Redacted(_masked(text, found), found)


def _apart(places: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """In order, without those that overlap an earlier one."""
    kept: list[tuple[int, int]] = []
    for start, end in sorted(places):
        if not kept or start >= kept[-1][1]:
            kept.append((start, end))
    return kept


def _covered(text: str, places: list[tuple[int, int]]) -> str:
    """What was found becomes brackets of the same length, so that what was glued to it stands free, as it will in the result."""
    parts: list[str] = []
    last = 0
    for start, end in places:
        parts += [text[last:start], "]" * (end - start)]
        last = end
    return "".join([*parts, text[last:]])


def _masked(text: str, found: list[Found]) -> str:
    parts: list[str] = []
    end = 0
    for one in found:
        parts += [text[end : one.start], f"[{one.kind}]"]
        end = one.end
    return "".join([*parts, text[end:]])


def _links(text: str) -> Iterator[tuple[int, int]]:
    for match in patterns.URL.finditer(text):
        address = match.group().rstrip(".,;:!?")
        if patterns.LOGIN_IN_URL.match(address) or patterns.TOKEN_IN_URL.search(address):
            yield match.start(), match.start() + len(address)


def _secrets(text: str) -> Iterator[tuple[int, int]]:
    for pattern in (patterns.PRIVATE_KEY, patterns.KNOWN_TOKEN):
        yield from (match.span() for match in pattern.finditer(text))
    for match in patterns.NAMED_PASSWORD.finditer(text):
        if match["value"].strip(".,;!").lower() not in patterns.NOT_PASSWORDS:
            yield match.span("value")
    for match in patterns.NAMED_TOKEN.finditer(text):
        if any(character.isdigit() for character in match["value"]):
            yield match.span("value")
    for match in patterns.RANDOM_TOKEN.finditer(text):
        if patterns.is_random(match.group()):
            yield match.span()


def _emails(text: str) -> Iterator[tuple[int, int]]:
    yield from (match.span() for match in patterns.EMAIL.finditer(text))


def _cards(text: str) -> Iterator[tuple[int, int]]:
    for match in patterns.CARD.finditer(text):
        digits = re.sub(r"\D", "", match.group())
        if patterns.CARD_ISSUER.fullmatch(digits) and _has_card_sum(digits):
            yield match.span()


def _has_card_sum(digits: str) -> bool:
    """The Luhn sum, which nine of ten mistyped or invented numbers fail."""
    doubled = [int(digit) * 2 for digit in digits[-2::-2]]
    return (
        sum(int(digit) for digit in digits[-1::-2]) + sum(number - 9 * (number > 9) for number in doubled)
    ) % 10 == 0


def _bank_accounts(text: str) -> Iterator[tuple[int, int]]:
    for match in patterns.IBAN_START.finditer(text):
        end = _iban_end(text, match.start(), patterns.IBAN_LENGTHS.get(match.group()[:2].upper(), 0))
        if end and _has_iban_sum(re.sub(r"\W", "", text[match.start() : end]).upper()):
            yield match.start(), end


def _iban_end(text: str, start: int, length: int) -> int:
    """Where the country's number of letters and digits is reached, single spaces and hyphens not counted; 0 if never."""
    position = start
    while length and position < len(text):
        if text[position].isascii() and text[position].isalnum():
            length -= 1
        elif text[position] not in " -\u00a0" or text[position - 1] in " -\u00a0":
            return 0
        position += 1
    return position if length == 0 and not text[position : position + 1].isalnum() and position > start else 0


def _has_iban_sum(account: str) -> bool:
    """ISO 13616: first four characters to the end, letters as numbers, remainder 1 of 97."""
    return int("".join(str(int(character, 36)) for character in account[4:] + account[:4])) % 97 == 1


def _ip_addresses(text: str) -> Iterator[tuple[int, int]]:
    for pattern in (patterns.IPV4, patterns.IPV6):
        for match in pattern.finditer(text):
            if _is_personal_ip(match.group()):
                yield match.span()


def _is_personal_ip(candidate: str) -> bool:
    """Loopback and "any address" name no machine."""
    try:
        address = ipaddress.ip_address(candidate)
    except ValueError:
        return False
    return not (address.is_loopback or address.is_unspecified)


def _phones(text: str) -> Iterator[tuple[int, int]]:
    for pattern in (patterns.INTERNATIONAL_PHONE, patterns.NATIONAL_PHONE, patterns.NAMED_PHONE):
        for match in pattern.finditer(text):
            start, end = match.span("number")
            digits = sum(character.isdigit() for character in text[start:end])
            if 7 <= digits <= 15 and not patterns.DATE.fullmatch(text[start:end]):
                yield start, end


def _addresses(text: str) -> Iterator[tuple[int, int]]:
    for pattern in STREETS:
        yield from (match.span() for match in pattern.finditer(text))


FINDERS: tuple[tuple[Kind, Finder], ...] = (
    (Kind.LINK, _links),
    (Kind.SECRET, _secrets),
    (Kind.EMAIL, _emails),
    (Kind.IBAN, _bank_accounts),
    (Kind.CARD, _cards),
    (Kind.IP, _ip_addresses),
    (Kind.PHONE, _phones),
    (Kind.ADDRESS, _addresses),
)
"""In this order: where two overlap the first is kept, so the strictest comes first."""
