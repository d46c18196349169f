"""What a ticket may say and how its state moves. Pure."""

import unicodedata
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Literal
from urllib.parse import urlsplit

from kb.core.errors import Invalid
from kb.core.saying import say
from kb.text.markdown import MAX_SOURCE

MAX_SUBJECT = 200
MAX_PAGE_URL = 2_000

ASK_WINDOW = timedelta(hours=1)
ASKED_PER_PERSON = 20
"""Nobody has twenty problems an hour; a script that loops has."""

WRITTEN_PER_PERSON = 60

State = Literal["open", "pending", "solved"]
Kind = Literal["customer", "agent", "note"]
Priority = Literal["low", "normal", "high", "urgent"]
PRIORITIES: tuple[Priority, ...] = ("low", "normal", "high", "urgent")
"""From what can wait to what cannot."""

INCIDENTS_MOST = 200
"""Linked to one problem: one reply goes to all of them in one write."""

SNOOZE_MOST = timedelta(days=366)

TAGS_MOST = 20
TAG_LENGTH = 40

CHANNELS = ("form", "api", "email", "widget", "import", "chat")


def check_new_ticket(*, subject: str, body: str, channel: str, page_url: str | None) -> None:
    """Raises `Invalid` naming every field that is wrong."""
    found = {
        "subject": _subject_error(subject),
        "body": body_error(body),
        "channel": "" if channel in CHANNELS else f"one of {', '.join(CHANNELS)}",
        "page_url": _page_error(page_url),
    }
    wrong = {field: text for field, text in found.items() if text}
    if wrong:
        raise Invalid(say("The request needs another look."), wrong)


def check_subject(subject: str) -> None:
    """Raises `Invalid` naming `subject`."""
    if text := _subject_error(subject):
        raise Invalid(text, {"subject": text})


def check_body(body: str) -> None:
    """Raises `Invalid` for an empty or endless message."""
    if text := body_error(body):
        raise Invalid(text, {"body": text})


def body_error(body: str) -> str:
    """Why this cannot be sent; empty when it can."""
    if not body.strip():
        return say("Write a few words first.")
    return (
        say("At most {most} characters; this has {has}.", most=MAX_SOURCE, has=len(body))
        if len(body) > MAX_SOURCE
        else ""
    )


def read_tag(word: str) -> str:
    """A tag as it is kept: small letters and digits of any script, joined by hyphens. "" where nothing of it is left."""
    parts = "".join(letter if letter.isalnum() else " " for letter in unicodedata.normalize("NFKC", word).casefold())
    return "-".join(parts.split())[:TAG_LENGTH].rstrip("-")


def readable_tags(words: Iterable[str]) -> list[str]:
    """What can be kept of these, each once, in their order."""
    return list(dict.fromkeys(filter(None, map(read_tag, words))))[:TAGS_MOST]


def clean_tags(words: Iterable[str]) -> list[str]:
    """As they are kept. Raises `Invalid` naming `tags` for a word that cannot be kept, and for too many."""
    typed = [word for word in words if word.strip()]
    kept = list(dict.fromkeys(map(read_tag, typed)))
    if "" in kept:
        raise Invalid(say("This is no tag."), {"tags": say("A tag needs letters or digits.")})
    if len(kept) > TAGS_MOST:
        raise Invalid(say("Too many tags."), {"tags": say("At most {most} tags.", most=TAGS_MOST)})
    return kept


def read_priority(word: str) -> Priority:
    """Raises `Invalid` naming `priority` for another word."""
    for priority in PRIORITIES:
        if priority == word:
            return priority
    raise Invalid(say("There is no such priority."), {"priority": say("one of {known}", known=", ".join(PRIORITIES))})


def check_snooze(until: datetime | None, now: datetime) -> None:
    """Raises `Invalid` naming `until`; None, until the customer writes, is always right."""
    if until is not None and not now < until <= now + SNOOZE_MOST:
        raise Invalid(say("It cannot be snoozed until then."), {"until": say("A moment within the next year.")})


def state_of_merged(states: Iterable[State]) -> State:
    """It is our turn as long as any of them waits for us, and over when all are."""
    found = set(states)
    return "open" if "open" in found else "pending" if "pending" in found else "solved"


def state_after(state: State, kind: Kind, *, solves: bool) -> State:
    """A customer's message makes it the agents' turn, an agent's the customer's; a note changes nothing by itself."""
    if solves:
        return "solved"
    return {"customer": "open", "agent": "pending", "note": state}[kind]  # type: ignore[return-value]


def _subject_error(subject: str) -> str:
    if not subject.strip():
        return say("Say in a few words what it is about.")
    return say("At most {most} characters.", most=MAX_SUBJECT) if len(subject.strip()) > MAX_SUBJECT else ""


def _page_error(page_url: str | None) -> str:
    if not page_url:
        return ""
    try:
        is_web = page_url.startswith("/") or urlsplit(page_url).scheme in {"http", "https"}
    except ValueError:
        is_web = False
    return (
        "" if is_web and len(page_url) <= MAX_PAGE_URL else say("An address such as https://app.example.com/invoices.")
    )
