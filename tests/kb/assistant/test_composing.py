"""Which passages of an answer are said: pure."""

from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from kb.assistant.composing import WHOLE_CHARACTERS, Text, compose
from kb.assistant.passages import take_apart
from kb.help.portable import portable_tree
from kb.text.markdown import render_markdown


def text(markdown: str, number: int = 1) -> Text:
    html = render_markdown(markdown).html
    return Text(UUID(int=number), take_apart(portable_tree(html, base_url="https://help.example")))


def said(question: str, *markdown: str, news: str = "") -> list[str]:
    composed = compose(question, [text(one, number) for number, one in enumerate(markdown, 1)], news=news)
    return [f"{line.text} {list(line.cites)}" for line in composed.lines]


LONG = "Other things happen on other days, and this sentence is here to be passed over. " * 12


def test_greetings_thanks_and_quotations_are_not_said() -> None:
    answer = "Hi Ines,\n\n> It never comes.\n\nPress Reset twice. Then wait a minute.\n\nHope this helps!"

    assert said("reset mail", answer) == ["Press Reset twice. [1]", "Then wait a minute. [1]"]


def test_of_a_long_answer_the_sentences_around_what_was_asked() -> None:
    answer = f"{LONG}\n\nTo print labels, choose the roll printer. Labels then come out one by one.\n\n{LONG}"

    found = said("How do I print labels?", answer)

    assert found[0] == "To print labels, choose the roll printer. [1]"
    assert len(found) <= 4


def test_of_a_long_answer_a_list_of_steps_comes_whole_with_what_introduces_it() -> None:
    answer = f"{LONG}\n\nTo export invoices:\n\n1. Open Invoices.\n2. Press Export.\n3. Choose CSV.\n\n{LONG}"

    assert said("export invoices", answer) == [
        "To export invoices: [1]",
        "Open Invoices. [1]",
        "Press Export. [1]",
        "Choose CSV. [1]",
    ]


def test_a_heading_that_names_the_question_leads_to_its_section() -> None:
    answer = f"## Refunds\n\n{LONG}\n\n## Exporting invoices\n\nIt takes a minute. The file is sent by mail.\n\n## Printing\n\n{LONG}"

    assert said("exporting invoices", answer) == ["It takes a minute. [1]", "The file is sent by mail. [1]"]


def test_a_second_source_adds_only_what_is_not_said_yet() -> None:
    first = "Press Export under Invoices."
    assert said("export invoices", first, "Press export under invoices!") == ["Press Export under Invoices. [1]"]
    assert said("export invoices", first, "Very large exports of invoices are mailed at night.")[1:] == [
        "Very large exports of invoices are mailed at night. [2]"
    ]


def test_code_keeps_its_lines() -> None:
    assert said("run it", "Run this:\n\n```\nmake all\n  make test\n```") == [
        "Run this: [1]",
        "make all\n  make test [1]",
    ]


def test_what_a_follow_up_adds_counts_twice() -> None:
    answer = f"{LONG}\n\nReset mails arrive within a minute.\n\n{LONG}\n\nOn Android the reset mail lies in Promotions.\n\n{LONG}"

    assert "Android" in " ".join(said("reset mail on Android", answer, news="on Android"))


@given(st.text(max_size=1_500), st.text(max_size=100))
def test_whatever_is_said_stands_in_the_answer(markdown: str, question: str) -> None:
    whole = text(markdown)
    composed = compose(question, [whole])

    assert {line.text for line in composed.lines} <= {passage.text for passage in whole.passages}
    assert bool(composed.lines) == bool(whole.passages)
    assert all(line.cites == (1,) for line in composed.lines)


def test_short_enough_is_left_whole() -> None:
    assert WHOLE_CHARACTERS < 1_000  # half a minute of reading
    assert len(said("anything", "One. Two. Three. Four.")) == 4
