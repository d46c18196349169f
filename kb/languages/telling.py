"""Sentences, numbers, days and moments in a reader's language."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from functools import lru_cache

from babel.core import Locale, UnknownLocaleError
from babel.dates import format_date, format_time, format_timedelta
from babel.lists import format_list
from babel.numbers import format_decimal, format_percent

from kb.core.clock import now
from kb.core.saying import AS_IT_IS, Said, say
from kb.languages.catalogues import catalogue_of
from kb.languages.offered import LANGUAGES

_STEPS = (
    (60, "second", 1),
    (3600, "minute", 60),
    (86_400, "hour", 3600),
    (2_592_000, "day", 86_400),
    (31_536_000, "month", 2_592_000),
)


def tell(text: str, language: str) -> str:
    """A sentence made by `say`, in the language; any other text as it is."""
    if not isinstance(text, Said):
        return text
    form = _form(text, language)
    return form.format(**tell_values(text.values, language)) if text.values else form


def _form(text: Said, language: str) -> str:
    catalogue = catalogue_of(language)
    if not text.plural:
        return catalogue.find(text.msgid)
    return catalogue.find_many(text.msgid, text.plural, int(str(text.values["n"])))


def tell_values(values: dict[str, object], language: str) -> dict[str, object]:
    """Values as they stand in a sentence of the language: quantities grouped, sentences told."""
    return {name: _tell_value(name, value, language) for name, value in values.items()}


def _tell_value(name: str, value: object, language: str) -> object:
    if isinstance(value, Said):
        return tell(value, language)
    if isinstance(value, datetime):
        return tell_moment(value, language)
    if type(value) is int and name != AS_IT_IS:
        return tell_number(value, language)
    return value


@lru_cache(maxsize=1_000)
def tell_foreign(code: str, language: str) -> str:
    """What another language is called in `language`; "" for `language` itself and for one that has no name there."""
    return "" if code == language else str(LANGUAGES[language].locale.languages.get(code, ""))


@lru_cache(maxsize=1_000)
def direction_of(code: str) -> str:
    """Which way a language is written: ltr or rtl."""
    try:
        return str(Locale.parse(code).text_direction)
    except (UnknownLocaleError, ValueError):
        return "ltr"


def tell_list(texts: Sequence[str], language: str) -> str:
    """`mentions and replies`, `Erwähnungen und Antworten`."""
    return str(format_list([tell(text, language) for text in texts], locale=LANGUAGES[language].locale))


def tell_number(number: float, language: str) -> str:
    """`12,345` in English, `12.345` in German; Western digits everywhere."""
    if type(number) is int and 0 <= number < 1000:
        return str(number)
    return str(format_decimal(number, locale=LANGUAGES[language].locale))


def tell_decimal(number: float, places: int, language: str) -> str:
    """With so many places, always."""
    pattern = f"#,##0.{'0' * places}" if places else "#,##0"
    return str(format_decimal(number, format=pattern, locale=LANGUAGES[language].locale))


def tell_percent(share: float, language: str) -> str:
    """A share of one as whole percent."""
    return str(format_percent(share, format=None, locale=LANGUAGES[language].locale))


def tell_day(moment: date, language: str) -> str:
    """`4 March 2026`."""
    return _tell_day(moment.year, moment.month, moment.day, language)


@lru_cache(maxsize=10_000)
def _tell_day(year: int, month: int, day: int, language: str) -> str:
    return format_date(date(year, month, day), "long", locale=LANGUAGES[language].locale)


@lru_cache(maxsize=24 * 60)
def _tell_time(hour: int, minute: int, language: str) -> str:
    return format_time(time(hour, minute), "short", locale=LANGUAGES[language].locale)


def tell_moment(moment: datetime, language: str) -> str:
    """Day and time of day, in UTC."""
    of_day = _tell_time(moment.hour, moment.minute, language)
    return tell(say("{day}, {time} UTC", day=tell_day(moment, language), time=of_day), language)


def tell_on_clock(moment: datetime, language: str) -> str:
    """Day and time of day on the clocks of the moment's own zone, which stands beside it."""
    of_day = _tell_time(moment.hour, moment.minute, language)
    return tell(say("{day}, {time}", day=tell_day(moment, language), time=of_day), language)


def tell_ago(moment: datetime, language: str) -> str:
    """How long ago, roughly: `3 hours ago`; `just now` under 45 seconds; the future says `soon`."""
    seconds = (now() - moment).total_seconds()
    if seconds < 0:
        return tell(say("soon"), language)
    if seconds < 45:
        return tell(say("just now"), language)
    return _tell_distance(seconds, -1, language)


def tell_ahead(moment: datetime, language: str) -> str:
    """How far ahead, roughly: `in 3 hours`, for what was promised; what is past as `tell_ago` says it."""
    seconds = (moment - now()).total_seconds()
    return tell_ago(moment, language) if seconds <= 0 else _tell_distance(max(60.0, seconds), 1, language)


def _tell_distance(seconds: float, direction: int, language: str) -> str:
    unit, size = next(((name, size) for limit, name, size in _STEPS if seconds < limit), ("year", 31_536_000))
    return _tell_in_unit(direction * max(1, round(seconds / size)) * size, unit, language)


@lru_cache(maxsize=10_000)
def _tell_in_unit(seconds: int, unit: str, language: str) -> str:
    """Counted in this unit alone, however many there are; what is past is below zero."""
    distance = timedelta(seconds=seconds)
    locale = LANGUAGES[language].locale
    return format_timedelta(distance, granularity=unit, threshold=1e9, add_direction=True, locale=locale)  # type: ignore[arg-type]
