"""Drafts for programs that write in somebody's name: /api/v1/drafts."""

from dataclasses import dataclass, field
from datetime import datetime

from litestar import delete, get, put

from kb.core.actor import Actor
from kb.core.errors import NotFound
from kb.core.permissions import Permission
from kb.core.saying import say
from kb.drafts.keeping import (
    DraftText,
    KeptDraft,
    discard_draft_at,
    find_draft,
    keep_draft,
    list_drafts,
    take_other_text,
)
from kb.drafts.places import names_more
from kb.drafts.writing_together import list_other_writers
from server.lists import CursorIn, Items, LimitIn, listed
from server.security.guards import CHANGES_NO_PAGE, requires

WRITE = [requires(Permission.POST_WRITE)]


@dataclass(frozen=True, slots=True)
class DraftOut:
    """A draft in an answer. `other_body` is what a device wrote that did not know of this text; null where there is none."""

    place: str
    title: str
    body: str
    space: str
    version: int
    updated_at: datetime
    other_title: str | None
    other_body: str | None


@dataclass(frozen=True, slots=True)
class PlacedDraftOut:
    """The caller's draft at a place, null for none, and the names of those who write on the same article now."""

    draft: DraftOut | None
    others: list[str]


@dataclass(frozen=True, slots=True)
class DraftIn:
    """What is kept. `based_on` is the version seen last, 0 for none; `more` holds the fields that only an article's form has."""

    body: str
    title: str = ""
    space: str = ""
    based_on: int = 0
    more: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Kept:
    """The draft's new version; 0 where the text was blank and nothing is kept."""

    version: int


@get("/api/v1/drafts", guards=WRITE)
async def api_list_drafts(actor: Actor, cursor: CursorIn = "", limit: LimitIn = 50) -> Items[DraftOut]:
    """The caller's drafts, the last written first."""
    rows = [_out(draft) for draft in await list_drafts(actor)]
    return listed(rows, lambda one: one.place, cursor=cursor, limit=limit)


@get("/api/v1/drafts/{place:str}", guards=WRITE)
async def api_get_draft(actor: Actor, place: str) -> PlacedDraftOut:
    """What the caller keeps at a place, and who else writes there."""
    draft = await find_draft(actor, place)
    return PlacedDraftOut(_out(draft) if draft else None, [w.name for w in await list_other_writers(actor, place)])


@put("/api/v1/drafts/{place:str}/other", guards=WRITE)
async def api_take_other_text(actor: Actor, place: str) -> DraftOut:
    """Change the two texts about: go on with the one another device wrote. 404 where there is none."""
    draft = await find_draft(actor, place)
    if draft is None:
        raise NotFound(say("There is no such draft."))
    return _out(await take_other_text(actor, draft.id))


@put("/api/v1/drafts/{place:str}", guards=WRITE, opt=CHANGES_NO_PAGE)
async def api_keep_draft(actor: Actor, place: str, data: DraftIn) -> Kept:
    """Keep a text at a place: `ask`, `reply:12`, `edit:<post id>`, `ticket`, `ticket:7`, `article` or `article:7`."""
    text = DraftText(data.title, data.body, data.space, more=_known(place, data.more))
    return Kept(await keep_draft(actor, place, text, based_on=data.based_on))


@delete("/api/v1/drafts/{place:str}", guards=WRITE)
async def api_discard_draft(actor: Actor, place: str) -> None:
    """Throw the caller's draft at a place away; doing it twice is fine."""
    await discard_draft_at(actor, place)


def _known(place: str, more: dict[str, str]) -> dict[str, str]:
    return {name: more[name] for name in names_more(place) if name in more}


def _out(draft: KeptDraft) -> DraftOut:
    text = draft.text
    return DraftOut(
        draft.place,
        text.title,
        text.body,
        text.space,
        draft.version,
        draft.updated_at,
        draft.other_title,
        draft.other_body,
    )
