"""Tickets from tables: columns by name, bad rows by line, everything else in."""

import json
from pathlib import Path

import pytest

from kb.core.actor import SYSTEM
from kb.core.database import fetch_all, fetch_value
from kb.core.errors import Invalid
from kb.imports.tickets import Columns, import_tickets, rows_of
from tests.support.shared_data import shared_data


def table(path: Path, text: str, encoding: str = "utf-8") -> Path:
    """A file with this text."""
    path.write_bytes(text.encode(encoding))
    return path


async def test_columns_are_named_by_options(db: str, tmp_path: Path) -> None:
    path = table(
        tmp_path / "t.csv",
        "ref,mail,who,what,answer,when\n"
        'A1,ada@example.com,Ada,"My invoice, again",Sent it again.,2026-03-01T10:00:00\n'
        "A2,bob@example.com,Bob,Where is it?,,\n",
    )
    columns = Columns(body="what", id="ref", email="mail", requester="who", reply="answer", created_at="when")

    counts = await import_tickets(SYSTEM, rows_of(path), source="old desk", columns=columns)

    assert (counts.imported, counts.rejected) == (2, 0)
    tickets = await fetch_all(
        "select t.subject, t.state, p.email, t.message_count from ticket t join person p on p.id = t.requester_id order by number"
    )
    assert [tuple(t) for t in tickets] == [
        ("My invoice, again", "solved", "ada@example.com", 2),
        ("Where is it?", "open", "bob@example.com", 1),
    ]


async def test_each_bad_row_is_reported_with_line_and_reason_and_the_rest_comes_in(db: str, tmp_path: Path) -> None:
    path = table(
        tmp_path / "t.csv",
        "id,text\n1,good\n2,\n3,too,many\n4,"
        + "x" * 1_200_000
        + '\n5,"over two\nlines"\n6,'
        + "y" * 140_000
        + "\n7,fine\n",
    )

    counts = await import_tickets(SYSTEM, rows_of(path), source="s", columns=Columns(body="text", id="id"))

    assert counts.imported == 3
    reasons = dict(counts.rejections)
    assert reasons[3] == "text is empty"
    assert reasons[4] == "3 fields where the header has 2"
    assert reasons[5] == "longer than 1,000,000 characters"
    assert "140,000 characters long" in reasons[8]
    assert len(reasons) == 4


async def test_a_text_longer_than_a_message_may_be_becomes_several(db: str, tmp_path: Path) -> None:
    words = "It stops when I press send. " * 2_000
    path = table(tmp_path / "t.csv", f"id,text,reply\n1,{words},Try again.\n")

    counts = await import_tickets(
        SYSTEM, rows_of(path), source="s", columns=Columns(body="text", id="id", reply="reply")
    )

    assert (counts.imported, counts.rejected) == (1, 0)
    kept = await fetch_all("select kind, body_source from ticket_message order by position")
    assert [row["kind"] for row in kept] == ["customer", "customer", "agent"]
    assert " ".join(row["body_source"] for row in kept[:2]) == words.strip()


async def test_a_row_of_50_mb_is_refused_without_being_held(db: str, tmp_path: Path) -> None:
    path = tmp_path / "big.jsonl"
    with path.open("w") as file:
        file.write(json.dumps({"text": "before"}) + "\n")
        file.write('{"text": "' + "x" * 50_000_000 + '"}\n')
        file.write(json.dumps({"text": "after"}) + "\n")

    counts = await import_tickets(SYSTEM, rows_of(path), source="s", columns=Columns(body="text"))

    assert counts.imported == 2
    assert counts.rejections == [(2, "longer than 1,000,000 characters")]


async def test_jsonl_rows_that_are_not_objects_are_reported(db: str, tmp_path: Path) -> None:
    path = table(tmp_path / "t.jsonl", '{"text": "one"}\n[1]\n{"text": \n\n{"text": "two", "n": 3}\n')

    counts = await import_tickets(SYSTEM, rows_of(path), source="s", columns=Columns(body="text"))

    assert counts.imported == 2
    assert [line for line, _ in counts.rejections] == [2, 3]


async def test_the_wrong_encoding_is_refused_and_names_the_option(db: str, tmp_path: Path) -> None:
    path = table(tmp_path / "t.csv", "text\nprivét\n", "latin-1")

    with pytest.raises(Invalid, match="0xe9") as refusal:
        await import_tickets(SYSTEM, rows_of(path, encoding="utf-8"), source="s", columns=Columns(body="text"))
    assert "--encoding" in refusal.value.fields

    counts = await import_tickets(SYSTEM, rows_of(path, encoding="latin-1"), source="s", columns=Columns(body="text"))
    assert counts.imported == 1


async def test_an_unknown_column_is_refused_and_the_others_are_named(db: str, tmp_path: Path) -> None:
    path = table(tmp_path / "t.csv", "a,b\n1,2\n")

    with pytest.raises(Invalid, match="no column text") as refusal:
        await import_tickets(SYSTEM, rows_of(path), source="s", columns=Columns(body="text"))
    assert refusal.value.fields == {"--body": "one of: a, b"}


async def test_rows_without_an_id_are_known_by_content_and_turn(db: str, tmp_path: Path) -> None:
    path = table(tmp_path / "t.csv", "text\nsame\nsame\nother\n")
    columns = Columns(body="text")
    first = await import_tickets(SYSTEM, rows_of(path), source="s", columns=columns)

    again = await import_tickets(SYSTEM, rows_of(path), source="s", columns=columns)

    assert (first.imported, again.imported, again.unchanged) == (3, 0, 3)


async def test_the_bitext_tickets_come_in_completely(db: str) -> None:
    path = shared_data("tickets/bitext/customer_support_4514.csv")
    columns = Columns(body="instruction", reply="response")

    counts = await import_tickets(SYSTEM, rows_of(path), source="bitext", columns=columns)

    assert (counts.imported, counts.rejected) == (4514, 0)
    assert await fetch_value("select count(*) from ticket_message where kind = 'agent'") == 4514
