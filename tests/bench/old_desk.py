"""A support desk of any size as its API would tell it: pages of tickets, people and comments, out of what the demo's people wrote."""

import json
import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from kb.demo.reading import read_records

PAGE = 1_000
AGENTS = 25
TICKETS_PER_CUSTOMER = 3
BEGAN = datetime(2023, 1, 1, tzinfo=UTC)


def plant_desk(folder: Path, tickets: int) -> None:
    """Incremental exports of Zendesk's shape: each ticket with two or three messages of people, in documents of a thousand."""
    folder.mkdir(parents=True, exist_ok=True)
    asked, answered = _texts()
    chance = random.Random(7)
    _write(folder / "users.jsonl", "users", _people(tickets))
    with (folder / "tickets.jsonl").open("w") as of_tickets, (folder / "events.jsonl").open("w") as of_events:
        for start in range(0, tickets, PAGE):
            numbers = range(start + 1, min(start + PAGE, tickets) + 1)
            page = [_ticket(number, tickets, chance.choice(asked)) for number in numbers]
            events = [_event(one, said) for one in page for said in _comments(one, chance, answered)]
            of_tickets.write(json.dumps({"tickets": page}) + "\n")
            of_events.write(json.dumps({"ticket_events": events}) + "\n")


def _texts() -> tuple[list[str], list[str]]:
    tickets, topics = read_records("tickets"), read_records("topics")
    messages = [message for one in tickets for message in one["messages"]]
    asked = [one["body"] for one in messages if one["kind"] == "customer"] + [one["body"] for one in topics]
    answered = [one["body"] for one in messages if one["kind"] == "agent"] + [
        p["body"] for one in topics for p in one["posts"]
    ]
    return asked, answered


def _write(path: Path, name: str, rows: Iterator[dict[str, Any]]) -> None:
    with path.open("w") as file:
        page: list[dict[str, Any]] = []
        for row in rows:
            page.append(row)
            if len(page) == PAGE:
                file.write(json.dumps({name: page}) + "\n")
                page = []
        file.write(json.dumps({name: page}) + "\n")


def _people(tickets: int) -> Iterator[dict[str, Any]]:
    for number in range(AGENTS + tickets // TICKETS_PER_CUSTOMER + 1):
        role = "agent" if number < AGENTS else "end-user"
        yield {
            "id": 1 + number,
            "name": f"Person {number}",
            "email": f"p{number}@bench.example",
            "role": role,
            "created_at": BEGAN.isoformat(),
        }


def _ticket(number: int, tickets: int, text: str) -> dict[str, Any]:
    opened = BEGAN + timedelta(days=900) * number / tickets
    return {
        "id": number, "subject": f"{' '.join(text.split()[:9])} ({number})", "description": f"{text}\n\nCase {number}", "status": "closed",
        "priority": ("normal", "high", None)[number % 3], "tags": [f"area{number % 40}"], "created_at": opened.isoformat(),
        "requester_id": 1 + AGENTS + number // TICKETS_PER_CUSTOMER, "assignee_id": 1 + number % AGENTS,
    }  # fmt: skip


def _comments(ticket: dict[str, Any], chance: random.Random, answered: list[str]) -> Iterator[tuple[int, int, str]]:
    """Hour, writer and words."""
    yield 0, ticket["requester_id"], ticket["description"]
    yield 2, ticket["assignee_id"], chance.choice(answered)
    if ticket["id"] % 2:
        yield 5, ticket["requester_id"], "Thanks, that worked!"


def _event(ticket: dict[str, Any], said: tuple[int, int, str]) -> dict[str, Any]:
    hour, author, text = said
    moment = (datetime.fromisoformat(ticket["created_at"]) + timedelta(hours=hour)).isoformat()
    comment = {
        "id": ticket["id"] * 10 + hour,
        "event_type": "Comment",
        "author_id": author,
        "body": text,
        "public": True,
        "created_at": moment,
    }
    return {"id": ticket["id"] * 100 + hour, "ticket_id": ticket["id"], "created_at": moment, "child_events": [comment]}
