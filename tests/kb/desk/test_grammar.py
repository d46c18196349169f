"""The desk's filter: every operator, nothing refused, and one settled form that reads back to itself."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from kb.desk.grammar import MOST, OPERATORS, SIDES, STATES, TicketFilter, parse_filter
from kb.desk.views import VIEWS

PIECES = [
    *(one.name for one in OPERATORS), *(one.example for one in OPERATORS), *(f"is:{one}" for one in (*STATES, *SIDES)),
    "-is:snoozed", "-tag:vip", '"', "-", "a", "Ä", "ß", " ", "\t", "\x00", "#12", ":", ",", "2d", "\x1c", "\ud800",
]  # fmt: skip


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("is:open", TicketFilter(state="open")),
        ("IS:Overdue -is:snoozed", TicketFilter(sides=(("overdue", True), ("snoozed", False)))),
        ("priority:urgent,high", TicketFilter(priorities=("high", "urgent"))),
        ("tag:Billing tag:vip -tag:spam", TicketFilter(tags=("billing", "vip"), without_tags=("spam",))),
        ('team:"First line" assignee:me', TicketFilter(team="first line", assignee="me")),
        ("from:Ines@Example.com channel:email", TicketFilter(requester="ines@example.com", channel="email")),
        ("older:2d newer:1w", TicketFilter(older=48, newer=168)),
        ("older:24h", TicketFilter(older=24)),
        ("sort:due is:open is:waiting", TicketFilter(state="waiting", sort="due")),
        ('refund "sent twice" -draft', TicketFilter(words=("refund", '"sent twice"', "-draft"))),
    ],
)
def test_each_operator_is_read(typed: str, read: TicketFilter) -> None:
    assert parse_filter(typed) == read
    assert parse_filter(typed).notes == ()


@pytest.mark.parametrize(
    "typed",
    ["is:closed", "-is:open", "priority:soon", "priority:", "tag:…",
     "older:2y", "older:²d", "newer:0d", "sort:best", "older:99999w"]
)  # fmt: skip
def test_what_cannot_be_used_is_told_and_nothing_is_refused(typed: str) -> None:
    read = parse_filter(f"refund {typed}")
    assert read == TicketFilter(words=("refund",))
    assert len(read.notes) == 1


def test_what_is_unknown_is_a_word_and_what_is_unclosed_reaches_to_the_end() -> None:
    assert parse_filter("http://localhost -team:x").words == ("http://localhost", "-team:x")
    assert parse_filter('refund "sent twi').words == ("refund", '"sent twi"')
    assert parse_filter("x" * 10_000).words == ("x" * MOST,)


@given(st.lists(st.sampled_from(PIECES) | st.text(max_size=4), max_size=12).map("".join))
@example('a"b c"')
@example('-""')
@example("--a")
def test_the_settled_form_reads_back_to_the_same_filter(typed: str) -> None:
    read = parse_filter(typed)
    assert parse_filter(str(read)) == read
    assert str(parse_filter(str(read))) == str(read)


def test_every_view_is_a_filter_in_its_settled_form() -> None:
    assert {name: str(parse_filter(text)) for name, text in VIEWS.items()} == VIEWS


def test_every_example_of_the_help_can_be_typed_as_it_stands() -> None:
    assert [
        one.example for one in OPERATORS if parse_filter(one.example).notes or not str(parse_filter(one.example))
    ] == []
