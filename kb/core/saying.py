"""Sentences for people, written in English where they arise, that a door can still say in the reader's language."""

from datetime import datetime

AS_IT_IS = "number"
"""A value of this name is what something is called, as in `#1042`, and is not grouped like a quantity."""


class Said(str):
    """English text, and what it was made of: the catalogue's key, its plural, and the values put in."""

    __slots__ = ("msgid", "plural", "values")

    msgid: str
    plural: str
    values: dict[str, object]


def say(msgid: str, **values: object) -> Said:
    """`say("At most {most} tags.", most=5)`: the sentence as text, translatable by whoever shows it.

    Values are named, never positional. Numbers are grouped, moments (in UTC) written out, sentences told, each in the language of
    the whole.
    """
    return _made(msgid, msgid, "", values)


def say_many(msgid: str, plural: str, n: int, **values: object) -> Said:
    """`say_many("{n} reply", "{n} replies", count)`: by number; `n` is among the values."""
    return _made(msgid if n == 1 else plural, msgid, plural, {"n": n, **values})


def remade(msgid: str, plural: str, values: dict[str, object]) -> Said:
    """A sentence out of what it was made of, after a journey; its English text is the plural one where there is one."""
    return _made(plural or msgid, msgid, plural, values)


def _in_english(name: str, value: object) -> object:
    if isinstance(value, datetime):
        return f"{value:%-d %B %Y, %H:%M} UTC"
    return f"{value:,}" if type(value) is int and name != AS_IT_IS else value


def _made(text: str, msgid: str, plural: str, values: dict[str, object]) -> Said:
    said = Said(text.format(**{name: _in_english(name, value) for name, value in values.items()}) if values else text)
    said.msgid, said.plural, said.values = msgid, plural, values
    return said
