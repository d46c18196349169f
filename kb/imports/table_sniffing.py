"""In which encoding a table is written and what parts its fields, told by the file itself."""

import codecs
import csv
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from kb.core.errors import Invalid

DELIMITERS = (",", ";", "\t", "|")

CHUNK = 1 << 20

LOOKED_AT = 20
"""Records that must agree on the number of their fields."""

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


@dataclass(frozen=True, slots=True)
class Written:
    """How a table is written."""

    encoding: str
    delimiter: str


def sniff_table(path: Path) -> Written:
    """Raises `Invalid` where there is no such file."""
    if not path.is_file():
        raise Invalid(f"There is no file {path}.", {"FILE": "name an existing file"})
    encoding = sniff_encoding(path)
    return Written(encoding, sniff_delimiter(path, encoding))


def sniff_encoding(path: Path) -> str:
    """By its mark; else UTF-8 if all of it is, UTF-16 where every other byte is empty, and what Windows wrote of old."""
    with path.open("rb") as file:
        head = file.read(4096)
        for mark, encoding in _MARKS:
            if head.startswith(mark):
                return encoding
        if head.count(b"\x00") > len(head) // 4:
            return "utf-16-le" if head[1:2] == b"\x00" else "utf-16-be"
        file.seek(0)
        decoder = codecs.getincrementaldecoder("utf-8")()
        try:
            while chunk := file.read(CHUNK):
                decoder.decode(chunk)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return "cp1252" if _is_cp1252(path) else "latin-1"
    return "utf-8"


def _is_cp1252(path: Path) -> bool:
    with path.open("rb") as file:
        try:
            while chunk := file.read(CHUNK):
                chunk.decode("cp1252")
        except UnicodeDecodeError:
            return False
    return True


def sniff_delimiter(path: Path, encoding: str) -> str:
    """The sign by which the first records have most fields, and all as many as the header."""
    return max(DELIMITERS, key=lambda sign: _agreement(path, encoding, sign))


def _agreement(path: Path, encoding: str, delimiter: str) -> tuple[float, int]:
    with path.open(encoding=encoding, errors="replace", newline="") as file:
        try:
            records = [fields for fields in islice(csv.reader(file, delimiter=delimiter), LOOKED_AT + 1) if fields]
        except csv.Error:
            return 0.0, 0
    if not records or len(records[0]) < 2:
        return 0.0, 0
    width = len(records[0])
    return sum(len(fields) == width for fields in records) / len(records), width
