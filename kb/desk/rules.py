"""What the desk allows, and who gets the next ticket. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from kb.core.errors import Invalid
from kb.core.saying import say
from kb.text.storing import storable

NAME_MOST = 60
TEAMS_MOST = 100
VIEWS_MOST = 50
"""Of one agent: more than a screen of names finds nobody anything."""

CAPACITY_MOST = 1000

Routing = Literal["hand", "round_robin", "least_open"]
ROUTINGS: tuple[Routing, ...] = ("hand", "round_robin", "least_open")


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody of a team who is there. `turn` is the higher the later they were given a ticket; `open_tickets` are those that wait for
    their reply; `capacity` None means no limit."""

    person_id: UUID
    turn: int
    open_tickets: int
    capacity: int | None


def choose_agent(routing: Routing, candidates: Sequence[Candidate]) -> UUID | None:
    """Who gets the next ticket; None where nobody has room for it or people choose themselves.

    Round robin: whose last turn is longest ago. Least open: who has the fewest, and of those whose turn is longest ago.
    """
    room = [one for one in candidates if one.capacity is None or one.open_tickets < one.capacity]
    if routing == "hand" or not room:
        return None
    if routing == "round_robin":
        return min(room, key=lambda one: (one.turn, one.person_id)).person_id
    return min(room, key=lambda one: (one.open_tickets, one.turn, one.person_id)).person_id


def clean_name(name: str) -> str:
    """A team's or view's name. Raises `Invalid` naming `name`."""
    kept = " ".join(storable(name).split())
    if not 1 <= len(kept) <= NAME_MOST:
        raise Invalid(
            say("It needs another name."), {"name": say("A name of at most {most} characters.", most=NAME_MOST)}
        )
    return kept


def read_routing(word: str) -> Routing:
    """Raises `Invalid` naming `routing` for another word."""
    for routing in ROUTINGS:
        if routing == word:
            return routing
    raise Invalid(say("There is no such rule."), {"routing": say("one of {known}", known=", ".join(ROUTINGS))})


def check_capacity(capacity: int | None) -> None:
    """Raises `Invalid` naming `capacity`; None is no limit."""
    if capacity is not None and not 0 <= capacity <= CAPACITY_MOST:
        reason = say("From 0 to {most}, or nothing for no limit.", most=CAPACITY_MOST)
        raise Invalid(say("This is no number of tickets."), {"capacity": reason})
