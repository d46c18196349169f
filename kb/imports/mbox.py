"""Raw mails out of an mbox of any size, one at a time, or out of a folder of .eml files; each can be read again by its place."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from kb.core.errors import Invalid
from kb.mail.mime import MAX_MAIL

_SEPARATOR = re.compile(rb"From .{0,200}?\d{1,2}:\d{2}.{0,60}\r?\n?")
"""After an empty line, with a time of day: "From what I see" begins a paragraph, and not every program escapes it."""

_ESCAPED = re.compile(rb"^>(>*From )", re.MULTILINE)

MAX_LINE = 1 << 20
"""Bytes read at once; a longer line comes in pieces."""

FOLDERS = "a file as mail programs export it (.mbox), or a folder of .eml files"


@dataclass(frozen=True, slots=True)
class RawMail:
    """`place` finds it again: where it begins in the mbox and how long it is, or the name of its file."""

    place: str
    content: bytes = field(repr=False, default=b"")
    refusal: str = ""


def iterate_mbox(path: Path) -> Iterator[RawMail]:
    """All mails in the order they lie there. Raises `Invalid` where nothing of the kind does."""
    if path.is_dir():
        yield from _files(path)
    elif path.is_file():
        with path.open("rb") as file:
            yield from _mails(file, path.name)
    else:
        raise Invalid(f"There is no {path}.", {"PATH": FOLDERS})


def read_again(path: Path, place: str) -> bytes:
    """The mail that lay there. Raises `Invalid` where the file has changed so that nothing does."""
    if path.is_dir():
        file = path / place
        if not file.resolve().is_relative_to(path.resolve()) or not file.is_file():
            raise Invalid("It is not in the source.")
        return file.read_bytes()
    begin, _, length = place.partition("+")
    with path.open("rb") as mbox:
        mbox.seek(int(begin))
        return _unescaped(mbox.read(int(length)))


def _files(folder: Path) -> Iterator[RawMail]:
    inside = sorted(path for path in folder.rglob("*.eml") if path.is_file() and not path.is_symlink())
    if not inside:
        raise Invalid(f"{folder} holds no .eml file.", {"PATH": FOLDERS})
    for path in inside:
        place = str(path.relative_to(folder))
        yield (
            RawMail(place, refusal=_too_large())
            if path.stat().st_size > MAX_MAIL
            else RawMail(place, path.read_bytes())
        )


def _mails(file: BinaryIO, name: str) -> Iterator[RawMail]:
    first = file.readline(MAX_LINE)
    if not first.startswith(b"From "):
        raise Invalid(f"{name} does not begin as an mbox does, with a line “From …”.", {"PATH": FOLDERS})
    begin, lines, size = file.tell(), list[bytes](), 0
    after_blank = False
    while True:
        line = file.readline(MAX_LINE)
        if not line or (after_blank and _SEPARATOR.fullmatch(line)):
            yield _mail(begin, lines, size)
            if not line:
                return
            begin, lines, size, after_blank = file.tell(), [], 0, False
            continue
        size += len(line)
        if size <= MAX_MAIL:
            lines.append(line)
        else:
            lines.clear()
        after_blank = not line.strip(b"\r\n")


def _mail(begin: int, lines: list[bytes], size: int) -> RawMail:
    place = f"{begin}+{size}"
    return RawMail(place, refusal=_too_large()) if size > MAX_MAIL else RawMail(place, _unescaped(b"".join(lines)))


def _unescaped(raw: bytes) -> bytes:
    return _ESCAPED.sub(rb"\1", raw)


def _too_large() -> str:
    return f"larger than {MAX_MAIL // 1_000_000} MB"
