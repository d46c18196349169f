"""Short plain texts for lists, and the searched words in them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.text.excerpts import excerpt, highlight
from tests.kb.text.budget import cpu_seconds


@pytest.mark.parametrize(
    ("source", "length", "expected"),
    [
        ("<p>Hello <b>world</b></p><p>again &amp; again</p>", 40, "Hello world again & again"),
        ("one two three", 9, "one two…"),
        ("one two, three", 10, "one two…"),
        ("a < b and List<String> > c", 40, "a < b and List<String> > c"),
        ("<script>alert(1)</script><p>text</p>", 40, "text"),
        ("x" * 50, 10, "x" * 9 + "…"),
        ("fits", 4, "fits"),
        ("", 10, ""),
    ],
)
def test_an_excerpt_is_plain_and_ends_between_words(source: str, length: int, expected: str) -> None:
    assert excerpt(source, length) == expected


@given(st.text(max_size=200), st.integers(1, 80))
def test_an_excerpt_never_exceeds_its_length(source: str, length: int) -> None:
    assert len(excerpt(source, length)) <= length


def test_searched_words_are_marked_in_any_case_and_as_beginnings() -> None:
    hits = [piece.text for piece in highlight("Refunds, refund prefund RE re-do", ["refund", "re"]) if piece.hit]
    assert hits == ["Refunds", "refund", "RE", "re"]


def test_signs_in_searched_words_are_taken_literally() -> None:
    assert [piece.text for piece in highlight("c++ and (a", ["c++", "(a", "."]) if piece.hit] == ["c++", "(a"]


@given(st.text(max_size=100), st.lists(st.text(max_size=5), max_size=30))
def test_the_pieces_join_to_the_text(text: str, words: list[str]) -> None:
    pieces = highlight(text, words)
    assert "".join(piece.text for piece in pieces) == text
    assert all(piece.text for piece in pieces)


@pytest.mark.parametrize("pattern", ["<", "<p>", "<p ", "a", "&amp;", "<b>"])
def test_hostile_text_is_cut_within_a_second(pattern: str) -> None:
    source = (pattern * 100_000)[:100_000]
    assert cpu_seconds(lambda: (excerpt(source, 200), highlight(source, ["a", "aa", "b"]))) < 1
