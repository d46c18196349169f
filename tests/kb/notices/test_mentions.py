"""Who a post calls by name."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.notices.mentions import find_mentions
from kb.notices.rules import MENTIONS_HEARD


@pytest.mark.parametrize(
    ("source", "names"),
    [
        ("Ask @ines or @Bo-Lund.", ["ines", "bo-lund"]),
        ("(@ines), @ines: *@tove*", ["ines", "tove"]),
        ("# @ines\n\n- @bob_1", ["ines", "bob_1"]),
        ("`@ines` and\n\n```\n@bob\n```\n\n    @tove", []),
        ("mail ines@fernbook.example or bo@x", []),
        ("npm install foo/@ines", []),
        ("[@ines](https://example.com/)", []),
        ("\\@ines", []),
        ("> as @ines said\n\nI agree, @bob", ["bob"]),
        ("@i and @x-", []),
        ("| who |\n| --- |\n| @ines |", ["ines"]),
        ("@ines@bob", []),
    ],
)
def test_names_are_heard_in_prose_alone(source: str, names: list[str]) -> None:
    assert find_mentions(source) == names


def test_a_long_list_of_names_calls_the_first_few() -> None:
    assert len(find_mentions(" ".join(f"@person{n}" for n in range(100)))) == MENTIONS_HEARD


@given(st.text(alphabet=st.sampled_from("@ab-_`[]()>\n\\ *<|1."), max_size=200))
def test_whatever_is_typed_names_stay_names(source: str) -> None:
    for name in find_mentions(source):
        assert 3 <= len(name) <= 30
        assert f"@{name}" in source.lower()


@pytest.mark.parametrize(
    "source", ["[" * 32_000 + "@ines", "@a" * 16_000, "`" * 31_000 + "@ines", "> " * 16_000 + "@ines"]
)
def test_hostile_text_takes_no_longer_than_rendering_it(source: str) -> None:
    begun = time.process_time()
    find_mentions(source)
    assert time.process_time() - begun < 5
