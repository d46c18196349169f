"""A file is readable where a text that uses it is. Only the rooms of those texts know who reads them, so the doors hand
their answers over as `Way`s; what nothing uses is its uploader's alone."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from uuid import UUID

from kb.core.actor import ANONYMOUS, Actor
from kb.core.database import fetch_one
from kb.core.errors import NotFound
from kb.core.saying import say
from kb.files.rules import key_of
from kb.ports.file_store import FileStore

Way = Callable[[Actor, UUID], Awaitable[bool]]
"""Whether the actor may read a text, of one room, that uses the file."""

MISSING = say("There is no such file, or it is not yours to read.")


@dataclass(frozen=True, slots=True)
class FileContent:
    """What is served. `is_public`: everybody may read it, so that any cache may keep it."""

    kind: str
    name: str
    media_type: str
    content: bytes
    is_public: bool


async def read_file(
    actor: Actor, file_id: UUID, *, width: int | None, ways: Sequence[Way], store: FileStore
) -> FileContent:
    """Raises `NotFound` for what is missing as for what is not to be read. A width it has not is answered by its widest."""
    row = await fetch_one(
        "select f.kind, f.name, f.media_type, f.widths, f.uploader_id,"
        " exists (select 1 from file_use u where u.file_id = f.id and u.kind = 'person') as is_face"
        " from file f where f.id = $1 and f.gone_at is null",
        file_id,
    )
    if row is None:
        raise NotFound(MISSING)
    is_public = row["is_face"] or await _leads_there(ways, ANONYMOUS, file_id)
    is_own = actor.person_id is not None and row["uploader_id"] == actor.person_id
    if not (is_public or is_own or await _leads_there(ways, actor, file_id)):
        raise NotFound(MISSING)
    widths = row["widths"]
    chosen = (width if width in widths else widths[0]) if widths else None
    content = await store.get(key_of(file_id, chosen))
    if content is None:
        raise NotFound(MISSING)
    return FileContent(row["kind"], row["name"], row["media_type"], content, is_public)


async def _leads_there(ways: Sequence[Way], actor: Actor, file_id: UUID) -> bool:
    for way in ways:
        if await way(actor, file_id):
            return True
    return False
