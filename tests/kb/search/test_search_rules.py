"""What is worth asking, what is worth showing, and how words and meaning are weighed."""

import asyncpg
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.core.database import fetch_value
from kb.search.rules import (
    FLOOR,
    MAX_TYPED,
    Clues,
    cut_around,
    enough_words,
    every_word,
    is_worth_showing,
    read_typed,
    say_why,
    weigh,
)


@pytest.mark.parametrize("text", ["", "ab", "  ", "the", "?!?", "\x00\x00\x00"])
def test_what_says_nothing_is_not_asked(text: str) -> None:
    assert read_typed(text) is None


def test_the_last_word_may_still_be_growing_until_something_follows_it() -> None:
    growing, ended = read_typed("invoice twi"), read_typed("invoice twi ")
    assert growing is not None
    assert ended is not None
    assert (growing.is_growing, ended.is_growing) == (True, False)
    assert every_word(growing).endswith("'twi':*")
    assert every_word(ended).endswith("('twi')")


def test_two_shared_words_or_one_code_are_enough() -> None:
    typed = read_typed("invoice fails error e4021 ")
    assert typed is not None
    parts = enough_words(typed).split(" | ")
    assert "('e4021')" in parts
    assert "('invoice')" not in parts
    assert "(('invoice') & ('error'))" in parts


@given(st.text(max_size=400))
def test_nothing_typed_becomes_more_than_it_may_be(text: str) -> None:
    typed = read_typed(text)
    if typed is not None:
        assert len(typed.text) <= MAX_TYPED
        assert 1 <= len(typed.words) <= 8


@pytest.mark.parametrize(
    "text",
    [
        "'; drop table topic; --",
        "a:* | b & !c",
        "it's don't won’t",
        "<-> (((",
        "\\'quote\\",
        "naïve 你好 世界",
        "100% e=mc2",
    ],
)
async def test_whatever_is_typed_postgres_reads_it_as_words(db: str, text: str) -> None:
    typed = read_typed(text)
    if typed is None:
        return
    for query in (every_word(typed), enough_words(typed)):
        try:
            await fetch_value("select numnode(to_tsquery('english', $1))", query)
        except asyncpg.PostgresError as error:
            raise AssertionError(f"{text!r} became {query!r}") from error


def test_meaning_under_the_floor_is_silence_unless_the_words_are_all_there() -> None:
    near, far = Clues(similarity=FLOOR), Clues(similarity=FLOOR - 0.01, words=0.9)
    assert is_worth_showing(near, by_meaning=True)
    assert not is_worth_showing(far, by_meaning=True)
    assert is_worth_showing(far, by_meaning=False)
    assert is_worth_showing(Clues(similarity=0.3, every=True), by_meaning=True)
    assert is_worth_showing(Clues(alike=True), by_meaning=False)
    assert not is_worth_showing(Clues(similarity=0.1, every=True), by_meaning=True), "one shared word is no answer"
    assert not is_worth_showing(Clues(alike=True), by_meaning=True)
    assert is_worth_showing(Clues(every=True), by_meaning=True, exact=True), "an error's code says enough"


@given(st.lists(st.tuples(st.none() | st.floats(0, 1), st.floats(0, 1)), max_size=12))
def test_weights_are_finite_and_more_of_everything_never_stands_lower(pairs: list[tuple[float | None, float]]) -> None:
    clues = [Clues(similarity=similarity, words=words) for similarity, words in pairs]
    scores = weigh(clues)
    assert len(scores) == len(clues)
    for a, one in zip(clues, scores, strict=True):
        for b, other in zip(clues, scores, strict=True):
            if (
                a.similarity is not None
                and b.similarity is not None
                and a.similarity >= b.similarity
                and a.words >= b.words
            ):
                assert one >= other - 1e-9


@pytest.mark.parametrize(
    ("clues", "answered", "said"),
    [
        (Clues(similarity=0.9, every=True), "", "same words and meaning"),
        (Clues(similarity=0.9), "answered", "same meaning, answered"),
        (Clues(words=0.2), "", "same words"),
        (Clues(alike=True), "", "nearly the same words"),
    ],
)
def test_each_suggestion_says_why(clues: Clues, answered: str, said: str) -> None:
    assert say_why(clues, answered=answered) == said


@given(st.text(max_size=300), st.lists(st.text(min_size=1, max_size=8), max_size=3), st.integers(20, 120))
def test_an_excerpt_keeps_its_length_and_invents_nothing(text: str, words: list[str], length: int) -> None:
    cut = cut_around(text, words, length)
    assert len(cut) <= length + 2
    assert cut.strip("…") in " ".join(text.split())


def test_an_excerpt_shows_the_word_that_was_found() -> None:
    text = "Before anything else, " * 20 + "the webhook is refused with 403. " + "After that, " * 20
    assert "webhook" in cut_around(text, ["webhook"], 120)


def test_the_setting_for_words_decides_whether_they_outweigh_meaning() -> None:
    meant, worded = Clues(similarity=0.9, words=0.0), Clues(similarity=0.5, words=0.4)

    by_meaning, by_words = weigh([meant, worded], 0.0), weigh([meant, worded], 5.0)

    assert by_meaning[0] > by_meaning[1]
    assert by_words[1] > by_words[0]
