"""What an answer of Zendesk's API v2 holds, whichever it is: tickets, comments, audits, events, people, organisations, ratings.

Lists and single objects, as they came or within a recording (`request`, `body`), pages by number and by cursor, incremental
exports, search results, and lines of the account's full export.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from kb.imports.json_documents import unwrapped
from kb.imports.loose_values import Loose, id_of, moment_of, row_of, rows_of, text_of

_KINDS = {
    "tickets": "ticket", "ticket": "ticket",
    "comments": "comment", "comment": "comment",
    "audits": "audit", "audit": "audit", "ticket_audits": "audit",
    "ticket_events": "event",
    "users": "user", "user": "user", "end_users": "user",
    "organizations": "organization", "organization": "organization",
    "satisfaction_ratings": "rating", "satisfaction_rating": "rating",
    "ticket_metrics": "metric", "ticket_metric": "metric", "metric_sets": "metric",
    "ticket_fields": "field", "ticket_field": "field",
    "groups": "group", "group": "group",
    "results": "result",
}  # fmt: skip
_PASSED_OVER = {
    "suspended_tickets": "suspended tickets", "suspended_ticket": "suspended tickets",
    "deleted_tickets": "deleted tickets",
    "topics": "community posts", "topic": "community posts", "posts": "community posts",
    "topic_comments": "community comments", "topic_comment": "community comments",
    "tags": "lists of tags",
}  # fmt: skip
_TICKET_IN_PATH = re.compile(r"tickets?[/_-](\d{1,18})[/_-](?:comments|audits)")
_KIND_IN_PATH = re.compile(r"/api/v2/(?:[\w/]*/)?([a-z_]+)/\d+(?:\.json)?$")


@dataclass(frozen=True, slots=True)
class Found:
    """A record; `parent` is the ticket it belongs to. Of a kind that is not taken `kind` is its name in words."""

    kind: str
    id: str
    value: Loose
    parent: str = ""

    @property
    def is_taken(self) -> bool:
        """Whether something is made of it."""
        return self.kind in _KINDS.values() and bool(self.id)


def records_in(document: Any, place: str) -> Iterator[Found]:
    """All records of a document. `place` may say which ticket its comments belong to, as in `tickets/12/comments.json`."""
    body, address = unwrapped(document)
    ticket = _TICKET_IN_PATH.search(address) or _TICKET_IN_PATH.search(place)
    parent = ticket[1] if ticket else ""
    listed = [(key, value) for key, value in body.items() if key in _KINDS or key in _PASSED_OVER]
    if id_of(body, "id") and (kind := _kind_of(body)):
        yield from _records(kind, body, parent)
    elif listed:
        for key, value in listed:
            yield from _listed(key, value, parent)


def _kind_of(row: Loose) -> str:
    """Of an object that stands alone, by its own address, else by what only its kind has."""
    named = _KIND_IN_PATH.search(text_of(row, "url"))
    if named and named[1] in _KINDS:
        return _KINDS[named[1]]
    if "requester_id" in row or ("requester" in row and "status" in row):
        return "ticket"
    if "author_id" in row and ("html_body" in row or "plain_body" in row):
        return "comment"
    return "user" if "email" in row and "role" in row else ""


def _listed(key: str, value: Any, parent: str) -> Iterator[Found]:
    rows = rows_of(value) if isinstance(value, list) else [row_of(value)] if value else []
    if key in _PASSED_OVER:
        yield from (Found(_PASSED_OVER[key], id_of(row, "id") or text_of(row, "name"), row) for row in rows)
        return
    for row in rows:
        yield from _records(_KINDS[key], row, parent)


def _records(kind: str, row: Loose, parent: str) -> Iterator[Found]:
    match kind:
        case "ticket":
            yield from _ticket(row)
        case "audit":
            ticket = id_of(row, "ticket_id") or parent
            for event in rows_of(row.get("events")):
                yield from _event(event, row, ticket)
        case "event":
            for event in rows_of(row.get("child_events")):
                yield from _event(event, row, id_of(row, "ticket_id"))
        case "result":
            yield from _result(row)
        case "rating" | "metric" | "comment":
            yield Found(kind, id_of(row, "id"), row, id_of(row, "ticket_id") or parent)
        case _:
            yield Found(kind, id_of(row, "id"), row)


def _ticket(row: Loose) -> Iterator[Found]:
    """A line of a full export holds its people and comments itself."""
    ticket = id_of(row, "id")
    kept = {key: value for key, value in row.items() if key not in {"comments", "fields", "audits"}}
    for role in ("requester", "assignee", "submitter"):
        person = row_of(row.get(role))
        if id_of(person, "id"):
            kept[f"{role}_id"] = person["id"]
            yield Found("user", id_of(person, "id"), person)
    company = row_of(row.get("organization"))
    if id_of(company, "id"):
        kept["organization_id"] = company["id"]
        yield Found("organization", id_of(company, "id"), company)
    yield Found("ticket", ticket, kept)
    for comment in rows_of(row.get("comments")):
        author = row_of(comment.get("author"))
        if id_of(author, "id"):
            yield Found("user", id_of(author, "id"), author)
        yield Found("comment", id_of(comment, "id"), comment, ticket)
    for audit in rows_of(row.get("audits")):
        yield from _records("audit", audit, ticket)


def _event(event: Loose, of: Loose, ticket: str) -> Iterator[Found]:
    """Comments alone: what else happened to a ticket shows in how it stands now."""
    if not text_of(event, "type", "event_type").endswith("Comment"):
        return
    told = {key: of[key] for key in ("author_id", "created_at", "via") if of.get(key)}
    if "author_id" not in told and of.get("updater_id"):
        told["author_id"] = of["updater_id"]
    if "created_at" not in told and of.get("timestamp"):
        told["created_at"] = of["timestamp"]
    yield Found("comment", id_of(event, "id"), {**told, **{k: v for k, v in event.items() if v is not None}}, ticket)


def _result(row: Loose) -> Iterator[Found]:
    """A hit of a search, or a line of the first incremental export, which names people and things in words."""
    kind = text_of(row, "result_type")
    if kind in _KINDS:
        yield from _records(_KINDS[kind], row, "")
    elif kind:
        yield Found(f"search results of kind {kind}", id_of(row, "id"), row)
    elif id_of(row, "req_id"):
        yield Found("user", id_of(row, "req_id"), _given(row, id="req_id", name="req_name", email="req_email"))
        ticket = _given(
            row, id="id", subject="subject", requester_id="req_id", created_at="created_at", updated_at="updated_at",
            assignee_id="assignee_id", solved_at="solved_at",
        )  # fmt: skip
        ticket |= {field: text_of(row, field).lower() for field in ("status", "priority") if text_of(row, field)}
        ticket["tags"] = text_of(row, "current_tags").split()
        score = text_of(row, "satisfaction_score").lower()
        ticket["satisfaction_rating"] = {"score": score, "created_at": row.get("updated_at")}
        yield Found("ticket", id_of(row, "id"), ticket)


def _given(row: Loose, **names: str) -> dict[str, Any]:
    return {name: row[theirs] for name, theirs in names.items() if row.get(theirs) not in {None, ""}}


def moment_in(found: Found) -> float:
    """Seconds since 1970: when a comment was written, when anything else was last changed; 0 where it does not say."""
    keys = ("created_at", "timestamp") if found.kind == "comment" else ("updated_at", "created_at")
    moment = moment_of(found.value, *keys)
    return moment.timestamp() if moment else 0.0
