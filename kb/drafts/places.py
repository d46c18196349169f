"""Where a draft belongs: one a person and place. Pure."""

import re
from uuid import UUID

from kb.core.errors import NotFound
from kb.core.saying import say

ASK = "ask"
TICKET = "ticket"
ARTICLE = "article"
_PLACE = re.compile(
    r"ask|ticket|article|(?:reply|ticket|article):[1-9][0-9]{0,17}|article:[1-9][0-9]{0,17}:[a-z]{2}|edit:[0-9a-f-]{36}",
    re.ASCII,
)

MORE = {ARTICLE: ("note", "visibility", "section", "category", "cluster", "based_on", "translated", "language")}
"""What the forms of some places hold besides title and text."""


def reply_place(number: int) -> str:
    """An answer below a topic."""
    return f"reply:{number}"


def edit_place(post_id: UUID) -> str:
    """The correction of a post."""
    return f"edit:{post_id}"


def ticket_place(number: int) -> str:
    """What its requester or an agent writes in a ticket."""
    return f"ticket:{number}"


def article_place(number: int) -> str:
    """The next revision of an article."""
    return f"{ARTICLE}:{number}"


def translation_place(number: int, language: str) -> str:
    """The first revision of an article's translation."""
    return f"{ARTICLE}:{number}:{language}"


def is_shared(place: str) -> bool:
    """Whether several people write there: the same text of an article, or each their own message in a ticket."""
    return place.startswith((f"{ARTICLE}:", f"{TICKET}:"))


def names_more(place: str) -> tuple[str, ...]:
    """The further fields of the place's form."""
    return MORE.get(place.partition(":")[0], ())


def check_place(place: str) -> str:
    """The place itself; `NotFound` for what is none."""
    if not _PLACE.fullmatch(place):
        raise NotFound(say("There is no such place to write at."))
    return place


def place_path(place: str) -> str:
    """Where its form stands."""
    kind, _, key = check_place(place).partition(":")
    return {
        "ask": "/ask",
        "reply": f"/t/{key}#reply",
        "edit": f"/posts/{key}/edit",
        "ticket": f"/tickets/{key or 'new'}",
        "article": _article_path(key),
    }[kind]


def place_name(place: str) -> str:
    """What is written there, in words. Names no title: what it is about may not be its writer's to read any more."""
    kind, _, key = check_place(place).partition(":")
    return {
        "ask": say("A new question"),
        "reply": f"Answer to topic {key}",
        "edit": say("Correction of a post"),
        "ticket": say("Message in ticket {key}", key=key) if key else say("A new ticket"),
        "article": _article_name(key),
    }[kind]


def _article_path(key: str) -> str:
    number, _, language = key.partition(":")
    if not number:
        return "/kb/new"
    return f"/kb/{number}/translations/{language}" if language else f"/kb/{number}/edit"


def _article_name(key: str) -> str:
    number, _, language = key.partition(":")
    if not number:
        return say("A new article")
    return (
        say("Translation of article {number}", number=number)
        if language
        else say("Revision of article {number}", number=number)
    )
