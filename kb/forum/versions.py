"""The history of a post: each text it had, from the first. Readable as the post itself; versions moderators hid are for moderators."""

import asyncio
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from kb.core.actor import Actor
from kb.core.database import execute, fetch_all, fetch_one
from kb.core.errors import NotFound
from kb.core.ids import new_id
from kb.core.saying import say
from kb.core.unit_of_work import UnitOfWork
from kb.forum.access import READABLE_POST, READABLE_TOPIC, readers
from kb.forum.rules import VERSIONS_SHOWN
from kb.text.differences import DiffLine, compare_texts


@dataclass(frozen=True, slots=True)
class Version:
    """One text the post had, and who made it so; `title` of first posts only. Hidden ones reach moderators alone."""

    id: UUID
    editor: str
    reason: str
    is_hidden: bool
    created_at: datetime


@dataclass(frozen=True, slots=True)
class VersionText:
    """What a version said."""

    title: str | None
    body: str


@dataclass(frozen=True, slots=True)
class History:
    """The post's versions, newest first, and what the chosen one changed. A post never edited has no versions."""

    post_id: UUID
    number: int
    slug: str
    topic_title: str
    position: int
    author_id: UUID
    versions: list[Version]
    chosen: Version | None
    text: VersionText | None
    before: VersionText | None
    changes: list[DiffLine]


_POST = (
    "select p.id as post_id, t.number, t.slug, t.title as topic_title, p.position, p.author_id"
    " from post p join topic t on t.id = p.topic_id join space s on s.id = t.space_id"
    f" where {READABLE_TOPIC} and {READABLE_POST} and p.id = $3"
)

_VERSIONS = (
    "select r.id, e.name as editor, r.reason, r.hidden_at is not null as is_hidden, r.created_at"
    " from post_revision r join person e on e.id = r.editor_id"
    " where r.post_id = $1 and (r.hidden_at is null or $2) order by r.number desc limit $3"
)


async def get_history(actor: Actor, post_id: UUID, chosen_id: UUID | None = None) -> History:
    """The history as far as the actor may read it, the newest version chosen where none is named."""
    post = await fetch_one(_POST, *readers(actor), post_id)
    if post is None:
        raise NotFound(say("There is no such post, or it is not yours to read."))
    rows = await fetch_all(_VERSIONS, post_id, readers(actor)[1], VERSIONS_SHOWN)
    versions = [Version(**row) for row in rows]
    if not versions:
        return History(**post, versions=[], chosen=None, text=None, before=None, changes=[])
    place = next((n for n, version in enumerate(versions) if version.id == (chosen_id or versions[0].id)), None)
    if place is None:
        raise NotFound(say("There is no such version, or it is not yours to read."))
    text, before = await _texts([version.id for version in versions[place : place + 2]])
    changes = await asyncio.to_thread(compare_texts, before.body if before else "", text.body)
    return History(**post, versions=versions, chosen=versions[place], text=text, before=before, changes=changes)


async def _texts(ids: list[UUID]) -> tuple[VersionText, VersionText | None]:
    """Of a version and, where there is one, the version before it."""
    rows = await fetch_all(
        "select title, body_source as body from post_revision where id = any($1) order by number desc", ids
    )
    texts = [VersionText(**row) for row in rows]
    return texts[0], texts[1] if len(texts) > 1 else None


async def keep_versions(unit: UnitOfWork, post_id: UUID, body: str, title: str | None, reason: str) -> bool:
    """Keep the text a locked post is about to get, and with the first edit the one it had. False where it is the same.

    `title` None keeps the title. The text from before this history began counts as the author's first version.
    """
    old = await fetch_one(
        "select p.author_id, p.body_source, coalesce(p.edited_at, p.created_at) as at,"
        " case when p.position = 1 then t.title end as title,"
        " (select max(r.number) from post_revision r where r.post_id = p.id) as newest"
        " from post p join topic t on t.id = p.topic_id where p.id = $1",
        post_id,
    )
    if old is None or (body, title or old["title"]) == (old["body_source"], old["title"]):
        return False
    if old["newest"] is None:
        first = VersionText(old["title"], old["body_source"])
        await _insert(post_id, 1, old["author_id"], first, ("", old["at"]))
    number = (old["newest"] or 1) + 1
    editor = unit.actor.person_id or old["author_id"]
    await _insert(post_id, number, editor, VersionText(title or old["title"], body), (reason, unit.now))
    return True


async def _insert(post_id: UUID, number: int, editor: UUID, text: VersionText, said: tuple[str, datetime]) -> None:
    """`said` is why and when."""
    await execute(
        "insert into post_revision (id, post_id, number, editor_id, title, body_source, reason, created_at)"
        " values ($1, $2, $3, $4, $5, $6, $7, $8)",
        new_id(),
        post_id,
        number,
        editor,
        text.title,
        text.body,
        *said,
    )
