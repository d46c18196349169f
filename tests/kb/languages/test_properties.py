"""What holds for every language, number, moment and zone."""

import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from kb.core.clock import clock_held_at
from kb.core.saying import remade, say, say_many
from kb.languages.catalogues import catalogue_of, forms_of
from kb.languages.offered import LANGUAGES
from kb.languages.telling import (
    tell,
    tell_ago,
    tell_day,
    tell_decimal,
    tell_moment,
    tell_number,
    tell_on_clock,
    tell_percent,
)

languages = st.sampled_from(list(LANGUAGES))
counts = st.integers(0, 10**9)
zones = st.sampled_from(
    ["UTC", "Europe/Berlin", "Asia/Kathmandu", "America/St_Johns", "Pacific/Kiritimati", "Asia/Riyadh"]
)
moments = st.integers(631_152_000, 3_786_912_000).map(lambda second: datetime.fromtimestamp(second, UTC))
"""From 1990 to 2090."""


@given(counts, languages)
def test_a_number_keeps_its_digits_and_reads_back(number: int, language: str) -> None:
    assert int(re.sub(r"\D", "", tell_number(number, language))) == number
    assert tell_number(number, language).isascii()


@given(st.floats(0, 1e9), st.integers(0, 4), languages)
def test_a_decimal_has_the_places_asked_for(number: float, places: int, language: str) -> None:
    digits = re.search(r"(\d*)$", tell_decimal(number, places, language))
    assert digits is not None
    assert len(digits[1]) == places or not places


@given(st.floats(0, 1), languages)
def test_a_share_is_whole_percent(share: float, language: str) -> None:
    assert "%" in tell_percent(share, language)
    assert 0 <= int(re.sub(r"\D", "", tell_percent(share, language))) <= 100


@given(counts, languages)
def test_a_count_finds_a_form_of_its_language_for_every_number(n: int, language: str) -> None:
    rule = LANGUAGES[language].locale.plural_form
    assert rule(n) in forms_of(language)
    said = tell(say_many("{n} question", "{n} questions", n), language)
    assert said
    if n > 2:
        assert tell_number(n, language) in said


@given(moments, languages, zones)
def test_a_moment_names_the_day_of_the_clock_it_is_shown_on(moment: datetime, language: str, zone: str) -> None:
    there = moment.astimezone(ZoneInfo(zone))
    told = tell_on_clock(there, language)
    assert tell_day(there, language) in told
    assert str(there.year) in told
    assert f"{there.minute:02}" in told
    assert "UTC" in tell_moment(moment, language)


@given(moments, st.timedeltas(timedelta(seconds=45), timedelta(days=20_000)), languages)
def test_the_past_is_told_as_past_and_never_as_nothing(moment: datetime, age: timedelta, language: str) -> None:
    with clock_held_at(moment + age):
        told = tell_ago(moment, language)
    assert told not in {tell(say("soon"), language), tell(say("just now"), language), ""}


@given(counts, st.text(max_size=20), moments)
def test_a_sentence_that_travelled_is_told_like_the_one_that_left(n: int, name: str, moment: datetime) -> None:
    whole = say("Ticket {number}", number=say("{day}, {time}", day=moment, time=name))
    assert tell(remade(whole.msgid, whole.plural, whole.values), "de") == tell(whole, "de")


@given(st.text(max_size=40))
def test_what_people_wrote_is_never_taken_for_a_message(text: str) -> None:
    assert tell(text, "ar") == text
    assert text in tell(say("{name} asked", name=text), "en")
    assert catalogue_of("en").find(text) == text
