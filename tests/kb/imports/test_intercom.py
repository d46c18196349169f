"""An Intercom comes in from its API's answers: conversations with parts, people told apart, private words kept private."""

import json
from pathlib import Path
from typing import Any

from kb.core.actor import SYSTEM
from kb.core.database import fetch_all, fetch_value
from kb.core.policy import Role
from kb.imports.desks.bringing_in import DeskCounts, import_desk
from kb.imports.desks.intercom import Intercom
from tests.support.desks import write
from tests.support.factories import make_person

AT = 1_709_287_200  # the first of March 2024, 10:00


def conversation(id_: str, **more: Any) -> dict[str, Any]:
    return {
        "type": "conversation", "id": id_, "created_at": AT, "updated_at": AT + 9000, "title": None, "state": "open", "open": True,
        "priority": "not_priority", "contacts": {"type": "contact.list", "contacts": [{"type": "contact", "id": "c1"}]},
        "source": {"type": "conversation", "id": "s", "subject": "<p>Invoice lost</p>", "body": f"<p>Where is <b>invoice {id_}</b>?</p>",
                   "author": {"type": "user", "id": "c1", "name": "Ada", "email": "ada@acme.example"}, "attachments": []},
        "tags": {"type": "tag.list", "tags": [{"type": "tag", "id": "1", "name": "Billing"}]},
        "conversation_parts": {"type": "conversation_part.list", "conversation_parts": [], "total_count": 0}, **more,
    }  # fmt: skip


def part(id_: int, kind: str, author: dict[str, Any], body: str | None, *, minutes: int, **more: Any) -> dict[str, Any]:
    return {
        "type": "conversation_part", "id": str(id_), "part_type": kind, "body": body, "created_at": AT + 60 * minutes, "author": author,
        "attachments": [], **more,
    }  # fmt: skip


async def bring_in(path: Path) -> DeskCounts:
    with Intercom(path) as desk:
        return await import_desk(SYSTEM, desk, kind="intercom", source="fern")


async def told(sql: str) -> list[tuple[Any, ...]]:
    return [tuple(row) for row in await fetch_all(sql)]


async def test_a_conversation_comes_with_everything_that_was_said_in_it(db: str, tmp_path: Path) -> None:
    helper = await make_person(Role.AGENT, name="Maja")
    email = await fetch_value("select email from person where id = $1", helper.person_id)
    maja, ada = {"type": "admin", "id": "7", "name": "Maja", "email": email}, {"type": "user", "id": "c1"}
    whole = conversation(
        "100", state="closed", open=False, priority="priority", admin_assignee_id=7,
        conversation_rating={"rating": 2, "remark": "Too slow", "created_at": AT + 8000},
        conversation_parts={"conversation_parts": [
            part(3, "comment", ada, "<p>Thanks, found it</p>", minutes=30, attachments=[{"name": "a.png", "url": "https://x.example/a.png"}]),
            part(1, "note", maja, "<p>Ask <i>billing</i></p>", minutes=10), part(2, "comment", maja, "<p>In your folder.</p>", minutes=20),
            part(4, "close", maja, None, minutes=40),
            part(5, "assignment", {"type": "bot", "id": "9", "name": "Operator"}, None, minutes=5),
        ]},
    )  # fmt: skip
    folder = write(
        tmp_path / "i",
        conversations={"type": "conversation.list", "conversations": [whole], "total_count": 1, "pages": {"next": None}},
        contacts={"type": "list", "data": [
            {"type": "contact", "id": "c1", "role": "user", "name": "Ada L.", "email": "Ada@acme.example", "signed_up_at": AT,
             "companies": {"type": "list", "data": [{"type": "company", "id": "co1"}]}},
            {"type": "contact", "id": "c2", "role": "lead", "name": "", "email": "nobody"}]},
        companies={"type": "list", "data": [{"type": "company", "id": "co1", "company_id": "acme-1", "name": "Acme"}]},
        admins={"type": "admin.list", "admins": [maja]},
        teams={"type": "list", "data": [{"type": "team", "id": "1"}]},
    )  # fmt: skip

    counts = await bring_in(folder)
    again = await bring_in(folder)

    assert (counts.tickets.imported, counts.accounts, counts.passed_over, counts.missing.rejected) == (
        1,
        1,
        {"teams": 1},
        0,
    )
    assert (again.tickets.imported, again.tickets.unchanged, again.people.imported, again.accounts) == (0, 1, 0, 0)
    assert await told(
        "select m.kind, p.name, m.body_source from ticket_message m join person p on p.id = m.author_id order by position"
    ) == [
        ("customer", "Ada L.", "Where is **invoice 100**?"), ("note", "Maja", "Ask *billing*"), ("agent", "Maja", "In your folder."),
        ("customer", "Ada L.", "Thanks, found it"),
    ]  # fmt: skip
    assert await told(
        "select t.subject, t.state, t.priority, t.assignee_id, p.email, a.external_id, s.score, s.comment, g.name from ticket t"
        " join person p on p.id = t.requester_id join account a on a.id = p.account_id join ticket_satisfaction s on s.ticket_id = t.id"
        " join ticket_tag g on g.ticket_id = t.id"
    ) == [
        ("Invoice lost", "solved", "high", helper.person_id, "ada@acme.example", "acme-1", "bad", "Too slow", "billing")
    ]  # fmt: skip
    assert await told("select name, place from import_attachment") == [("a.png", "https://x.example/a.png")]
    assert await told("select name from outbox_message") == [("ImportsWait",), ("ImportsWait",)]


async def test_older_shapes_single_answers_and_lines_come_in_too(db: str, tmp_path: Path) -> None:
    old = {
        "type": "conversation", "id": "5", "created_at": AT, "user": {"type": "user", "id": "u1"}, "open": False,
        "assignee": {"type": "nobody_admin", "id": None}, "conversation_message": {
            "type": "conversation_message", "subject": "", "body": "Plain words", "author": {"type": "lead", "id": "u1"}},
        "conversation_parts": {"type": "conversation_part.list", "conversation_parts": []},
    }  # fmt: skip
    folder = write(
        tmp_path / "i", one=conversation("6"), page={"conversations": [old], "total_count": 40}, users={"type": "user.list", "users": []}
    )  # fmt: skip
    outbound = conversation("7")
    outbound["source"]["author"] = {"type": "admin", "id": "7", "name": "Maja"}
    (folder / "lines.jsonl").write_text(f"{json.dumps(outbound)}\n\n[]\n{{torn")

    counts = await bring_in(folder)

    assert counts.tickets.imported == 3
    assert [reason for _, reason in counts.missing.rejections] == [
        "3 of 40 objects of the kind conversation are in the documents"
    ]
    assert [reason.split(":")[0] for _, reason in counts.documents.rejections] == ["lines.jsonl line 4"]
    assert await told(
        "select t.source_id, t.state, p.name, m.kind from ticket t join person p on p.id = t.requester_id"
        " join ticket_message m on m.ticket_id = t.id order by 1"
    ) == [
        ("5", "solved", "A customer", "customer"), ("6", "open", "Ada", "customer"), ("7", "open", "Ada", "agent")
    ]  # fmt: skip


async def test_junk_is_named_and_the_rest_comes_in(db: str, tmp_path: Path) -> None:
    folder = write(
        tmp_path / "i",
        a=[conversation("1", source=None), conversation("2", tags="x", contacts=[], conversation_rating={"rating": True}, priority=3),
           {"type": "conversation", "id": None, "conversation_parts": 7}, {"type": "survey", "id": "9"}, 12],
        b={"errors": ["rate limit"]},
    )  # fmt: skip

    counts = await bring_in(folder)

    assert counts.tickets.imported == 1
    assert [reason for _, reason in counts.tickets.rejections] == ["conversation 1: nothing is said in it"]
    assert [reason.split(":")[0] for _, reason in counts.documents.rejections] == [
        "a.json item 4",
        "a.json item 5",
        "b.json",
    ]
