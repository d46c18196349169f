"""What a form with a draft carries, and what its answer says once the draft was sent."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from litestar import Response

from kb.core.actor import Actor
from kb.drafts.keeping import DraftText, KeptDraft, find_draft
from kb.drafts.places import names_more

DONE_COOKIE = "draft_done"
"""Tells the browser's script which copy of its own it may forget; only a sending that was accepted sets it."""

TITLES = ("title", "subject")
"""What forms call the line above the text."""


@dataclass(frozen=True, slots=True)
class DraftField:
    """The hidden fields of a form: its place, and the version of the draft that it shows or was based on."""

    place: str
    version: int = 0
    has_other: bool = False
    is_restored: bool = False


def field_of(place: str, draft: KeptDraft | None) -> DraftField:
    """The fields of a form that shows this draft, or none."""
    if draft is None:
        return DraftField(place)
    return DraftField(place, draft.version, draft.other_body is not None, is_restored=True)


async def restore(actor: Actor, place: str) -> tuple[DraftField, DraftText]:
    """The fields of a fresh form and what it shows: the draft, or blanks."""
    draft = await find_draft(actor, place)
    return field_of(place, draft), draft.text if draft else DraftText()


def refused(place: str, sent: Mapping[str, str]) -> DraftField:
    """The fields of a form that comes back: what was typed stands in it, based on the version it was based on."""
    return DraftField(place, read_version(sent))


def read_text(sent: Mapping[str, str]) -> DraftText:
    """What is typed in a form, whatever it calls its title."""
    title = next((sent[name] for name in TITLES if sent.get(name)), "")
    more = {name: sent[name] for name in names_more(sent.get("draft_place", "")) if sent.get(name)}
    return DraftText(title, sent.get("body", ""), sent.get("space", ""), sent.get("page_url", ""), more)


def read_version(sent: Mapping[str, str]) -> int:
    """The version a form was based on; 0 for nonsense."""
    said = sent.get("draft_version", "")
    return int(said) if said.isascii() and said.isdigit() and len(said) < 10 else 0


def kept_fields(sent: Mapping[str, str]) -> dict[str, str]:
    """The fields of a form that a sign-in page carries on, so that nothing is lost when the session was over; {} without a draft."""
    carried: tuple[str, ...] = ("draft_place", "draft_version", "title", "subject", "body", "space", "page_url")
    carried += names_more(sent.get("draft_place", ""))
    return {name: sent[name] for name in carried if sent.get(name)} if sent.get("draft_place") else {}


def sent_off(response: Response[Any], place: str) -> Response[Any]:
    """Say that the draft became what it was to become."""
    response.set_cookie(key=DONE_COOKIE, value=quote(place, safe=""), max_age=600, httponly=False, samesite="lax")
    return response
