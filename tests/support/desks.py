"""Invented answers of other support desks."""

import json
from pathlib import Path
from typing import Any

HOST = "https://fern.zendesk.example"


def agent(id_: int, email: str, **more: Any) -> dict[str, Any]:
    """A Zendesk agent."""
    return {
        "id": id_,
        "name": f"Agent {id_}",
        "email": email,
        "role": "agent",
        "created_at": "2020-01-01T00:00:00Z",
        **more,
    }


def customer(id_: int, email: str | None, **more: Any) -> dict[str, Any]:
    """A Zendesk end user."""
    return {
        "id": id_, "name": f"Customer {id_}", "email": email, "role": "end-user", "created_at": "2021-01-01T00:00:00Z", **more
    }  # fmt: skip


def ticket(id_: int, asker: int, /, **more: Any) -> dict[str, Any]:
    """A Zendesk ticket opened at 10:00."""
    return {
        "id": id_, "url": f"{HOST}/api/v2/tickets/{id_}.json", "requester_id": asker, "submitter_id": asker,
        "subject": f"Ticket {id_}", "description": f"Words of {id_}", "status": "open", "priority": None, "tags": [],
        "created_at": "2024-03-01T10:00:00Z", "updated_at": "2024-03-01T10:00:00Z", **more,
    }  # fmt: skip


def comment(id_: int, author: int, body: str, *, at: str, public: bool = True, **more: Any) -> dict[str, Any]:
    """A comment of the first of March 2024, at that hour."""
    return {
        "id": id_, "type": "Comment", "author_id": author, "body": body, "html_body": f"<p>{body}</p>", "public": public,
        "attachments": [], "created_at": f"2024-03-01T{at}:00Z", **more,
    }  # fmt: skip


def write(folder: Path, **documents: Any) -> Path:
    """Each document a file; double underscores of its name part folders."""
    for name, document in documents.items():
        path = folder / f"{name.replace('__', '/')}.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(document))
    return folder
