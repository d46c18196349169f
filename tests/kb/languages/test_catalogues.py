"""What translators wrote fits what the code says."""

import re
from typing import Any

import pytest
from babel.messages.pofile import read_po

from kb.core.saying import say, say_many
from kb.languages.catalogues import forms_of, path_of
from kb.languages.gathering import gather
from kb.languages.telling import tell, tell_decimal, tell_number

VALUE = re.compile(r"%\(\w+\)s|\{\w+\}|<[^>]+>|\$\w+|%%")
TRANSLATED = ("de", "ar")


def messages(code: str) -> list[Any]:
    with path_of(code).open("rb") as file:
        return [message for message in read_po(file, locale=code) if message.id]


@pytest.mark.parametrize("code", TRANSLATED)
def test_a_translation_keeps_every_value_and_every_piece_of_markup(code: str) -> None:
    wrong = [
        message.id
        for message in messages(code)
        if isinstance(message.id, str)
        and message.string
        and sorted(VALUE.findall(message.id)) != sorted(VALUE.findall(message.string))
    ]
    assert wrong == []


@pytest.mark.parametrize("code", TRANSLATED)
def test_a_message_by_number_has_all_forms_of_its_language_or_none(code: str) -> None:
    plurals = [message for message in messages(code) if not isinstance(message.id, str)]
    assert plurals
    for message in plurals:
        assert len(message.string) == len(forms_of(code)), message.id
        assert len({bool(form) for form in message.string}) == 1, message.id


@pytest.mark.parametrize("code", TRANSLATED)
def test_everything_that_is_said_is_translated(code: str) -> None:
    """`make messages` gathers what is new; then it is translated."""
    in_catalogue = {message.id: message for message in messages(code)}
    missing = [message.id for message in gather() if message.id and message.id not in in_catalogue]
    empty = [
        one.id
        for one in in_catalogue.values()
        if not (all(one.string) if isinstance(one.string, tuple) else one.string)
    ]
    assert (missing, empty) == ([], [])


@pytest.mark.parametrize("code", TRANSLATED)
def test_each_plural_form_keeps_to_the_values_of_its_message(code: str) -> None:
    """One form may say its number in words; the last one never does."""
    wrong = [
        message.id
        for message in messages(code)
        if isinstance(message.id, tuple)
        and (
            any(set(VALUE.findall(form)) - set(VALUE.findall(message.id[1])) for form in message.string)
            or sorted(VALUE.findall(message.string[-1])) != sorted(VALUE.findall(message.id[1]))
        )
    ]
    assert wrong == []


@pytest.mark.parametrize("code", TRANSLATED)
def test_nothing_in_a_catalogue_is_guessed(code: str) -> None:
    assert [message.id for message in messages(code) if message.fuzzy] == []


def test_arabic_counts_in_six_ways() -> None:
    said = [tell(say_many("{n} person has this", "{n} people have this", n), "ar") for n in (0, 1, 2, 3, 11, 100)]
    assert len(set(said)) == 6


def test_numbers_are_written_as_the_language_writes_them() -> None:
    assert [tell_number(12_345, code) for code in ("en", "de", "ar")] == ["12,345", "12.345", "12,345"]
    assert [tell_decimal(0.5, 2, code) for code in ("en", "de")] == ["0.50", "0,50"]
    assert tell(say("Ticket {number}", number=12_345), "de") == "Ticket 12345"
