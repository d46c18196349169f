"""Staffed time: what was promised is due within it, on every calendar, through both changes of the clock."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.sla.business_hours import ALWAYS, Hours, NeverOpen, add_open, is_open, open_between, read_week

NINE_TO_FIVE = (((540, 1020),),) * 5 + ((), ())
BERLIN = Hours("Europe/Berlin", NINE_TO_FIVE, frozenset({date(2026, 12, 25)}))
NIGHTS = Hours("America/New_York", (((0, 180), (1320, 1440)),) * 7)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


@pytest.mark.parametrize(
    ("hours", "begin", "amount", "due"),
    [
        (BERLIN, "2026-11-27T15:00+01:00", 4, "2026-11-30T11:00+01:00"),
        (BERLIN, "2026-11-28T12:00+01:00", 1, "2026-11-30T10:00+01:00"),
        (BERLIN, "2026-12-24T16:00+01:00", 2, "2026-12-28T10:00+01:00"),
        (BERLIN, "2026-11-27T09:00+01:00", 8, "2026-11-27T17:00+01:00"),
        (NIGHTS, "2026-03-07T23:00-05:00", 3, "2026-03-08T03:00-04:00"),  # the hour from two to three does not exist
        (NIGHTS, "2026-10-31T23:00-04:00", 4, "2026-11-01T02:00-05:00"),  # the hour from one to two comes twice
        (ALWAYS, "2026-11-27T15:00+00:00", 30, "2026-11-28T21:00+00:00"),
    ],
    ids=["over a weekend", "begun on a Saturday", "over a holiday", "the last minute", "spring", "autumn", "always"],
)
def test_what_was_promised_in_hours_is_due_at_a_moment(hours: Hours, begin: str, amount: int, due: str) -> None:
    assert add_open(hours, at(begin), timedelta(hours=amount)) == at(due)


@st.composite
def calendars(draw: st.DrawFn) -> Hours:
    days = []
    for _ in range(7):
        edges = sorted(draw(st.sets(st.integers(0, 96), max_size=6)))
        edges = edges[: len(edges) // 2 * 2]
        days.append(tuple((a * 15, b * 15) for a, b in zip(edges[::2], edges[1::2], strict=True)))
    zone = draw(st.sampled_from(["UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu"]))
    holidays = draw(st.sets(st.dates(date(2026, 1, 1), date(2026, 12, 31)), max_size=5))
    return Hours(zone, tuple(days) if any(days) else NINE_TO_FIVE, frozenset(holidays))


MOMENTS = st.integers(0, 366 * 24 * 60).map(
    lambda minutes: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
)
AMOUNTS = st.integers(0, 60 * 24 * 20).map(lambda minutes: timedelta(minutes=minutes))


@given(calendars(), MOMENTS, AMOUNTS)
def test_between_the_beginning_and_what_is_due_lies_just_what_was_promised(
    hours: Hours, begin: datetime, amount: timedelta
) -> None:
    due = add_open(hours, begin, amount)

    assert due >= begin
    assert open_between(hours, begin, due) == amount
    assert is_open(hours, due) or is_open(hours, due - timedelta(microseconds=1))


@given(calendars(), MOMENTS, AMOUNTS, AMOUNTS)
def test_a_clock_that_is_stopped_and_goes_on_is_due_as_one_that_never_stopped(
    hours: Hours, begin: datetime, first: timedelta, second: timedelta
) -> None:
    stopped = add_open(hours, begin, first)

    assert add_open(hours, stopped, second) == add_open(hours, begin, first + second) or not second


@given(calendars(), MOMENTS, MOMENTS, MOMENTS)
def test_staffed_time_adds_up(hours: Hours, a: datetime, b: datetime, c: datetime) -> None:
    a, b, c = sorted((a, b, c))

    assert open_between(hours, a, b) + open_between(hours, b, c) == open_between(hours, a, c) <= c - a
    assert open_between(hours, c, a) == timedelta()


def test_a_calendar_without_any_hours_is_refused_and_never_searched_for_ever() -> None:
    with pytest.raises(ValueError, match="some day"):
        read_week([[]] * 7)
    with pytest.raises(NeverOpen):
        add_open(Hours("UTC", ((),) * 7), at("2026-01-01T00:00+00:00"), timedelta(hours=1))


@pytest.mark.parametrize(
    "week", [[[[0, 60]]] * 6, [[[60, 60]]] * 7, [[[60, 120], [90, 180]]] * 7, [[[-5, 60]]] * 7, [[[0, 1441]]] * 7]
)
def test_hours_that_cannot_be_are_refused(week: list[list[list[int]]]) -> None:
    with pytest.raises(ValueError, match=r"seven|follow|24"):
        read_week(week)
