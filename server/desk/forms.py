"""What agents choose and type at the desk, read without judging it: kb's rules judge."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit
from uuid import UUID

from litestar import Request

from kb.core.clock import now
from kb.core.errors import NotFound
from kb.core.saying import Said, say
from kb.desk.arranging_many import MOST
from kb.desk.grammar import MOST as FILTER_MOST
from kb.desk.teams import TeamDraft
from kb.desk.views import VIEWS
from kb.tickets.rules import CHANNELS

Asked = Request[Any, Any, Any]

SNOOZES: dict[str, tuple[Said, timedelta | None]] = {
    "reply": (say("Until the customer writes"), None),
    "4h": (say("For 4 hours"), timedelta(hours=4)),
    "1d": (say("Until tomorrow, this time"), timedelta(days=1)),
    "3d": (say("For 3 days"), timedelta(days=3)),
    "7d": (say("For a week"), timedelta(days=7)),
}
"""Lengths, not times of the clock: the server does not know the reader's."""

UNCHOSEN = "?"
"""What a list sends while its first line, which only says what it is for, still stands there."""

_DETAIL_OF = {"assign": "assignee_id", "team": "team_id", "priority": "priority", "tag": "tags", "untag": "tags"}


@dataclass(frozen=True, slots=True)
class ManyForm:
    """What is to be done with which tickets, as sent. `back` is the view that was seen."""

    numbers: tuple[int, ...] = ()
    action: str = ""
    sent: Mapping[str, str] | None = None
    back: str = "/desk"

    @property
    def detail(self) -> str:
        """What belongs to the action: a choice or words; of a snooze, until when."""
        sent = self.sent or {}
        if self.action != "snooze":
            return sent.get(_DETAIL_OF.get(self.action, ""), "")
        return read_snooze(sent.get("snooze", ""))


def read_snooze(chosen: str) -> str:
    """The moment that is meant, as kb reads it; "" until the customer writes. What was never offered is passed on to be refused."""
    if chosen not in SNOOZES:
        return chosen or UNCHOSEN
    length = SNOOZES[chosen][1]
    return (now() + length).isoformat(timespec="minutes") if length else ""


async def read_many(request: Asked) -> ManyForm:
    """The form as sent; of more tickets than can be taken at once, enough to be refused."""
    form = await request.form()
    sent = {name: value for name, value in form.items() if isinstance(value, str)}
    numbers = tuple(
        int(one) for one in form.getall("ticket", []) if isinstance(one, str) and one.isdecimal() and len(one) < 16
    )
    return ManyForm(numbers[: MOST + 1], sent.get("action", ""), sent, desk_address(sent.get("back", "")))


def desk_address(back: str) -> str:
    """Only a view of the desk or a ticket on it: no other place is led to. What was done before is told once."""
    place = urlsplit(back)
    if place.scheme or place.netloc or not (place.path == "/desk" or _is_ticket(place.path)):
        return "/desk"
    kept = [(name, value) for name, value in parse_qsl(place.query, keep_blank_values=True) if name != "done"]
    return f"{place.path}?{urlencode(kept)}" if kept else place.path


def _is_ticket(path: str) -> bool:
    number = path.removeprefix("/desk/")
    return number != path and number.isascii() and number.isdecimal()


@dataclass(frozen=True, slots=True)
class Shown:
    """What a view's address says: its name, a filter, a saved one's id, where its page begins, and what was just done there."""

    queue: str = "open"
    typed: str | None = None
    saved: UUID | None = None
    past: str = ""
    done: UUID | None = None


def read_shown(address: str) -> Shown:
    """The same as read."""
    query = dict(parse_qsl(urlsplit(address).query, keep_blank_values=True))
    saved, done = _read_id(query.get("saved", "")), _read_id(query.get("done", ""))
    return Shown(query.get("queue", "open"), query.get("filter"), saved, query.get("past", ""), done)


def with_done(back: str, batch_id: UUID) -> str:
    """The address with what was just done in it, so that the page can offer to take it back."""
    return f"{back}{'&' if '?' in back else '?'}done={batch_id}"


def read_view(name: str) -> str:
    """The filter of a view. Raises `NotFound` for a name that is none."""
    if name not in VIEWS:
        raise NotFound(say("There is no such view."))
    return VIEWS[name]


@dataclass(frozen=True, slots=True)
class ViewForm:
    """A saved view's fields."""

    name: str = ""
    filter: str = ""
    is_shared: bool = False


async def read_view_form(request: Asked) -> ViewForm:
    """The form as sent."""
    sent = await _read(request)
    return ViewForm(sent.get("name", ""), sent.get("filter", "")[:FILTER_MOST], sent.get("is_shared") == "1")


async def read_team(request: Asked) -> TeamDraft:
    """The form as sent."""
    form = await request.form()
    channels = tuple(str(one) for one in form.getall("channels", []) if one in CHANNELS)
    return TeamDraft(str(form.get("name", "")), str(form.get("routing", "")), channels)


async def read_person(request: Asked) -> UUID | None:
    """The person chosen, if one was."""
    return _read_id((await _read(request)).get("person_id", ""))


async def read_presence(request: Asked) -> tuple[bool, int | None]:
    """Whether away, and the limit; -1, which is refused, for what is no number."""
    sent = await _read(request)
    typed = sent.get("capacity", "").strip()
    capacity = (int(typed) if typed.isascii() and typed.isdecimal() and len(typed) < 6 else -1) if typed else None
    return sent.get("is_away") == "1", capacity


async def read_order(request: Asked) -> list[UUID]:
    """Views in the order wanted, as their ids with commas between them."""
    named = (await _read(request)).get("views", "").split(",")
    return [id_ for one in named if (id_ := _read_id(one.strip()))]


def _read_id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


async def _read(request: Asked) -> dict[str, str]:
    form = await request.form()
    return {name: value for name, value in form.items() if isinstance(value, str)}
