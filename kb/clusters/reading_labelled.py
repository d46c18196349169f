"""Reads questions with labels people gave, from CSV, TSV or JSONL, and refuses what it cannot read by line and column."""

import csv
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from kb.core.errors import Invalid

SEPARATORS = {".csv": ",", ".tsv": "\t", ".tab": "\t"}
LINES = {".jsonl", ".ndjson"}
# Ten megabytes: longer fields are a broken quote that swallowed the rest of the file.
LONGEST_FIELD = 10_000_000


@dataclass(frozen=True, slots=True)
class LabelledTexts:
    """Texts and their labels, in the file's order."""

    texts: tuple[str, ...]
    labels: tuple[str, ...]


def read_labelled(path: Path, *, text_column: str, label_column: str) -> LabelledTexts:
    """Raises `Invalid` naming the file, and the line and column where reading stopped."""
    kind = path.suffix.lower()
    if kind not in SEPARATORS and kind not in LINES:
        raise Invalid(f"{path.name}: only .csv, .tsv and .jsonl files are read", {"data": "unknown kind of file"})
    try:
        rows = _read_lines(path) if kind in LINES else _read_table(path, SEPARATORS[kind], (text_column, label_column))
        pairs = [_take(path, line, row, text_column, label_column) for line, row in rows]
    except OSError as error:
        raise Invalid(f"{path}: {error.strerror or error}", {"data": "cannot be read"}) from error
    except UnicodeDecodeError as error:
        raise Invalid(f"{path.name} is not UTF-8: byte {error.start} cannot be read", {"data": "not UTF-8"}) from error
    if len(pairs) < 2:
        raise Invalid(f"{path.name}: clusters need at least 2 rows, found {len(pairs)}", {"data": "too few rows"})
    return LabelledTexts(tuple(text for text, _ in pairs), tuple(label for _, label in pairs))


def _read_table(path: Path, separator: str, wanted: tuple[str, str]) -> Iterator[tuple[int, dict[str, object]]]:
    csv.field_size_limit(LONGEST_FIELD)
    with path.open(encoding="utf-8-sig", newline="") as stream:
        reader = csv.DictReader(stream, delimiter=separator, strict=True)
        try:
            _demand_columns(path, list(reader.fieldnames or ()), wanted)
            for row in reader:
                yield reader.line_num, dict(row)
        except csv.Error as error:
            # An unclosed quote runs to the end of the file; `line_num` still says where the last whole row ended.
            message = f"{path.name}, line {reader.line_num + 1}: {error}"
            raise Invalid(message, {"data": f"line {reader.line_num + 1} is broken"}) from error


def _demand_columns(path: Path, found: list[str], wanted: tuple[str, str]) -> None:
    for column in wanted:
        if column not in found:
            there = ", ".join(found) or "none"
            raise Invalid(f"{path.name} has no column {column!r}; its columns are: {there}", {column: "no such column"})


def _read_lines(path: Path) -> Iterator[tuple[int, dict[str, object]]]:
    with path.open(encoding="utf-8-sig") as stream:
        for number, line in enumerate(stream, start=1):
            if not line.strip():
                continue
            try:
                row = json.loads(line)
            except ValueError as error:
                raise Invalid(f"{path.name}, line {number}: {error}", {"data": f"line {number} is not JSON"}) from error
            if not isinstance(row, dict):
                raise Invalid(f"{path.name}, line {number}: not an object", {"data": f"line {number} is not an object"})
            yield number, row


def _take(path: Path, line: int, row: dict[str, object], text_column: str, label_column: str) -> tuple[str, str]:
    return _text(path, line, row, text_column), _text(path, line, row, label_column)


def _text(path: Path, line: int, row: dict[str, object], column: str) -> str:
    value = row.get(column)
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        problem = "is missing" if value is None else "is neither text nor a number"
        raise Invalid(f"{path.name}, line {line}, column {column!r} {problem}", {column: f"line {line}: {problem}"})
    text = str(value).strip()
    if not text:
        raise Invalid(f"{path.name}, line {line}, column {column!r} is empty", {column: f"line {line}: is empty"})
    return text
