"""What stands for a person or a thing where there is no picture: a colour that stays theirs, and letters."""

from functools import lru_cache

_LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789"


@lru_cache(10_000)
def hue(text: str) -> str:
    """One of the classes hue-0 to hue-7, from the letters alone, so that a name keeps its colour everywhere."""
    total = 0
    for letter in text.lower():
        total = (total * 7 + _LETTERS.find(letter) + 2) % 997
    return f"hue-{total % 8}"


@lru_cache(10_000)
def initials(name: str) -> str:
    """First letters of the first and the last word, `?` of no word."""
    words = name.replace(".", " ").replace("_", " ").split()
    if not words:
        return "?"
    return (words[0][:1] + (words[-1][:1] if len(words) > 1 else "")).upper()
