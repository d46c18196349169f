"""What an answer of Intercom's API holds: conversations, contacts, admins, companies, in lists, pages or alone.

Every object says itself what it is (`type`), in answers of API versions 1.x to 2.x and in exports of its kind.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from kb.imports.json_documents import unwrapped
from kb.imports.loose_values import Loose, count_of, moment_of, name_of, row_of, rows_of, text_of

TAKEN = {"conversation", "contact", "admin", "company"}
_KINDS = {
    "conversation": "conversation", "contact": "contact", "user": "contact", "lead": "contact", "admin": "admin",
    "teammate": "admin", "bot": "admin", "company": "company",
}  # fmt: skip
_LISTS = {
    "conversations": "conversation", "contacts": "contact", "users": "contact", "admins": "admin", "teammates": "admin",
    "companies": "company", "data": "",
}  # fmt: skip
_PASSED_OVER = {
    "ticket": "tickets of its own kind",
    "team": "teams",
    "tag": "tags",
    "article": "articles",
    "segment": "segments",
}


@dataclass(frozen=True, slots=True)
class Found:
    """An object with its id; of a kind that is not taken `kind` is its name in words."""

    kind: str
    id: str
    value: Loose
    is_aside: bool = False
    """Told within another object: only what it is called there."""

    @property
    def moment(self) -> float:
        """When it was last changed, in seconds since 1970; 0 where it does not say, and before all others where told aside."""
        told = moment_of(self.value, "updated_at", "created_at")
        return -1.0 if self.is_aside else told.timestamp() if told else 0.0


def records_in(document: Any) -> Iterator[Found]:
    """All objects of a document, with the people that stand within a conversation."""
    body, _ = unwrapped(document)
    listed = [(value, _LISTS[key]) for key, value in body.items() if key in _LISTS and isinstance(value, list)]
    if "conversation_parts" in body or (text_of(body, "type") in _KINDS and not listed):
        yield from _record(body, "")
        return
    for value, kind in listed:
        for row in rows_of(value):
            yield from _record(row, kind)


def _record(row: Loose, expected: str) -> Iterator[Found]:
    told = text_of(row, "type").removesuffix(".list")
    kind = "conversation" if "conversation_parts" in row else _KINDS.get(told, expected)
    if not kind:
        yield Found(_PASSED_OVER.get(told, told or "objects without a type"), name_of(row, "id"), row)
        return
    yield Found(kind, name_of(row, "id", "company_id", "user_id"), row)
    if kind == "conversation":
        parts = rows_of(row_of(row.get("conversation_parts")).get("conversation_parts"))
        for holder in (row_of(row.get("source") or row.get("conversation_message")), *parts):
            author = row_of(holder.get("author"))
            inner = _KINDS.get(text_of(author, "type"), "")
            if inner and name_of(author, "id"):
                yield Found(inner, name_of(author, "id"), {key: value for key, value in author.items() if value}, True)


def count_told(document: Any) -> tuple[str, int]:
    """Of which kind how many there are in all, as a page of a list says; ("", 0) of anything else."""
    body, _ = unwrapped(document)
    for key, kind in _LISTS.items():
        rows = rows_of(body.get(key))
        if rows:
            return kind or _KINDS.get(text_of(rows[0], "type"), ""), count_of(body, "total_count")
    return "", 0
