"""Watched words are found exactly where they stand, and in time that grows with the text alone."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kb.core.errors import Invalid
from kb.screening.matching import Automaton, fold, fold_pattern
from kb.screening.rules import check_words

SIGNS = st.text(alphabet="abA äß1-_*.赌", max_size=40)
PATTERNS = st.lists(st.text(alphabet="abA ä1赌", min_size=1, max_size=6), max_size=12)


class Counting(list[int]):
    """A list that counts how often it is asked."""

    asked = 0

    def __getitem__(self, at):  # type: ignore[no-untyped-def, override]
        self.asked += 1
        return super().__getitem__(at)


@settings(deadline=None)
@given(SIGNS, PATTERNS, st.booleans())
def test_it_finds_what_a_naive_search_finds_in_linear_time(text: str, patterns: list[str], are_prefixes: bool) -> None:
    folded = {fold_pattern(one + "*" * are_prefixes) for one in patterns} - {""}
    automaton, where = Automaton(folded), fold(text)
    automaton.falls = Counting(automaton.falls)

    assert automaton.find(where) == {one for one in folded if one in where}
    assert automaton.falls.asked <= len(where)


@settings(deadline=None)
@given(SIGNS)
def test_a_folded_text_is_folded_already(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@pytest.mark.parametrize(
    ("pattern", "text", "is_found"),
    [
        ("casino", "The CASINO is open", True),
        ("casino", "casinos", False),
        ("casino*", "Casinos!", True),
        ("ass", "a class act", False),
        ("viagra", "ví\u0301a\u00adgra", True),
        ("viagra", "ｖｉａｇｒａ", True),
        ("buy shoes", "buy   <b>shoes", False),
        ("buy shoes", "Buy,\nshoes.", True),
        ("shoes.example", "https://shoes.example/x", True),
        ("straße", "STRASSE", True),
        ("赌场", "在线赌场开业", True),
        ("赌场", "赌 博", False),
    ],
)
def test_words_are_found_as_readers_see_them(pattern: str, text: str, is_found: bool) -> None:
    assert bool(Automaton([fold_pattern(pattern)]).find(fold(text))) == is_found


@pytest.mark.parametrize("line", ["*", "!!", "a*b", "**", "ab*", "x" * 101])
def test_what_can_be_no_watched_word_is_refused_by_its_line(line: str) -> None:
    with pytest.raises(Invalid) as refused:
        check_words(f"good\n{line}", "hold")
    assert "words" in refused.value.fields
