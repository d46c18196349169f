"""A person's picture: the middle of what they upload as one small square, shown to everybody beside what they write."""

import asyncio

from kb.core.actor import Actor
from kb.core.database import execute
from kb.core.errors import Invalid
from kb.core.permissions import Permission
from kb.core.rate_limits import spend
from kb.core.saying import say
from kb.core.unit_of_work import unit_of_work
from kb.files import rules
from kb.files.images import encode_square, looks_like_picture
from kb.files.uploading import NewFile, ReadyFile, keep_file
from kb.people.describing import set_picture
from kb.ports.file_store import FileStore

SIDE = 192
"""Pixels: twice the largest it is shown, for sharp screens; some 8 kB."""


async def take_face(actor: Actor, content: bytes, *, store: FileStore) -> str:
    """Show it as the actor's picture from now on; returns its path. The one before is forgotten by the sweep.

    Raises as `upload_file` does, and `Invalid` with the field `file` for what is no picture.
    """
    actor.require(Permission.POST_WRITE)
    actor.require(Permission.FILE_UPLOAD)
    rules.check_size(content)
    if not looks_like_picture(content):
        message = say("This is no picture that can be shown. PNG, JPEG, GIF and WebP can.")
        raise Invalid(message, {"file": message})
    await spend(f"file:upload:{actor.person_id}", rules.MOST_AN_HOUR, rules.HOUR)
    square = await asyncio.to_thread(encode_square, content, (SIDE,))
    new = NewFile("face", content)
    ready = ReadyFile("image", rules.picture_name("face", SIDE, SIDE), dict(square.encoded.items()), SIDE, SIDE)
    kept = await keep_file(actor, new, ready, store=store)
    async with unit_of_work(actor) as unit:
        person_id = await set_picture(unit, kept.path)
        await execute("delete from file_use where kind = 'person' and subject_id = $1", person_id)
        await execute("insert into file_use (file_id, kind, subject_id) values ($1, 'person', $2)", kept.id, person_id)
    return kept.path


async def drop_face(actor: Actor) -> None:
    """Back to initials; the picture is forgotten by the sweep. Without a picture nothing changes."""
    async with unit_of_work(actor) as unit:
        person_id = await set_picture(unit, "")
        await execute("delete from file_use where kind = 'person' and subject_id = $1", person_id)
