"""What people type into this room's forms, read without judging it: kb's rules judge."""

from dataclasses import dataclass
from typing import Any

from litestar import Request

from kb.answers.revising import Revision
from kb.answers.translating import Translation
from server.drafts.fields import read_version


@dataclass(frozen=True, slots=True)
class ArticleForm:
    """The fields of the editor. `section` is a space's slug, `cluster` a cluster's number as typed; `act` the button pressed.

    `compared` is the newer revision its writer says to have seen, and saves over."""

    title: str = ""
    body: str = ""
    note: str = ""
    visibility: str = "public"
    section: str = ""
    cluster: str = ""
    category: str = ""
    based_on: str = "0"
    draft_version: str = "0"
    compared: str = ""
    translated: str = "0"
    language: str = ""
    act: str = "save"

    def revision(self) -> Revision:
        """What kb is asked to store."""
        based_on = read_number(self.compared) or read_number(self.based_on)
        return Revision(self.title, self.body, based_on, self.note, read_number(self.translated))

    def translation(self) -> Translation:
        """What kb is asked to store as the first revision of a translation."""
        return Translation(self.title, self.body, read_number(self.translated), self.note)

    @property
    def version(self) -> int:
        """The kept draft that the form was based on; 0 for none."""
        return read_version({"draft_version": self.draft_version})

    @property
    def submits(self) -> bool:
        """Whether the button also hands the draft to review."""
        return self.act == "submit"


@dataclass(frozen=True, slots=True)
class PublishForm:
    """The revision whose changes were shown, and whether what looks personal may stay."""

    revision: int
    keeps_personal: bool


@dataclass(frozen=True, slots=True)
class ScheduleForm:
    """The same for a time: `at` as the browser's field sends it, on the clocks of `time_zone`."""

    revision: int = 0
    keeps_personal: bool = False
    at: str = ""
    time_zone: str = ""


@dataclass(frozen=True, slots=True)
class ReturnForm:
    """The revision that was looked at, and what its author is told."""

    revision: int = 0
    reason: str = ""


@dataclass(frozen=True, slots=True)
class UseForm:
    """A use sent by a page. `next` is where a browser without scripts goes afterwards: a path of this site."""

    kind: str
    surface: str
    next: str


_FIELDS = (
    "title",
    "body",
    "note",
    "visibility",
    "section",
    "cluster",
    "category",
    "based_on",
    "draft_version",
    "compared",
    "translated",
    "language",
    "act",
)


def read_number(typed: str) -> int:
    """A revision's number as typed; 0 for nonsense."""
    return int(typed) if typed.isdecimal() and len(typed) < 9 else 0


async def read_article_form(request: Request[Any, Any, Any]) -> ArticleForm:
    """The form as sent."""
    sent = await read_fields(request)
    return ArticleForm(**{name: sent[name] for name in _FIELDS if name in sent})


async def read_publish_form(request: Request[Any, Any, Any]) -> PublishForm:
    """The form as sent; a revision that is no number is none."""
    sent = await read_fields(request)
    return PublishForm(read_number(sent.get("revision", "")), sent.get("keeps_personal") == "1")


async def read_schedule_form(request: Request[Any, Any, Any]) -> ScheduleForm:
    """The form as sent."""
    sent = await read_fields(request)
    keeps = sent.get("keeps_personal") == "1"
    return ScheduleForm(read_number(sent.get("revision", "")), keeps, sent.get("at", ""), sent.get("time_zone", ""))


async def read_return_form(request: Request[Any, Any, Any]) -> ReturnForm:
    """The form as sent."""
    sent = await read_fields(request)
    return ReturnForm(read_number(sent.get("revision", "")), sent.get("reason", ""))


async def read_use_form(request: Request[Any, Any, Any]) -> UseForm:
    """The form as sent; an address of another site leads to the knowledge base."""
    sent = await read_fields(request)
    next_ = sent.get("next", "")
    is_ours = next_.startswith("/") and not next_.startswith(("//", "/\\"))
    return UseForm(sent.get("kind", "said_solved"), sent.get("surface", "article"), next_ if is_ours else "/kb")


async def read_fields(request: Request[Any, Any, Any]) -> dict[str, str]:
    """Text fields only: an upload where text belongs counts as missing."""
    form = await request.form()
    return {name: value for name, value in form.items() if isinstance(value, str)}
