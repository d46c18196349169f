"""What a Stack Exchange dump holds, row by row, as people and posts."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from kb.imports.running import Read
from kb.imports.xml_rows import read_xml_rows
from kb.people.importing import ImportedPerson

QUESTION, ANSWER = "1", "2"
"""Post types of the dump; wikis of tags and the like have others and are passed over."""

_TAG = re.compile(r"[^<>|]+")
"""Dumps write `<api><export>`, newer ones `|api|export|`."""


@dataclass(frozen=True, slots=True)
class DumpedPost:
    """A row of Posts.xml that is a question or an answer."""

    source_id: str
    parent: str
    title: str
    accepted: str
    author: str
    html: str
    votes: int
    licence: str | None
    created_at: datetime
    tags: tuple[str, ...] = ()


def read_people(path: Path) -> Iterator[Read[ImportedPerson]]:
    """The people of Users.xml; none where a partial dump has no such file."""
    if not path.is_file():
        return
    for line, row in read_xml_rows(path):
        try:
            person = ImportedPerson(
                row["Id"], row.get("DisplayName") or f"user {row['Id']}", _moment(row["CreationDate"])
            )
        except (KeyError, ValueError) as error:
            yield Read(line, refusal=_why(error))
        else:
            yield Read(line, person)


def read_posts(path: Path, kind: str) -> Iterator[Read[DumpedPost]]:
    """The posts of one kind; a row that lacks what it must have is refused with its line."""
    for line, row in read_xml_rows(path):
        if row.get("PostTypeId", kind) != kind:
            continue
        try:
            yield Read(line, _post_from(row, kind))
        except (KeyError, ValueError) as error:
            yield Read(line, refusal=_why(error))


def _post_from(row: dict[str, str], kind: str) -> DumpedPost:
    title = row.get("Title", "").strip()
    if kind == QUESTION and not title:
        raise ValueError("a question without a title")
    if "PostTypeId" not in row:
        raise KeyError("PostTypeId")
    return DumpedPost(
        source_id=row["Id"],
        parent=row["Id"] if kind == QUESTION else row["ParentId"],
        title=title[:300],
        accepted=row.get("AcceptedAnswerId", ""),
        author=row.get("OwnerUserId") or f"name:{row.get('OwnerDisplayName', 'somebody')}",
        html=row["Body"],
        votes=int(row.get("Score", "0")),
        licence=row.get("ContentLicense"),
        created_at=_moment(row["CreationDate"]),
        tags=tuple(_TAG.findall(row.get("Tags", ""))),
    )


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def _why(error: KeyError | ValueError) -> str:
    return f"{error.args[0]} is missing" if isinstance(error, KeyError) else str(error)
