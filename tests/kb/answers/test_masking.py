"""Personal data leaves a text before others read it, and what is left is named."""

from hypothesis import given
from hypothesis import strategies as st

from kb.answers.masking import list_personal_data, mask


def test_addresses_and_the_people_of_the_ticket_are_masked_and_counted() -> None:
    masked = mask("Hello Ines Duarte, Ines, we wrote to ines@example.com.", names=["Ines Duarte", "Tom Berg"])

    assert masked.text == "Hello [name], [name], we wrote to [e-mail]."
    assert masked.found == {"e-mail": 1, "name": 2}


def test_a_name_within_a_word_or_in_small_letters_is_no_name() -> None:
    masked = mask("Inespector will mark it. Mark it twice.", names=["Ines", "Will Mark"])

    assert masked.text == "Inespector will mark it. [name] it twice."


def test_a_text_without_anything_personal_stays_as_it_is() -> None:
    masked = mask("Press **Reset**.", names=["", "Al"])

    assert (masked.text, masked.found) == ("Press **Reset**.", {})


def test_what_is_left_is_listed_once_as_it_stands() -> None:
    text = "Write to help@fernbook.example or help@fernbook.example."

    assert list_personal_data(text) == ["help@fernbook.example"]
    assert list_personal_data(mask(text).text) == []


@given(st.text(max_size=200), st.lists(st.text(max_size=12), max_size=3))
def test_masking_again_changes_nothing(text: str, names: list[str]) -> None:
    once = mask(text, names=[name for name in names if name not in {"name", "mail"}]).text

    assert mask(once).text == once
