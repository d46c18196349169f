"""What a macro may hold. Pure."""

from collections.abc import Iterable, Mapping

from kb.core.errors import Invalid
from kb.core.saying import say, say_many
from kb.macros.placeholders import gap, is_unclosed, list_unfilled, list_unknown
from kb.text.markdown import MAX_SOURCE
from kb.text.storing import storable

NAME_MAX = 80
"""Characters; a name is read in a list while somebody waits."""

PLACEHOLDERS: Mapping[str, str] = {
    "requester.name": say("the name of who asked"),
    "requester.first_name": say("the first word of that name"),
    "requester.email": say("the address of who asked"),
    "account.name": say("their company"),
    "ticket.number": say("the ticket's number"),
    "ticket.subject": say("what the ticket is about"),
    "ticket.url": say("where its requester reads it"),
    "agent.name": say("your name"),
    "agent.first_name": say("the first word of your name"),
}
"""What is filled in by itself, and what stands for it, in words."""


def clean_name(name: str) -> str:
    """One line that Postgres can hold."""
    return " ".join(storable(name).split())


def clean_body(body: str) -> str:
    """What Postgres can hold; otherwise as typed."""
    return storable(body.replace("\r\n", "\n")).strip()


def check_macro(*, name: str, body: str) -> None:
    """Raises `Invalid` naming every field that must change."""
    found = {"name": _name_error(name), "body": _body_error(body)}
    if wrong := {field: text for field, text in found.items() if text}:
        raise Invalid(say("The macro needs another look."), wrong)


def check_filled(text: str, gaps: Iterable[str]) -> None:
    """Raises `Invalid` naming the gaps that nobody wrote over."""
    if left := list_unfilled(text, gaps):
        names = ", ".join(f"[{name}]" for name in left)
        raise Invalid(
            say("Not sent yet: something is left to fill in."),
            {"body": say("Still to fill in: {names}. To send it as it stands, send it again.", names=names)},
        )


def _name_error(name: str) -> str:
    if not name:
        return say("Give it a name that you will look for.")
    return say("At most {most} characters.", most=NAME_MAX) if len(name) > NAME_MAX else ""


def _body_error(body: str) -> str:
    if not body:
        return say("Write the reply first.")
    if len(body) > MAX_SOURCE:
        return say("At most {most} characters; this has {has}.", most=MAX_SOURCE, has=len(body))
    if is_unclosed(body):
        return say("A placeholder is not closed: it ends with {end}.", end="}}")
    unknown = list_unknown(body, PLACEHOLDERS)
    if unknown:
        return say_many(
            "There is no placeholder {names}. For what you fill in yourself write {own}.",
            "There are no placeholders {names}. For what you fill in yourself write {own}.",
            len(unknown),
            names=", ".join(unknown),
            own=gap("order number"),
        )
    return ""
