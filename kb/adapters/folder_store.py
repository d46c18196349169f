"""Uploaded files in a folder of this machine, or one that all machines share."""

import asyncio
import contextlib
import os
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

from kb.core.errors import Unavailable


class FolderStore:
    """The `FileStore` port on a folder. A file is written beside its place and then moved there."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def put(self, key: str, content: bytes) -> None:
        with _telling():
            await asyncio.to_thread(_write, self._folder / key, content)

    async def get(self, key: str) -> bytes | None:
        with _telling():
            return await asyncio.to_thread(_read, self._folder / key)

    async def delete(self, key: str) -> None:
        with _telling():
            await asyncio.to_thread((self._folder / key).unlink, missing_ok=True)


@contextlib.contextmanager
def _telling() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise Unavailable(f"Files cannot be kept or read just now: {error.strerror}.") from error


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.{uuid4().hex}")
    try:
        beside.write_bytes(content)
        os.replace(beside, path)
    finally:
        beside.unlink(missing_ok=True)


def _read(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None
