"""The readable end of an address. It helps people; the id beside it finds the row, so two equal slugs do no harm."""

import unicodedata

MAX_LENGTH = 80
FALLBACK = "untitled"
_WRITTEN_OUT = {"c++": "cpp", "c#": "csharp", "f#": "fsharp", "&": " and "}


def slugify(title: str) -> str:
    """Letters and digits of any script, small, joined by single hyphens; at most 80 characters, never empty."""
    text = title[:1000]
    for _ in range(2):  # folding case can undo the normal form, and the other way round
        text = unicodedata.normalize("NFKC", text.casefold())
    for sign, word in _WRITTEN_OUT.items():
        text = text.replace(sign, word)
    kept = "".join(_slug_character(character) for character in text)
    words = [word for word in (word.lstrip("".join(_marks(word))) for word in kept.split()) if word]
    return _cut(unicodedata.normalize("NFC", "-".join(words))) or FALLBACK


def _slug_character(character: str) -> str:
    """Marks stay (Hindi vowels are marks); apostrophes vanish ("can't" is one word); the rest parts words."""
    if character in "'’‘ʼ":
        return ""
    return character if unicodedata.category(character)[0] in "LNM" else " "


def _marks(word: str) -> set[str]:
    return {character for character in word if unicodedata.category(character)[0] == "M"}


def _cut(slug: str) -> str:
    if len(slug) <= MAX_LENGTH:
        return slug
    hyphen = slug.rfind("-", MAX_LENGTH // 2, MAX_LENGTH + 1)
    return slug[: hyphen if hyphen > 0 else MAX_LENGTH].rstrip("-")
