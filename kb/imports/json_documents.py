"""JSON documents as an API answered them, one at a time, wherever they lie: a folder, a zip, a .json or a .jsonl file."""

import json
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from kb.core.errors import Invalid
from kb.imports.loose_values import Loose, row_of, text_of

MAX_DOCUMENT = 64 * 1024 * 1024
"""Bytes. A topic of 10,000 long posts, all in one document, stays under it."""

_ENDINGS = (".json", ".jsonl", ".ndjson")


@dataclass(frozen=True, slots=True)
class Document:
    """One document with the place it was found at, or why it cannot be read."""

    place: str
    value: Any = None
    refusal: str = ""


def read_documents(path: Path) -> Iterator[Document]:
    """All documents, in the order of names and lines; the elements of a list are documents of their own.

    Raises `Invalid` where there is no such path or no archive, and for a folder or archive without a single JSON file.
    """
    found = False
    for name, file in _files(path):
        found = True
        with file:
            lines = name.endswith((".jsonl", ".ndjson"))
            yield from _lines(name, file) if lines else _whole(name, file)
    if not found:
        raise Invalid(f"{path} holds no .json or .jsonl file.", {"PATH": "name a folder, zip, .json or .jsonl file"})


def _files(path: Path) -> Iterator[tuple[str, IO[bytes]]]:
    if path.is_dir():
        inside = [file for file in path.rglob("*") if file.suffix in _ENDINGS and file.is_file()]
        for file in sorted(inside, key=lambda one: _natural(str(one.relative_to(path)))):
            yield str(file.relative_to(path)), file.open("rb")
    elif not path.is_file():
        raise Invalid(f"There is no {path}.", {"PATH": "name a folder, zip, .json or .jsonl file"})
    elif path.suffix in _ENDINGS:
        yield path.name, path.open("rb")
    else:
        yield from _zipped(path)


def _zipped(path: Path) -> Iterator[tuple[str, IO[bytes]]]:
    try:
        with zipfile.ZipFile(path) as archive:
            for name in sorted(archive.namelist(), key=_natural):
                if name.endswith(_ENDINGS) and not name.startswith("__MACOSX/"):
                    yield name, archive.open(name)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError) as error:
        raise Invalid(f"{path.name} is no zip archive that can be read: {error}.") from error


def _natural(name: str) -> list[tuple[int, str]]:
    """`9.json` before `10.json`."""
    return [(int(part), "") if part.isdecimal() else (0, part) for part in re.split(r"(\d{1,18})", name)]


def _whole(name: str, file: IO[bytes]) -> Iterator[Document]:
    text = file.read(MAX_DOCUMENT + 1)
    if len(text) > MAX_DOCUMENT:
        yield Document(name, refusal=f"larger than {MAX_DOCUMENT // 2**20} MB")
        return
    yield from _parts(name, text)


def _lines(name: str, file: IO[bytes]) -> Iterator[Document]:
    number = 0
    while line := file.readline(MAX_DOCUMENT + 1):
        number += 1
        place = f"{name} line {number}"
        if len(line) > MAX_DOCUMENT:
            yield Document(place, refusal=f"longer than {MAX_DOCUMENT // 2**20} MB")
            while line and not line.endswith(b"\n"):
                line = file.readline(MAX_DOCUMENT)
        elif line.strip():
            yield from _parts(place, line)


def _parts(place: str, text: bytes) -> Iterator[Document]:
    try:
        value = json.loads(text.removeprefix(b"\xef\xbb\xbf"))
    except (ValueError, RecursionError) as error:
        yield Document(place, refusal=f"not JSON: {error}")
        return
    if isinstance(value, list):
        yield from (Document(f"{place} item {number}", one) for number, one in enumerate(value, 1))
    else:
        yield Document(place, value)


def unwrapped(document: Any) -> tuple[Loose, str]:
    """The answer itself, also out of a recording (`request`, `body`), and the address it answered where that is known."""
    whole = row_of(document)
    if isinstance(whole.get("body"), dict) and isinstance(whole.get("request"), dict):
        return whole["body"], text_of(whole["request"], "uri", "url")
    return whole, ""
