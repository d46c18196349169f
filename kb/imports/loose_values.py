"""Values of other people's JSON, which may be missing or of another type than documented."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from kb.text import storing

Loose = Mapping[str, Any]

_SPACE_BEFORE_ZONE = re.compile(r" (?=[+-]\d\d:?\d\d$)")


def storable(text: str) -> str:
    """Without the characters Postgres cannot hold."""
    return storing.storable(text, "")


def text_of(row: Loose, *keys: str) -> str:
    """The first of these that is text, as Postgres can hold it; else empty."""
    for key in keys:
        value = row.get(key)
        if isinstance(value, str) and value.strip():
            return storable(value).strip()
    return ""


def id_of(row: Loose, *keys: str) -> str:
    """The first of these that names something: a whole number, also written as text; else empty."""
    for key in keys:
        value = row.get(key)
        if isinstance(value, int) and not isinstance(value, bool):
            return str(value)
        if isinstance(value, str) and value.strip().lstrip("-").isdecimal() and value.isascii():
            return str(int(value))
    return ""


def name_of(row: Loose, *keys: str) -> str:
    """The first of these that names something: a word, or a whole number; else empty."""
    for key in keys:
        value = row.get(key)
        if isinstance(value, int) and not isinstance(value, bool):
            return str(value)
        if isinstance(value, str) and value.strip():
            return storable(value).strip()[:200]
    return ""


def count_of(row: Loose, key: str) -> int:
    """A number that fits a column, 0 where there is none."""
    found = id_of(row, key)
    return max(-(2**31), min(int(found), 2**31 - 1)) if found else 0


def moment_of(row: Loose, *keys: str) -> datetime | None:
    """The first of these that is a time: ISO 8601 (also `2012-09-06 12:18:55 -0800`), or seconds or milliseconds since 1970."""
    for key in keys:
        if found := _moment(row.get(key)):
            return found
    return None


def _moment(value: Any) -> datetime | None:
    try:
        if isinstance(value, str):
            found = datetime.fromisoformat(_SPACE_BEFORE_ZONE.sub("", value.strip()))
            return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)
        if isinstance(value, int | float) and not isinstance(value, bool):
            return datetime.fromtimestamp(value / 1000 if value > 10**11 else value, UTC)
    except (ValueError, OverflowError, OSError):
        return None
    return None


def rows_of(value: Any) -> list[Loose]:
    """The objects of a list; nothing of anything else."""
    return [row for row in value if isinstance(row, dict)] if isinstance(value, list) else []


def row_of(value: Any) -> Loose:
    """The object, empty where it is none."""
    return value if isinstance(value, dict) else {}
