"""Lengths, hours and days as people type them, and back."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from litestar import Request

from kb.core.errors import Invalid
from kb.core.saying import say
from kb.sla.business_hours import WHOLE_DAY, Hours
from kb.sla.rules import Policy
from kb.tickets.rules import PRIORITIES

Asked = Request[Any, Any, Any]

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")

_LENGTH = re.compile(r"(?:(\d{1,5})\s?h)?\s?(?:(\d{1,6})\s?m(?:in)?)?", re.IGNORECASE)
_SPAN = re.compile(r"(\d{1,2}):(\d{2})\s?[-–]\s?(\d{1,2}):(\d{2})")


@dataclass(frozen=True, slots=True)
class PolicyForm:
    """A policy's fields as typed."""

    name: str = ""
    first_reply: str = ""
    next_reply: str = ""
    solution: str = ""
    warn_before: str = "30m"
    calendar_id: str = ""
    priorities: tuple[str, ...] = ()
    teams: tuple[str, ...] = ()
    tags: str = ""
    plans: str = ""
    is_on: bool = True

    def policy(self) -> Policy:
        """What kb is asked to store. Raises `Invalid` naming each field that cannot be read."""
        wrong: dict[str, str] = {}
        lengths = {
            name: _read(wrong, name, getattr(self, name))
            for name in ("first_reply", "next_reply", "solution", "warn_before")
        }
        if wrong:
            raise Invalid(say("The policy needs another look."), wrong)
        return Policy(
            self.name.strip(),
            tuple(one for one in self.priorities if one in PRIORITIES),
            tuple(id_ for one in self.teams if (id_ := read_id(one))),
            _words(self.tags),
            _words(self.plans),
            read_id(self.calendar_id),
            lengths["first_reply"],
            lengths["next_reply"],
            lengths["solution"],
            lengths["warn_before"] or timedelta(),
            self.is_on,
        )


def form_of(policy: Policy) -> PolicyForm:
    """The fields of a policy that stands."""
    return PolicyForm(
        name=policy.name,
        first_reply=write_length(policy.first_reply),
        next_reply=write_length(policy.next_reply),
        solution=write_length(policy.solution),
        warn_before=write_length(policy.warn_before),
        calendar_id=str(policy.calendar_id or ""),
        priorities=policy.priorities,
        teams=tuple(str(one) for one in policy.teams),
        tags=", ".join(policy.tags),
        plans=", ".join(policy.plans),
        is_on=policy.is_on,
    )


async def read_policy(request: Asked) -> PolicyForm:
    """The form as sent."""
    form = await request.form()
    sent = {name: value[:400] for name, value in form.items() if isinstance(value, str)}
    priorities, teams = (tuple(str(one) for one in form.getall(name, [])) for name in ("priorities", "teams"))
    return PolicyForm(
        name=sent.get("name", ""),
        first_reply=sent.get("first_reply", ""),
        next_reply=sent.get("next_reply", ""),
        solution=sent.get("solution", ""),
        warn_before=sent.get("warn_before", ""),
        calendar_id=sent.get("calendar_id", ""),
        priorities=priorities,
        teams=teams,
        tags=sent.get("tags", ""),
        plans=sent.get("plans", ""),
        is_on=sent.get("is_on") == "1",
    )


@dataclass(frozen=True, slots=True)
class CalendarForm:
    """A calendar's fields as typed: a line of hours for each day, a line for each holiday."""

    name: str = ""
    time_zone: str = "UTC"
    days: tuple[str, ...] = ("9:00-17:00",) * 5 + ("", "")
    holidays: str = ""

    def hours(self) -> Hours:
        """Raises `Invalid` naming each field that cannot be read."""
        wrong: dict[str, str] = {}
        week = tuple(_read_day(wrong, name, typed) for name, typed in zip(DAYS, self.days, strict=True))
        holidays = _read_holidays(wrong, self.holidays)
        if wrong:
            raise Invalid(say("The calendar needs another look."), wrong)
        return Hours(self.time_zone.strip(), week, holidays)


def calendar_form_of(name: str, hours: Hours) -> CalendarForm:
    """The fields of a calendar that stands."""
    days = tuple(", ".join(f"{_clock(a)}-{_clock(b)}" for a, b in day) for day in hours.week)
    return CalendarForm(name, hours.time_zone, days, "\n".join(day.isoformat() for day in sorted(hours.holidays)))


async def read_calendar(request: Asked) -> CalendarForm:
    """The form as sent."""
    form = await request.form()
    sent: Mapping[str, str] = {name: value for name, value in form.items() if isinstance(value, str)}
    days = tuple(sent.get(name, "")[:200] for name in DAYS)
    return CalendarForm(sent.get("name", ""), sent.get("time_zone", "")[:80], days, sent.get("holidays", "")[:10_000])


def read_length(typed: str) -> timedelta | None:
    """4h, 30m or 1h 30m; None for nothing. Raises `ValueError` for what is no length."""
    text = typed.strip()
    if not text:
        return None
    found = _LENGTH.fullmatch(text)
    if found is None:
        raise ValueError(typed)
    return timedelta(hours=int(found[1] or 0), minutes=int(found[2] or 0))


def write_length(length: timedelta | None) -> str:
    """As it is typed; "" for nothing."""
    if length is None:
        return ""
    hours, minutes = divmod(int(length.total_seconds()) // 60, 60)
    return " ".join(
        part for part in (f"{hours}h" if hours else "", f"{minutes}m" if minutes or not hours else "") if part
    )


def read_id(text: str) -> UUID | None:
    """An id, None for what is none."""
    try:
        return UUID(text)
    except ValueError:
        return None


def _read(wrong: dict[str, str], name: str, typed: str) -> timedelta | None:
    try:
        return read_length(typed)
    except ValueError:
        wrong[name] = say("A length such as 30m, 4h or 1h 30m.")
        return None


def _read_day(wrong: dict[str, str], name: str, typed: str) -> tuple[tuple[int, int], ...]:
    spans = [_SPAN.fullmatch(part.strip()) for part in typed.split(",")] if typed.strip() else []
    minutes = [tuple(int(one) for one in span.groups()) for span in spans if span]
    read = tuple((a * 60 + b, c * 60 + d) for a, b, c, d in minutes)
    edges = [edge for span in read for edge in span]
    if len(read) < len(spans) or edges != sorted(set(edges)) or any(edge > WHOLE_DAY for edge in edges):
        wrong[name] = say("Hours such as 9:00-12:30, 13:30-17:00, one after the other; nothing for a day off.")
    return read


def _read_holidays(wrong: dict[str, str], typed: str) -> frozenset[date]:
    try:
        return frozenset(date.fromisoformat(one) for one in typed.replace(",", " ").split())
    except ValueError:
        wrong["holidays"] = say("Days such as 2026-12-25, one a line.")
        return frozenset()


def _words(typed: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(word.strip().lower() for word in typed.split(",") if word.strip()))


def _clock(minute: int) -> str:
    return f"{minute // 60}:{minute % 60:02}"
