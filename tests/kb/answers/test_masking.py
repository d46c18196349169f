"""Personal data leaves a text before others read it, and what is left is named."""

from hypothesis import given
from hypothesis import strategies as st

from kb.answers.masking import list_personal_data, mask


def test_addresses_and_the_people_of_the_ticket_are_masked_and_counted() -> None:
    masked = mask("Hello Ines Duarte, Ines, we wrote to ines@example.com.", names=["Ines Duarte", "Tom Berg"])

    assert masked.text == "Hello [name], [name], we wrote to [e-mail]."
    assert masked.found == {"e-mail": 1, "name": 2}


def test_a_name_within_a_word_or_a_name_that_is_a_word_in_small_letters_is_no_name() -> None:
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
    once = mask(text, names=names).text

    assert mask(once).text == once
    assert mask(once, names=names).text == once


def test_names_are_masked_in_small_letters_as_possessives_and_however_their_accents_are_written() -> None:
    names = ["José Müller", "Ana-Lucía Ferreira", "أحمد سالم", "王伟"]
    text = "jose muller, Josés Rechnung, MUELLER's invoice, lucia, ferreira’s, لأحمد سالم و王伟的"
    masked = mask(text, names=names)
    assert masked.text == "[name], [name] Rechnung, [name]'s invoice, [name], [name]’s, [name] و[name]的"


def test_the_customers_company_is_masked_and_what_is_called_as_a_placeholder_breaks_none() -> None:
    masked = mask(
        "ACME tiles sells tiles to a target, Target pays ann@b.cc", companies=["Acme Tiles", "Target"], names=["Mail"]
    )
    assert masked.text == "[company] sells tiles to a target, [company] pays [e-mail]"
    assert masked.found == {"company": 2, "e-mail": 1}
