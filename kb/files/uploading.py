"""Taking in a file. What it is, its content says; never its name or what the sender claims."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from kb.core.actor import Actor
from kb.core.database import execute, fetch_value
from kb.core.errors import NotSignedIn, TooMany
from kb.core.ids import new_id
from kb.core.permissions import Permission
from kb.core.rate_limits import spend
from kb.core.saying import say
from kb.core.unit_of_work import UnitOfWork, unit_of_work
from kb.files import rules
from kb.files.images import encode_picture, looks_like_picture
from kb.ports.file_store import FileStore

WEBP, DOWNLOAD = "image/webp", "application/octet-stream"


@dataclass(frozen=True, slots=True)
class NewFile:
    """What somebody sent, and the name they have for it."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class UploadedFile:
    """Where it is found, and what to put into a text to show it."""

    id: UUID
    kind: str
    name: str
    path: str
    markdown: str
    size: int
    width: int | None = None
    height: int | None = None


@dataclass(frozen=True, slots=True)
class ReadyFile:
    """As it will be kept: contents by width (None for what is no picture), and what its row says."""

    kind: str
    name: str
    contents: Mapping[int | None, bytes]
    width: int | None = None
    height: int | None = None

    @property
    def widths(self) -> list[int]:
        """The widths it is kept in, the widest first."""
        return [width for width in self.contents if width is not None]

    @property
    def size(self) -> int:
        """Bytes of all widths."""
        return sum(map(len, self.contents.values()))


async def upload_file(actor: Actor, new: NewFile, *, store: FileStore, allowed: frozenset[str]) -> UploadedFile:
    """Keep a file; until a text uses it only its uploader reads it, and unused it is forgotten after two days.

    Raises `Invalid` and `TooLarge` with the field `file`, `TooMany` past the limits of an hour and a day, `Unavailable` when
    the store is down.
    """
    actor.require(Permission.FILE_UPLOAD)
    rules.check_size(new.content)
    await spend(f"file:upload:{actor.person_id}", rules.MOST_AN_HOUR, rules.HOUR)
    ready = await asyncio.to_thread(make_ready, new, allowed)
    return await keep_file(actor, new, ready, store=store)


def make_ready(new: NewFile, allowed: frozenset[str]) -> ReadyFile:
    """As it will be kept, by what its content says it is. Raises `Invalid` for what may not be kept."""
    if looks_like_picture(new.content):
        picture = encode_picture(new.content)
        name = rules.picture_name(new.name, picture.width, picture.height)
        return ReadyFile("image", name, dict(picture.encoded.items()), picture.width, picture.height)
    rules.check_download(new.name, new.content, allowed)
    return ReadyFile("download", rules.download_name(new.name), {None: new.content})


async def keep_file(actor: Actor, new: NewFile, ready: ReadyFile, *, store: FileStore) -> UploadedFile:
    """The row first: what a crash leaves behind in the store has one, by which the sweep finds it."""
    async with unit_of_work(actor) as unit:
        await _check_day(unit, len(new.content))
        file_id = await insert_file(unit, actor.person_id, ready)
        unit.audit("file.upload", "file", file_id, name=ready.name, size=ready.size)
    return await put_contents(file_id, new, ready, store=store)


async def put_contents(file_id: UUID, new: NewFile, ready: ReadyFile, *, store: FileStore) -> UploadedFile:
    """Hand the bytes of a file that has its row to the store."""
    for width, content in ready.contents.items():
        await store.put(rules.key_of(file_id, width), content)
    path = rules.file_path(file_id, ready.name)
    markdown = rules.markdown_of(ready.kind, new.name, path)
    return UploadedFile(file_id, ready.kind, ready.name, path, markdown, ready.size, ready.width, ready.height)


async def _check_day(unit: UnitOfWork, more: int) -> None:
    """The person's row is locked, so that two uploads at once are counted one after the other."""
    person_id = unit.actor.person_id
    if person_id is None:
        raise NotSignedIn(say("Sign in to upload files."))
    await execute("select 1 from person where id = $1 for no key update", person_id)
    spent = await fetch_value(
        "select coalesce(sum(size), 0) from file where uploader_id = $1 and created_at > $2",
        person_id,
        unit.now - rules.DAY,
    )
    if int(spent) + more > rules.MOST_BYTES_A_DAY:
        most = rules.MOST_BYTES_A_DAY // 1024**2
        raise TooMany(
            say("You have uploaded {most} MB today. Tomorrow there is room again.", most=most), retry_after=3600
        )


async def insert_file(unit: UnitOfWork, owner_id: UUID | None, ready: ReadyFile) -> UUID:
    """The row of a file whose bytes are put in the store next; returns its id."""
    file_id = new_id()
    await execute(
        "insert into file (id, uploader_id, kind, name, media_type, size, width, height, widths, created_at)"
        " values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        file_id,
        owner_id,
        ready.kind,
        ready.name,
        WEBP if ready.kind == "image" else DOWNLOAD,
        ready.size,
        ready.width,
        ready.height,
        ready.widths,
        unit.now,
    )
    return file_id
