"""Tables as people have them: columns in many spellings, any usual encoding and delimiter, conversations over rows and in cells."""

import csv
import io
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kb.core.actor import SYSTEM
from kb.core.database import fetch_all, fetch_value
from kb.core.errors import Invalid
from kb.core.policy import Role
from kb.imports.column_names import guess_columns, plain_name
from kb.imports.table_sniffing import DELIMITERS, Written, sniff_table
from kb.imports.table_values import days_come_first, read_moment, read_priority, read_score, read_state, read_tags
from kb.imports.tickets import Columns, import_tickets, rows_of
from kb.imports.transcripts import read_transcript
from tests.support.factories import make_person

MESSAGES = (
    "select t.source_id, m.kind, p.name, m.body_source from ticket t join ticket_message m on m.ticket_id = t.id"
    " join person p on p.id = m.author_id order by t.source_id, m.position"
)


def table(path: Path, rows: list[list[str]], *, delimiter: str = ",", encoding: str = "utf-8") -> Path:
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter).writerows(rows)
    path.write_bytes(text.getvalue().encode(encoding))
    return path


async def told(sql: str) -> list[tuple[Any, ...]]:
    return [tuple(row) for row in await fetch_all(sql)]


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        (["Ticket ID", "Betreff", "Beschreibung", "Antwort", "Priorität", "Erstellt am"],
         {"id": "Ticket ID", "subject": "Betreff", "body": "Beschreibung", "reply": "Antwort", "priority": "Priorität",
          "created_at": "Erstellt am"}),
        (["ticketId", "requesterEmail", "requesterName", "description", "status", "tags", "assignee"],
         {"id": "ticketId", "email": "requesterEmail", "requester": "requesterName", "body": "description", "state": "status",
          "tags": "tags", "assignee": "assignee"}),
        (["Issue key", "Summary", "Description", "Created", "Resolved", "Reporter"],
         {"id": "Issue key", "subject": "Summary", "body": "Description", "created_at": "Created", "solved_at": "Resolved"}),
        (["instruction", "response", "category"], {"body": "instruction", "reply": "response", "tags": "category"}),
        (["conversation_id", "sender_type", "message", "timestamp"],
         {"id": "conversation_id", "role": "sender_type", "body": "message", "created_at": "timestamp"}),
        (["a", "b"], {}),
    ],
)  # fmt: skip
def test_columns_are_told_by_their_names(header: list[str], expected: dict[str, str]) -> None:
    assert guess_columns(header) == expected


def test_spellings_of_one_name_are_one() -> None:
    assert {plain_name(one) for one in ("ticketId", "Ticket-ID", "ticket_id", " TICKET ID ")} == {"ticket id"}


FIELDS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=20) | st.sampled_from(
    ['a"b', "x,y", "1;2", "l1\nl2", "\t", "é", "日本", "|"]
)


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.tuples(FIELDS, FIELDS), min_size=1, max_size=6),
    st.sampled_from(DELIMITERS),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-32"]),
)
def test_what_was_written_is_read_whatever_its_encoding_and_delimiter(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, str]], delimiter: str, encoding: str
) -> None:
    lines = [["id", "text", "n"], *([a, b, "9"] for a, b in rows)]
    path = table(tmp_path_factory.mktemp("t") / "t.csv", lines, delimiter=delimiter, encoding=encoding)

    read = [row.record for row in rows_of(path)]

    assert read == [{"id": a, "text": b, "n": "9"} for a, b in rows]
    assert sniff_table(path).delimiter == delimiter


def test_what_windows_wrote_of_old_is_read(tmp_path: Path) -> None:
    path = table(
        tmp_path / "t.csv", [["Id", "Nachricht"], ["1", "Größe “zu” klein – 5 €"]], delimiter=";", encoding="cp1252"
    )

    assert sniff_table(path) == Written("cp1252", ";")
    assert [row.record for row in rows_of(path)] == [{"Id": "1", "Nachricht": "Größe “zu” klein – 5 €"}]


async def test_a_row_with_everything_comes_in_without_a_word_about_columns(db: str, tmp_path: Path) -> None:
    helper = await make_person(Role.AGENT)
    email = await fetch_value("select email from person where id = $1", helper.person_id)
    path = table(tmp_path / "t.csv", [
        ["Ticket ID", "Subject", "Description", "Reply", "Requester", "Requester Email", "Status", "Priority", "Tags", "Assignee",
         "Created At", "Resolved At", "CSAT"],
        ["7", "Lost", "Where is it?", "In your folder.", "Ada", "Ada@Acme.example", "Closed", "P1", "billing; VIP", email,
         "31/03/2024 9:05 PM", "2024-04-01T08:00:00Z", "5"],
        ["8", "", "<p>And <b>mine</b>?</p>", "", "Bob", "no address", "Waiting on customer", "", "", "", "1/4/2024", "", ""],
    ], delimiter=";")  # fmt: skip

    counts = await import_tickets(SYSTEM, rows_of(path), source="t")

    assert (counts.imported, counts.rejected) == (2, 0)
    rows = await fetch_all(
        "select t.*, (select array_agg(name order by name) from ticket_tag where ticket_id = t.id) as tags,"
        " (select score from ticket_satisfaction where ticket_id = t.id) as score, p.email from ticket t"
        " join person p on p.id = t.requester_id order by t.source_id"
    )
    assert (rows[0]["subject"], rows[0]["state"], rows[0]["priority"], rows[0]["tags"]) == (
        "Lost",
        "solved",
        "urgent",
        ["billing", "vip"],
    )
    assert (rows[0]["assignee_id"], rows[0]["score"], rows[0]["email"]) == (
        helper.person_id,
        "good",
        "ada@acme.example",
    )
    assert rows[0]["created_at"] == datetime(2024, 3, 31, 21, 5, tzinfo=UTC)
    assert rows[0]["solved_at"] == datetime(2024, 4, 1, 8, tzinfo=UTC)
    assert (rows[1]["subject"], rows[1]["state"], rows[1]["email"]) == ("And mine?", "pending", None)
    assert rows[1]["created_at"] == datetime(2024, 4, 1, tzinfo=UTC), "the first row tells that days come first"


async def test_rows_of_one_id_are_messages_of_one_ticket_wherever_they_stand(db: str, tmp_path: Path) -> None:
    path = table(tmp_path / "t.csv", [
        ["conversation_id", "role", "author", "email", "message", "created_at", "status"],
        ["1", "customer", "Ada", "ada@acme.example", "Where is it?", "2024-03-01T10:00:00", "open"],
        ["2", "customer", "Bob", "", "And mine?", "2024-03-02T10:00:00", "open"],
        ["1", "agent", "Maja", "", "In your folder.", "2024-03-01T12:00:00", "open"],
        ["1", "internal note", "Maja", "", "Second time.", "2024-03-01T11:00:00", "open"],
        ["1", "customer", "Ada", "ada@acme.example", "Thanks", "2024-03-01T13:00:00", "solved"],
        ["", "agent", "Maja", "", "Whose?", "", ""],
        ["3", "customer", "Cleo", "", "When?", "the other day", ""],
    ])  # fmt: skip

    counts = await import_tickets(SYSTEM, rows_of(path), source="t")
    again = await import_tickets(SYSTEM, rows_of(path), source="t")

    assert (counts.imported, again.imported, again.unchanged) == (2, 0, 2)
    assert counts.rejections == [
        (7, "conversation_id is empty"), (8, "3: the other day is not a date such as 2026-03-01T12:00:00")
    ]  # fmt: skip
    assert await told(MESSAGES) == [
        ("1", "customer", "Ada", "Where is it?"), ("1", "note", "Maja", "Second time."), ("1", "agent", "Maja", "In your folder."),
        ("1", "customer", "Ada", "Thanks"), ("2", "customer", "Bob", "And mine?"),
    ]  # fmt: skip
    assert await told("select source_id, state from ticket order by 1") == [("1", "solved"), ("2", "open")]


async def test_a_cell_may_hold_a_whole_conversation(db: str, tmp_path: Path) -> None:
    spoken = "Customer: Where is it?\nI need: my invoice\nAgent: In your folder.\nnote: second time"
    listed = [
        {"role": "user", "content": "And mine?"},
        {"role": "assistant", "content": "Here."},
        {"sender": "Kim", "body": "Aside", "private": True},
    ]
    path = tmp_path / "t.jsonl"
    path.write_text(
        "\n".join(
            json.dumps({"id": n, "transcript": one}) for n, one in enumerate([spoken, listed, "Just words", []], 1)
        )
    )

    counts = await import_tickets(SYSTEM, rows_of(path), source="t")

    assert (counts.imported, counts.rejections) == (3, [(4, "transcript is empty")])
    assert await told(MESSAGES) == [
        ("1", "customer", "A customer", "Where is it?\nI need: my invoice"), ("1", "agent", "Support desk of t", "In your folder."),
        ("1", "note", "Support desk of t", "second time"), ("2", "customer", "A customer", "And mine?"),
        ("2", "agent", "Support desk of t", "Here."), ("2", "note", "Kim", "Aside"), ("3", "customer", "A customer", "Just words"),
    ]  # fmt: skip


def test_names_that_are_known_speak_and_others_do_not() -> None:
    cell = "[10:02] Ada: Hello\nError: no such file\n**Maja**: Try again"

    assert [(one.kind, one.author, one.text) for one in read_transcript(cell, names={"ada", "maja"})] == [
        (None, "Ada", "Hello\nError: no such file"), (None, "Maja", "Try again")
    ]  # fmt: skip
    assert [one.text for one in read_transcript(cell)] == [cell]


@given(st.text(max_size=60) | st.text(alphabet='[]{}:*\n"ab1,', max_size=40))
def test_no_cell_breaks_the_reading_of_transcripts(cell: str) -> None:
    assert all(one.text for one in read_transcript(cell))


async def test_what_cannot_be_told_is_asked_for(db: str, tmp_path: Path) -> None:
    path = table(tmp_path / "t.csv", [["foo", "bar"], ["1", "2"]])

    with pytest.raises(Invalid, match="No column is seen to hold the words") as refusal:
        await import_tickets(SYSTEM, rows_of(path), source="t")
    assert refusal.value.fields == {"--body": "one of: bar, foo"}
    with pytest.raises(Invalid, match="no column baz") as refusal:
        await import_tickets(SYSTEM, rows_of(path), source="t", columns=Columns(body="foo", state="baz"))
    assert refusal.value.fields == {"--state": "one of: bar, foo"}


@pytest.mark.parametrize(
    ("cell", "days_first", "expected"),
    [
        ("2024-03-01", False, datetime(2024, 3, 1, tzinfo=UTC)),
        ("2024-03-01 10:00:00 UTC", False, datetime(2024, 3, 1, 10, tzinfo=UTC)),
        ("2024-03-01 10:00:00 -0800", False, datetime(2024, 3, 1, 18, tzinfo=UTC)),
        ("1.3.2024 10:30", True, datetime(2024, 3, 1, 10, 30, tzinfo=UTC)),
        ("3/1/2024 12:05 am", False, datetime(2024, 3, 1, 0, 5, tzinfo=UTC)),
        ("25/12/2024", False, datetime(2024, 12, 25, tzinfo=UTC)),
        ("Fri, 01 Mar 2024 10:00:00 +0000", False, datetime(2024, 3, 1, 10, tzinfo=UTC)),
        ("1709287200", False, datetime(2024, 3, 1, 10, tzinfo=UTC)),
        ("1709287200000", False, datetime(2024, 3, 1, 10, tzinfo=UTC)),
    ],
)
def test_dates_are_read_as_people_write_them(cell: str, expected: datetime, *, days_first: bool) -> None:
    assert read_moment(cell, days_first=days_first) == expected


@pytest.mark.parametrize("cell", ["yesterday", "31/31/2024", "2024-13-01", "", "99999999999999", "1/1/2024 25:00"])
def test_what_is_no_date_is_refused_with_an_example(cell: str) -> None:
    with pytest.raises(ValueError, match="such as 2026-03-01"):
        read_moment(cell, days_first=False)


def test_words_of_cells_mean_what_people_mean() -> None:
    assert [read_state(one) for one in ("Closed", "PENDING", "new", "gelöst", "")] == [
        "solved",
        "pending",
        "open",
        "solved",
        "open",
    ]
    assert [read_priority(one) for one in ("P1", "Hoch", "trivial", "?")] == ["urgent", "high", "low", "normal"]
    assert [read_score(one) for one in ("good", "👎", "5", "3", "1", "7", "")] == [
        "good",
        "bad",
        "good",
        "",
        "bad",
        "",
        "",
    ]
    assert (read_tags('["a", "b c"]'), read_tags("a, b;c|"), read_tags("[a")) == (
        ("a", "b c"),
        ("a", "b", "c"),
        ("[a",),
    )
    dates = (["13/1/2024"], ["1/13/2024"], ["1.2.2024"], ["1/2/2024"], [])
    assert [days_come_first(cells) for cells in dates] == [True, False, True, False, False]
