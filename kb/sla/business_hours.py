"""Time that counts: the hours in which somebody is at the desk. Pure.

Hours are those of the wall clock of a time zone, so a day on which clocks are put forward or back is as long as its hours really are.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

LOOKED_AHEAD = timedelta(days=4 * 366)
"""How far opening hours are looked for: a calendar of which nothing is left after its holidays must not be searched for ever."""

WHOLE_DAY = 24 * 60


class NeverOpen(ValueError):
    """These hours and holidays leave no time at all."""


@dataclass(frozen=True, slots=True)
class Hours:
    """When the desk is staffed. `week` holds for each day from Monday the spans in minutes of its day, such as `((540, 1020),)`
    for nine to five, in order and apart; `holidays` are whole days of that zone. `ALWAYS` is around the clock."""

    time_zone: str = "UTC"
    week: tuple[tuple[tuple[int, int], ...], ...] = (((0, WHOLE_DAY),),) * 7
    holidays: frozenset[date] = frozenset()

    def spans_of(self, day: date) -> Iterator[tuple[datetime, datetime]]:
        """When the desk is staffed on that day, in UTC. A span that summer time swallows is none."""
        if day in self.holidays:
            return
        for begin, end in self.week[day.weekday()]:
            opens, closes = self._moment(day, begin), self._moment(day, end)
            if opens < closes:
                yield opens, closes

    def _moment(self, day: date, minute: int) -> datetime:
        day, minute = (day + timedelta(days=1), 0) if minute >= WHOLE_DAY else (day, minute)
        return datetime.combine(day, time(minute // 60, minute % 60), ZoneInfo(self.time_zone)).astimezone(UTC)


ALWAYS = Hours()


def add_open(hours: Hours, begin: datetime, amount: timedelta) -> datetime:
    """The moment at which `amount` of staffed time has gone by since `begin`; with nothing to wait for, the next staffed one.

    Raises `NeverOpen` where no such moment lies in the next four years.
    """
    left = amount
    for opens, closes in _spans_from(hours, begin):
        start = max(opens, begin)
        if closes - start >= left:
            return start + left
        left -= closes - start
    raise NeverOpen(f"no staffed time after {begin:%Y-%m-%d}")


def open_between(hours: Hours, begin: datetime, end: datetime) -> timedelta:
    """Staffed time between two moments; nothing where the end lies before the beginning."""
    total = timedelta()
    for opens, closes in _spans_from(hours, begin):
        if opens >= end:
            break
        total += max(min(closes, end) - max(opens, begin), timedelta())
    return total


def is_open(hours: Hours, moment: datetime) -> bool:
    """Whether the desk is staffed then."""
    return any(opens <= moment < closes for opens, closes in hours.spans_of(_day_of(hours, moment)))


def _spans_from(hours: Hours, begin: datetime) -> Iterator[tuple[datetime, datetime]]:
    """Spans that end after `begin`, in order."""
    day, last = _day_of(hours, begin), _day_of(hours, begin + LOOKED_AHEAD)
    while day <= last:
        for opens, closes in hours.spans_of(day):
            if closes > begin:
                yield opens, closes
        day += timedelta(days=1)


def _day_of(hours: Hours, moment: datetime) -> date:
    return moment.astimezone(ZoneInfo(hours.time_zone)).date()


def read_week(spans: Sequence[Sequence[Sequence[int]]]) -> tuple[tuple[tuple[int, int], ...], ...]:
    """A week as it is kept (seven lists of `[from, to]` in minutes), checked. Raises `ValueError` that says what is wrong."""
    if len(spans) != 7:
        raise ValueError("a week has seven days")
    week = tuple(tuple((int(begin), int(end)) for begin, end in day) for day in spans)
    for day in week:
        edges = [edge for span in day for edge in span]
        if edges != sorted(edges) or any(begin == end for begin, end in day):
            raise ValueError("hours of a day follow one another")
        if edges and not 0 <= edges[0] <= edges[-1] <= WHOLE_DAY:
            raise ValueError("a day has 24 hours")
    if not any(week):
        raise ValueError("some day must have hours")
    return week
