"""Writing articles through /api/v1: the newest text, revisions, and two of them beside each other.

`If-Match` on a revision takes the tag of the text at the same address; `based_on` says the same in the body and is always asked for.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from litestar import get, post, put

from kb.answers.access import find_article_id
from kb.answers.comparing import compare_revisions
from kb.answers.drafting import NewArticle, write_article
from kb.answers.queries import RevisionLine, get_newest_text, list_revisions
from kb.answers.revising import Revision, revise_article
from kb.core.actor import Actor
from kb.core.permissions import Permission
from server.lists import CursorIn, Items, LimitIn, listed
from server.security.guards import requires

DRAFT = [requires(Permission.ARTICLE_DRAFT)]


@dataclass(frozen=True, slots=True)
class NewArticleIn:
    """A new article; Markdown in `body`. Readers see nothing of it before a revision is published."""

    title: str
    body: str
    visibility: str = "public"
    note: str = ""


@dataclass(frozen=True, slots=True)
class DraftedOut:
    """Where the draft is found."""

    number: int
    revision: int


@dataclass(frozen=True, slots=True)
class TextOut:
    """The newest revision, published or not, in Markdown."""

    title: str
    body: str
    revision: int


@dataclass(frozen=True, slots=True)
class RevisionIn:
    """The next revision. `based_on` is the revision it was written over."""

    title: str
    body: str
    based_on: int
    note: str = ""


@dataclass(frozen=True, slots=True)
class RevisionOut:
    """A revision in the history; `masked` counts what was taken out by kind."""

    number: int
    title: str
    author: str
    note: str
    masked: Mapping[str, int]
    created_at: datetime


@dataclass(frozen=True, slots=True)
class ComparedLineOut:
    """One row: the older text's line, the newer one's, and what happened to it."""

    kind: str
    old: str | None
    new: str | None


@dataclass(frozen=True, slots=True)
class ComparisonOut:
    """Two revisions, line by line; long stretches that did not change are counted in one row, `skipped`."""

    old: int
    new: int
    added: int
    removed: int
    lines: list[ComparedLineOut]


@post("/api/v1/articles", guards=DRAFT)
async def api_write_article(actor: Actor, data: NewArticleIn) -> DraftedOut:
    """A draft with its first revision."""
    drafted = await write_article(actor, NewArticle(data.title, data.body, data.visibility, note=data.note))
    return DraftedOut(drafted.number, 1)


@get("/api/v1/articles/{number:int}/text", guards=DRAFT)
async def api_get_text(actor: Actor, number: int) -> TextOut:
    """What an editor goes on from."""
    newest = await get_newest_text(actor, await find_article_id(actor, number))
    return TextOut(newest.title, newest.body, newest.revision)


@put("/api/v1/articles/{number:int}/text", guards=DRAFT)
async def api_revise_article(actor: Actor, number: int, data: RevisionIn) -> TextOut:
    """Add a revision. 409 where another was saved since `based_on`, 412 where `If-Match` names another text: nothing is overwritten."""
    article_id = await find_article_id(actor, number)
    await revise_article(actor, article_id, Revision(data.title, data.body, data.based_on, data.note))
    newest = await get_newest_text(actor, article_id)
    return TextOut(newest.title, newest.body, newest.revision)


@get("/api/v1/articles/{number:int}/revisions", guards=DRAFT)
async def api_list_revisions(
    actor: Actor, number: int, cursor: CursorIn = "", limit: LimitIn = 50
) -> Items[RevisionOut]:
    """The history, newest first."""
    lines = await list_revisions(actor, await find_article_id(actor, number))
    rows = [revision_out(line) for line in lines]
    return listed(rows, lambda one: str(one.number), cursor=cursor, limit=limit)


@get("/api/v1/articles/{number:int}/comparison", guards=DRAFT)
async def api_compare_revisions(actor: Actor, number: int, old: int, new: int) -> ComparisonOut:
    """Any two revisions beside each other."""
    found = await compare_revisions(actor, await find_article_id(actor, number), old, new)
    lines = [ComparedLineOut(p.kind, p.old.text if p.old else None, p.new.text if p.new else None) for p in found.pairs]
    return ComparisonOut(found.old.number, found.new.number, found.added, found.removed, lines)


def revision_out(line: RevisionLine) -> RevisionOut:
    """A line of an article's history, as programs see it."""
    return RevisionOut(line.number, line.title, line.author, line.note, line.masked, line.created_at)
