"""Files that leave the house with a text: as a mail program opens them, not as a browser does."""

import asyncio
import io
from dataclasses import dataclass, field
from uuid import UUID

import asyncpg
from PIL import Image

from kb.core.database import fetch_all
from kb.files.rules import key_of, stem
from kb.files.using import UsedBy
from kb.ports.file_store import FileStore

_JPEG_QUALITY = 86


@dataclass(frozen=True, slots=True)
class EnclosedFile:
    """`is_picture`: it is shown in the text, as PNG or JPEG, because desktop mail programs know no WebP."""

    id: UUID
    name: str
    media_type: str
    is_picture: bool
    content: bytes = field(repr=False)


async def read_files_of(kind: UsedBy, subject_id: UUID, *, store: FileStore, most_bytes: int) -> list[EnclosedFile]:
    """The files a text uses, as long as all together stay within `most_bytes`; whoever writes the text on links to the others.

    Who may read the text is the caller's to know. Raises `Unavailable` when the store is down.
    """
    rows = await fetch_all(
        "select f.id, f.kind, f.name, f.media_type, f.widths from file f join file_use u on u.file_id = f.id"
        " where u.kind = $1 and u.subject_id = $2 and f.gone_at is null order by f.created_at, f.id limit 20",
        kind,
        subject_id,
    )
    found: list[EnclosedFile] = []
    for row in rows:
        one = await _read(row, store)
        most_bytes -= len(one.content) if one else 0
        if one and most_bytes >= 0:
            found.append(one)
    return found


async def _read(row: asyncpg.Record, store: FileStore) -> EnclosedFile | None:
    content = await store.get(key_of(row["id"], row["widths"][0] if row["widths"] else None))
    if content is None:
        return None
    if row["kind"] != "image":
        return EnclosedFile(row["id"], row["name"], row["media_type"], is_picture=False, content=content)
    plain, media_type = await asyncio.to_thread(_without_webp, content)
    name = f"{stem(row['name'])}.{media_type.partition('/')[2]}"
    return EnclosedFile(row["id"], name, media_type, is_picture=True, content=plain)


def _without_webp(content: bytes) -> tuple[bytes, str]:
    """PNG where it has transparent places, else JPEG; of what moves the first frame."""
    with Image.open(io.BytesIO(content), formats=("WEBP",)) as image, io.BytesIO() as out:
        if "A" in image.getbands():
            image.save(out, "PNG")
            return out.getvalue(), "image/png"
        image.convert("RGB").save(out, "JPEG", quality=_JPEG_QUALITY)
        return out.getvalue(), "image/jpeg"
