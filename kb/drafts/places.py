"""Where a draft belongs: one a person and place. Pure."""

import re
from uuid import UUID

from kb.core.errors import NotFound

ASK = "ask"
TICKET = "ticket"
_PLACE = re.compile(r"ask|ticket|(?:reply|ticket):[1-9][0-9]{0,17}|edit:[0-9a-f-]{36}", re.ASCII)


def reply_place(number: int) -> str:
    """An answer below a topic."""
    return f"reply:{number}"


def edit_place(post_id: UUID) -> str:
    """The correction of a post."""
    return f"edit:{post_id}"


def ticket_place(number: int) -> str:
    """What its requester or an agent writes in a ticket."""
    return f"ticket:{number}"


def check_place(place: str) -> str:
    """The place itself; `NotFound` for what is none."""
    if not _PLACE.fullmatch(place):
        raise NotFound("There is no such place to write at.")
    return place


def place_path(place: str) -> str:
    """Where its form stands."""
    kind, _, key = check_place(place).partition(":")
    return {
        "ask": "/ask",
        "reply": f"/t/{key}#reply",
        "edit": f"/posts/{key}/edit",
        "ticket": f"/tickets/{key or 'new'}",
    }[kind]


def place_name(place: str) -> str:
    """What is written there, in words. Names no title: what it is about may not be its writer's to read any more."""
    kind, _, key = check_place(place).partition(":")
    return {
        "ask": "A new question",
        "reply": f"Answer to topic {key}",
        "edit": "Correction of a post",
        "ticket": f"Message in ticket {key}" if key else "A new ticket",
    }[kind]
