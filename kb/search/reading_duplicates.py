"""Reads questions of which people said that they are the same: groups, pairs, or a Stack Exchange dump with its links."""

import csv
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

from kb.clusters.reading_labelled import LINES, SEPARATORS, read_labelled
from kb.core.errors import Invalid
from kb.text.plain import plain_from_html

PAIR_COLUMNS = ("question1", "question2", "is_duplicate")
"""As in the well-known files of question pairs."""

YES = {"1", "true", "yes", "duplicate"}

DUPLICATE_LINK = "3"
"""Stack Exchange's LinkTypeId; 1 is only "related"."""


@dataclass(frozen=True, slots=True)
class SameQuestions:
    """Texts and the group each belongs to. Of a group of one nobody knows a duplicate: it only stands in the way of others."""

    texts: tuple[str, ...]
    groups: tuple[int, ...]


def read_duplicates(path: Path, *, text_column: str = "text", label_column: str = "label") -> SameQuestions:
    """A file with PAIR_COLUMNS, a file with a text and the label of its group, or a folder with Posts.xml and PostLinks.xml.

    Raises `Invalid` naming file, line and column.
    """
    if path.is_dir():
        return _read_dump(path)
    if set(PAIR_COLUMNS) <= set(_columns(path)):
        return _read_pairs(path)
    labelled = read_labelled(path, text_column=text_column, label_column=label_column)
    return SameQuestions(labelled.texts, _number(labelled.labels))


def _columns(path: Path) -> Sequence[str]:
    """Of the first line; none where the file cannot be read, which `read_labelled` says better."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            if path.suffix.lower() in LINES:
                first = json.loads(stream.readline())
                return list(first) if isinstance(first, dict) else ()
            return next(csv.reader(stream, delimiter=SEPARATORS.get(path.suffix.lower(), ",")), [])
    except (OSError, ValueError, csv.Error):
        return ()


def _read_pairs(path: Path) -> SameQuestions:
    first, second, same = PAIR_COLUMNS
    left = read_labelled(path, text_column=first, label_column=same)
    right = read_labelled(path, text_column=second, label_column=same)
    texts = tuple(dict.fromkeys([*left.texts, *right.texts]))
    pairs = [
        (a, b) for a, b, label in zip(left.texts, right.texts, left.labels, strict=True) if label.casefold() in YES
    ]
    return SameQuestions(texts, _join(texts, pairs))


def _read_dump(folder: Path) -> SameQuestions:
    posts, links = folder / "Posts.xml", folder / "PostLinks.xml"
    for needed in (posts, links):
        if not needed.is_file():
            raise Invalid(f"{folder} holds no {needed.name}", {"path": f"{needed.name} is missing"})
    asked = {
        row["Id"]: f"{row['Title']}\n{plain_from_html(row.get('Body', ''))}"
        for row in _rows(posts)
        if row.get("PostTypeId") == "1"
    }
    ids = tuple(asked)
    pairs = [
        (row["PostId"], row["RelatedPostId"])
        for row in _rows(links)
        if row.get("LinkTypeId") == DUPLICATE_LINK and row["PostId"] in asked and row["RelatedPostId"] in asked
    ]
    return SameQuestions(tuple(asked[id_] for id_ in ids), _join(ids, pairs))


def _rows(path: Path) -> Iterable[dict[str, str]]:
    try:
        for _, element in ElementTree.iterparse(path):  # noqa: S314 - the operator's own file
            if element.tag == "row":
                yield dict(element.attrib)
            element.clear()
    except ElementTree.ParseError as error:
        raise Invalid(f"{path.name}: {error}", {"path": f"{path.name} is broken"}) from error


def _join(names: Sequence[str], pairs: Iterable[tuple[str, str]]) -> tuple[int, ...]:
    """The same is the same as the same: pairs that share a question are one group."""
    group = {name: number for number, name in enumerate(names)}
    members = {number: [name] for name, number in group.items()}
    for a, b in pairs:
        into, out_of = sorted((group[a], group[b]))
        if into != out_of:
            moved = members.pop(out_of)
            members[into] += moved
            group.update(dict.fromkeys(moved, into))
    return tuple(group[name] for name in names)


def _number(labels: Sequence[str]) -> tuple[int, ...]:
    known: dict[str, int] = {}
    return tuple(known.setdefault(label, len(known)) for label in labels)
