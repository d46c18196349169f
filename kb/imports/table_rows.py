"""Rows of a CSV, TSV or JSONL file with their lines; one bad row never costs the rest."""

import csv
import json
from collections.abc import Iterator
from pathlib import Path
from typing import TextIO

from kb.core.errors import Invalid
from kb.imports.running import Read

MAX_LINE = 1_000_000
"""Characters. A ticket of a megabyte is a file pasted by accident; it is refused by line, the rest goes on."""

Row = dict[str, str]


def read_csv_rows(path: Path, *, encoding: str, delimiter: str) -> Iterator[Read[Row]]:
    """Rows by the header's names. Raises `Invalid` for a wrong encoding or a file without a header."""
    with _opened(path, encoding) as file:
        lines = _Lines(file)
        reader = csv.reader(lines, delimiter=delimiter)
        header = [name.strip() for name in next(reader, [])]
        if not header:
            raise Invalid(f"{path.name} is empty.", {"FILE": "the first row must name the columns"})
        while True:
            began = reader.line_num + 1
            try:
                fields = next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                yield Read(began, refusal=str(error))
                continue
            yield _row(began, header, fields, too_long=lines.took_too_long())


def _row(line: int, header: list[str], fields: list[str], *, too_long: bool) -> Read[Row]:
    if too_long:
        return Read(line, refusal=f"longer than {MAX_LINE:,} characters")
    if len(fields) != len(header):
        return Read(line, refusal=f"{len(fields)} fields where the header has {len(header)}")
    return Read(line, dict(zip(header, fields, strict=True)))


def read_jsonl_rows(path: Path, *, encoding: str) -> Iterator[Read[Row]]:
    """One JSON object a line; values become text. Blank lines are passed over."""
    with _opened(path, encoding) as file:
        lines = _Lines(file)
        for number, text in enumerate(lines, 1):
            if lines.took_too_long():
                yield Read(number, refusal=f"longer than {MAX_LINE:,} characters")
            elif text.strip():
                yield _object(number, text)


def _object(line: int, text: str) -> Read[Row]:
    try:
        document = json.loads(text)
    except (ValueError, RecursionError) as error:
        return Read(line, refusal=f"not JSON: {error}")
    if not isinstance(document, dict):
        return Read(line, refusal="not a JSON object")
    return Read(line, _as_text(document))


def _as_text(document: dict[str, object]) -> Row:
    return {
        str(key): value if isinstance(value, str) else json.dumps(value)
        for key, value in document.items()
        if value is not None
    }


class _Lines:
    """Lines of a file, none longer than MAX_LINE: the rest of a longer one is read past and remembered as refused.

    Raises `Invalid` where the file is not in the encoding it was opened with.
    """

    def __init__(self, file: TextIO) -> None:
        self._file = file
        self._too_long = False

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self._read()
        if not line:
            raise StopIteration
        if len(line) < MAX_LINE or line.endswith("\n"):
            return line
        self._too_long = True
        while (rest := self._read()) and not rest.endswith("\n"):
            pass
        return "\n"

    def _read(self) -> str:
        try:
            return self._file.readline(MAX_LINE)
        except UnicodeDecodeError as error:
            raise _wrong_encoding(self._file, error) from error

    def took_too_long(self) -> bool:
        """Whether a line since the last question was too long."""
        was, self._too_long = self._too_long, False
        return was


def _opened(path: Path, encoding: str) -> TextIO:
    csv.field_size_limit(MAX_LINE)
    try:
        return path.open(encoding=encoding, newline="")
    except FileNotFoundError as error:
        raise Invalid(f"There is no file {path}.", {"FILE": "name an existing file"}) from error
    except LookupError as error:
        raise Invalid(
            f"Unknown encoding {encoding}.", {"--encoding": "for example utf-8, utf-16 or latin-1"}
        ) from error


def _wrong_encoding(file: TextIO, error: UnicodeDecodeError) -> Invalid:
    found = error.object[error.start]
    return Invalid(
        f"{Path(file.name).name} is not {file.encoding}: byte 0x{found:02x} does not belong there.",
        {"--encoding": "say which it is, for example latin-1 or utf-16; what was read before stands imported"},
    )
