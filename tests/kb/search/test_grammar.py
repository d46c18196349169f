"""The search's grammar: every operator, nothing refused, and one settled form that reads back to itself."""

from datetime import date
from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from kb.ports.search_index import Within
from kb.search.grammar import OPERATORS, Query, _tokens, parse

PIECES = [
    *(o.name for o in OPERATORS),
    *(o.example for o in OPERATORS),
    "a",
    "Ä",
    " ",
    "\t",
    "2026",
    "solved",
    ":",
    "\x1c",
]


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("invoice  twice", Query(("invoice", "twice"))),
        ('"sent twice" invoice', Query(("invoice",), ("sent twice",))),
        ('invoice -draft -"old schedule"', Query(("invoice",), without=("draft", "old schedule"))),
        ("in:solved", Query(within=Within(state="solved"))),
        ("IS:Unanswered", Query(within=Within(state="unanswered"))),
        ("in:articles", Query(within=Within(kind="article"))),
        ("in:mine", Query(within=Within(mine=True))),
        ('space:"Data export"', Query(within=Within(space="data export"))),
        ("@Anna.", Query(within=Within(author="anna"))),
        ("after:2026-05-01 before:2026", Query(within=Within(after=date(2026, 5, 1), before=date(2026, 1, 1)))),
        ("after:2026-02", Query(within=Within(after=date(2026, 2, 1)))),
        ("space:a space:b", Query(within=Within(space="b"))),
    ],
)
def test_each_operator_is_read(typed: str, read: Query) -> None:
    assert parse(typed) == read
    assert parse(typed).notes == ()


def test_what_is_unknown_is_a_word_and_what_is_unclosed_reaches_to_the_end() -> None:
    assert parse("http://localhost error:E4021 -").words == ("http://localhost", "error:E4021")
    assert parse('invoice "sent twi') == Query(("invoice",), ("sent twi",))
    assert parse('-space:"a b"').without == ("space:a b",)


@pytest.mark.parametrize("typed", ["before:yesterday", "after:2026-13", "after:", "before:20260501", "before:0000"])
def test_what_cannot_be_used_is_told_and_nothing_is_refused(typed: str) -> None:
    query = parse(f"invoice {typed}")

    assert query.words == ("invoice",)
    assert query.within == Within()
    assert query.notes == (f"{typed.split(':', maxsplit=1)[0]}: wants a date like 2026-05-01.",)


def test_every_line_of_the_help_can_be_typed_as_it_stands() -> None:
    for operator in OPERATORS:
        assert not parse(operator.example).notes
        assert not parse(operator.example).words
        assert operator.name in operator.example


@given(st.text() | st.lists(st.sampled_from(PIECES)).map("".join))
@example('in:"solved"a"')
@example('--"x')
def test_the_settled_form_reads_back_to_the_same_query(typed: str) -> None:
    settled = str(parse(typed))

    assert parse(settled) == parse(typed)
    assert str(parse(settled)) == settled
    assert parse(settled).notes == ()


@pytest.mark.parametrize("piece", ['"', "-", 'a"', "in:", '-"a ', "@", 'space:"', "a "])
def test_the_work_grows_with_the_text_and_no_faster(piece: str) -> None:
    looks = [_characters_looked_at(piece * times) for times in (1_000, 2_000, 4_000)]

    assert all(more <= 2.2 * less for less, more in pairwise(looks))


def _characters_looked_at(typed: str) -> int:
    """Counted by a string that notes each character it hands out."""
    seen = 0

    class Watched(str):
        __slots__ = ()

        def __getitem__(self, at: object) -> str:
            nonlocal seen
            part = str.__getitem__(self, at)  # type: ignore[index]
            seen += max(1, len(part))
            return part

        def find(self, *sought: object) -> int:
            nonlocal seen
            found = str.find(self, *sought)  # type: ignore[arg-type]
            seen += (found if found >= 0 else len(self)) - int(sought[1])  # type: ignore[call-overload]
            return found

    list(_tokens(Watched(typed)))
    return seen
