"""The translations, read from the .po files as they are: there is no step between translating and seeing it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from babel.messages.pofile import read_po

from kb.languages.offered import LANGUAGES, SOURCE

FOLDER = Path(__file__).resolve().parent

FORMS = ("zero", "one", "two", "few", "many", "other")
"""CLDR's names of plural forms, in the order in which a catalogue lists those that its language has."""


@dataclass(frozen=True, slots=True)
class Catalogue:
    """A language's messages. What is missing or fuzzy is not in it, and English is shown."""

    code: str
    one: Mapping[str, str]
    many: Mapping[str, tuple[str, ...]]

    def find(self, msgid: str) -> str:
        """The message in this language."""
        return self.one.get(msgid, msgid)

    def find_many(self, msgid: str, plural: str, n: int) -> str:
        """The form for `n`, by the language's own rule."""
        forms = self.many.get(msgid)
        if forms is None:
            return msgid if n == 1 else plural
        return forms[forms_of(self.code).index(LANGUAGES[self.code].locale.plural_form(n))]


@lru_cache
def forms_of(code: str) -> tuple[str, ...]:
    """The plural forms of the language, in a catalogue's order."""
    tags = LANGUAGES[code].locale.plural_form.tags | {"other"}
    return tuple(form for form in FORMS if form in tags)


def path_of(code: str) -> Path:
    """Where a language's catalogue stands."""
    return FOLDER / code / "LC_MESSAGES" / "answerloop.po"


@lru_cache
def catalogue_of(code: str) -> Catalogue:
    """The catalogue, read once a process; English has an empty one."""
    one: dict[str, str] = {}
    many: dict[str, tuple[str, ...]] = {}
    for message in _messages(code):
        if message.fuzzy or not message.id:
            continue
        if isinstance(message.id, tuple | list):
            if all(message.string):
                many[message.id[0]] = tuple(message.string)
        elif message.string:
            one[str(message.id)] = str(message.string)
    return Catalogue(code, one, many)


@lru_cache
def widget_words(code: str) -> Mapping[str, str]:
    """What the help widget says, by its English."""
    return {
        str(message.id): str(message.string)
        for message in _messages(code)
        if any(file.startswith("frontend/widget/") for file, _ in message.locations)
    }


@lru_cache
def script_words(code: str) -> str:
    """What the pages' scripts say, as JSON that may stand inside a script element: message to text, or to a text for each plural form."""
    words: dict[str, str | dict[str, str]] = {}
    for message in _messages(code):
        if not any(file.startswith("frontend/scripts/") for file, _ in message.locations):
            continue
        if isinstance(message.id, tuple | list):
            words[message.id[0]] = dict(zip(forms_of(code), message.string, strict=True))
        else:
            words[str(message.id)] = str(message.string)
    return json.dumps(words, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")


def _messages(code: str) -> list:  # type: ignore[type-arg]
    path = path_of(code)
    if code == SOURCE or not path.is_file():
        return []
    with path.open("rb") as file:
        return [message for message in read_po(file, locale=code) if message.id]
