"""Which languages the service speaks, and which of them somebody is given."""

from dataclasses import dataclass
from functools import lru_cache

from babel.core import Locale, UnknownLocaleError

from kb.core.errors import Invalid
from kb.core.saying import say


@dataclass(frozen=True, slots=True)
class Language:
    """A language of ours. `name` is its own word for itself; `locale` says how its dates and numbers are written."""

    code: str
    name: str
    direction: str
    locale: Locale


SOURCE = "en"
"""What templates and Python are written in; it needs no catalogue."""

LANGUAGES = {
    "en": Language("en", "English", "ltr", Locale.parse("en_GB")),
    "de": Language("de", "Deutsch", "ltr", Locale.parse("de")),
    "ar": Language("ar", "العربية", "rtl", Locale.parse("ar")),
}

MOST_RANGES = 20
"""Entries of an Accept-Language header that are looked at; browsers send fewer than ten."""


def require_language(code: str) -> str:
    """The code, where it is one of ours or "" (whatever the browser asks for). Raises `Invalid`."""
    if code and code not in LANGUAGES:
        known = ", ".join(LANGUAGES)
        raise Invalid(say("This language is not spoken here."), {"language": say("One of {known}.", known=known)})
    return code


@lru_cache(maxsize=1_000)
def choose_accepted(accepted: str, default: str) -> str:
    """What a browser's Accept-Language prefers among ours; `default` where it names none of them."""
    ranges = [_read_range(part) for part in accepted.split(",")[:MOST_RANGES]]
    for quality, tag in sorted(ranges, key=lambda one: -one[0]):
        if quality > 0 and (code := _ours(tag)):
            return code
    return default


def _read_range(part: str) -> tuple[float, str]:
    tag, _, rest = part.partition(";")
    name, _, value = rest.strip().partition("=")
    try:
        quality = float(value) if name.strip() == "q" else 1.0
    except ValueError:
        quality = 0.0
    return (quality if 0 <= quality <= 1 else 0.0), tag.strip()


def _ours(tag: str) -> str:
    """`de-AT` is German; "" for what we do not speak and for what is no language."""
    try:
        code = Locale.parse(tag, sep="-").language
    except (UnknownLocaleError, ValueError):
        code = tag.partition("-")[0].lower()
    return code if code in LANGUAGES else ""
