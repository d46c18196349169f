"""What people type into the forum's forms, read without judging it: kb's rules judge."""

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from litestar import Request

from kb.core.errors import NotFound
from kb.core.saying import say
from kb.drafts.places import ASK
from kb.forum.arranging import SpaceChange
from kb.forum.asking import NewTopic
from kb.forum.spaces import NewSpace
from server.drafts.fields import DraftField, read_version, refused


@dataclass(frozen=True, slots=True)
class AskForm:
    """The fields of the ask page; the same names stand in its address to fill it in."""

    title: str = ""
    space: str = ""
    body: str = ""
    page_url: str = ""
    kept: DraftField = field(default_factory=lambda: DraftField(ASK))
    tags: str = ""

    def draft(self) -> NewTopic:
        """What kb is asked to store."""
        return NewTopic(self.space, self.title, self.body, self.page_url or None, tuple(self.tags.split(",")))


@dataclass(frozen=True, slots=True)
class PostForm:
    """The fields of a reply or an edit; `title` only where a question is edited."""

    body: str = ""
    title: str | None = None
    draft_version: int = 0
    reason: str = ""
    reply_to: UUID | None = None


@dataclass(frozen=True, slots=True)
class SpaceForm:
    """The fields of a space, new or changed. New spaces stand last."""

    name: str = ""
    description: str = ""
    visibility: str = "public"
    who_asks: str = "members"
    who_answers: str = "members"
    parent: str = ""
    colour: str = ""
    position: str = "1000"
    is_archived: bool = False

    def draft(self) -> NewSpace:
        """What kb is asked to store."""
        return NewSpace(
            self.name,
            self.description,
            self.visibility,
            position=self._position,
            parent=self.parent,
            colour=self.colour,
            who_asks=self.who_asks,
            who_answers=self.who_answers,
        )

    def change(self) -> SpaceChange:
        """What kb is asked to make of a space there is."""
        return SpaceChange(
            self.name,
            self.description,
            self.colour,
            self.parent,
            self._position,
            self.visibility,
            self.who_asks,
            self.who_answers,
            self.is_archived,
        )

    @property
    def _position(self) -> int:
        """A word that is no number stands last."""
        digits = self.position.strip()
        return int(digits) if digits.isascii() and digits.isdecimal() and len(digits) < 9 else 1000


async def read_ask_form(request: Request[Any, Any, Any]) -> AskForm:
    """The form as sent."""
    sent = await _read(request)
    title, space, body, page_url, tags = (sent.get(name, "") for name in ("title", "space", "body", "page_url", "tags"))
    return AskForm(title, space, body, page_url, refused(ASK, sent), tags)


def read_ask_query(request: Request[Any, Any, Any]) -> AskForm:
    """The form as an address fills it in, e.g. /ask?title=…&page_url=… from a product page."""
    query = request.query_params
    names = ("title", "space", "body", "page_url", "tags")
    title, space, body, page_url, tags = (str(query.get(name, ""))[:2000] for name in names)
    return AskForm(title, space, body, page_url, tags=tags)


async def read_post_form(request: Request[Any, Any, Any]) -> PostForm:
    """The form as sent."""
    sent = await _read(request)
    return PostForm(
        sent.get("body", ""),
        sent.get("title"),
        read_version(sent),
        sent.get("reason", ""),
        find_id(sent.get("reply_to", "")),
    )


async def read_space_form(request: Request[Any, Any, Any]) -> SpaceForm:
    """The form as sent; a right not sent is the usual one."""
    sent = await _read(request)
    names = ("name", "description", "visibility", "who_asks", "who_answers", "parent", "colour", "position")
    return SpaceForm(**{name: sent[name] for name in names if name in sent}, is_archived=sent.get("is_archived") == "1")


async def read_text_fields(request: Request[Any, Any, Any]) -> dict[str, str]:
    """All that was sent, for forms of a field or two."""
    return await _read(request)


async def read_preview_text(request: Request[Any, Any, Any]) -> str:
    """The text to preview."""
    return (await _read(request)).get("text", "")


def read_id(text: str) -> UUID:
    """An id in an address; `NotFound` for what is none."""
    try:
        return UUID(text)
    except ValueError:
        raise NotFound(say("There is nothing at this address.")) from None


def find_id(text: str) -> UUID | None:
    """An id that may be missing."""
    try:
        return UUID(text)
    except ValueError:
        return None


async def _read(request: Request[Any, Any, Any]) -> dict[str, str]:
    """Text fields only: an upload where text belongs counts as missing."""
    form = await request.form()
    return {name: value for name, value in form.items() if isinstance(value, str)}
