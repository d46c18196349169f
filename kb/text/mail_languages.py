"""All languages mail is read in, as pieces of patterns."""

from collections.abc import Iterable

from kb.text.mail_words import WESTERN, MailWords
from kb.text.mail_words_asian import ASIAN
from kb.text.mail_words_eastern import EASTERN

LANGUAGES: tuple[MailWords, ...] = (*WESTERN, *EASTERN, *ASIAN)


def words_of(*kinds: str) -> set[str]:
    """What all languages have for the given fields of `MailWords`."""
    return {word for language in LANGUAGES for kind in kinds for word in getattr(language, kind)}


def either(words: Iterable[str]) -> str:
    """One group of a pattern, the longest first so that none hides another."""
    return f"(?:{'|'.join(sorted(words, key=lambda word: (-len(word), word)))})"
