"""Several answers become one text: nothing is lost, nothing said twice, and every passage knows who says it."""

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.answers.gathering import ANOTHER_WAY, Source, gather_passages
from kb.answers.passages import join_passages, passage_key, say_the_same, split_passages
from kb.text.courtesies import without_courtesies

LINES = st.text(st.sampled_from("ab 1.>-*`|#\n"), max_size=80)


@given(LINES)
def test_every_word_of_a_text_stands_in_exactly_one_passage(source: str) -> None:
    passages = split_passages(source)
    assert "".join("".join(one.text for one in passages).split()) == "".join(source.split())
    again = split_passages(join_passages(passages))
    assert "".join("".join(one.text for one in again).split()) == "".join(source.split())


def test_steps_tables_and_code_are_passages_of_their_own() -> None:
    source = (
        "# Head\n\n1. One\n   more of it.\n2. Two\n\n```\ncode\n\nmore\n```\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\nEnd."
    )
    assert [one.text for one in split_passages(source)] == [
        "# Head", "1. One\n   more of it.", "2. Two", "```\ncode\n\nmore\n```", "| a | b |\n|---|---|\n| 1 | 2 |", "End.",
    ]  # fmt: skip
    assert join_passages(split_passages(source)) == source


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("1. Open **Settings > Mail**.", "- open settings, mail"),
        ("Open Settings, choose Mail and then press Reset.", "Open Settings, choose Mail, and press Reset."),
        (
            "Press *Reset* and wait for a minute until the mail comes.",
            "Press Reset and wait for a minute, until the mail comes!",
        ),
    ],
)
def test_the_same_step_in_nearly_the_same_words_is_one(one: str, other: str) -> None:
    assert say_the_same(one, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Open Settings and reset your password there.", "Open Settings and reset your 2FA device there."),
        (
            "Wait for 5 minutes before you press the button again.",
            "Wait for 30 minutes before you press the button again.",
        ),
        (
            "You must press the button again after the first mail has come.",
            "You must not press the button again after the first mail has come.",
        ),
        ("It works from version 4.1 of the app on.", "It works from version 4.2 of the app on."),
        ("Press Reset", "Press Send"),
        ("Drücken Sie den Knopf noch einmal nach der Mail.", "Drücken Sie den Knopf nicht noch einmal nach der Mail."),
        (
            "Redémarrez votre téléphone avec la carte SIM dans le tiroir puis patientez une minute entière.",
            "Redémarrez votre téléphone sans la carte SIM dans le tiroir puis patientez une minute entière.",
        ),
        (
            "Envie o formulário de contato para a nossa equipe.",
            "Não envie o formulário de contato para a nossa equipe.",
        ),
    ],
)
def test_what_differs_in_the_one_word_that_counts_is_two(one: str, other: str) -> None:
    assert not say_the_same(one, other)


def test_a_passage_is_known_by_its_words_whatever_number_and_marks_it_bears() -> None:
    assert passage_key("2. Press **Reset**.") == passage_key("- press  Reset")
    assert passage_key("Press Reset") != passage_key("Press Send")
    assert passage_key("---") == b""


def test_the_best_stands_whole_and_the_others_add_what_is_new() -> None:
    best, second, third, fourth = (UUID(int=n) for n in (1, 2, 3, 4))
    gathered = gather_passages(
        [
            Source(best, 1, "1. Open Settings.\n2. Press the Reset button."),
            Source(second, 1, "Open Settings.\n\nOr ask the admin of your company."),
            Source(third, 1, "Press the Reset button.\n\nOK!"),
            Source(fourth, 1, "1. Ask the admin, or ask us by mail."),
        ]
    )
    assert [(one.passage.text, one.sources) for one in gathered] == [
        ("1. Open Settings.", (best, second)),
        ("2. Press the Reset button.", (best, third)),
        (f"## {ANOTHER_WAY}", ()),
        ("Or ask the admin of your company.", (second,)),
        (f"## {ANOTHER_WAY}", ()),
        ("1. Ask the admin, or ask us by mail.", (fourth,)),
    ]


@given(st.lists(LINES, min_size=1, max_size=4))
def test_no_claim_stands_without_its_answer_and_none_of_the_best_is_lost(bodies: list[str]) -> None:
    gathered = gather_passages([Source(UUID(int=n), 1, body) for n, body in enumerate(bodies)])
    assert all(one.sources or one.passage.is_heading for one in gathered)
    said = [one.passage.text for one in gathered]
    assert all(
        any(one.text == text or say_the_same(one.text, text) for text in said) for one in split_passages(bodies[0])
    )


def test_what_is_said_to_one_person_is_left_out_and_a_text_of_nothing_else_stays() -> None:
    reply = (
        "Hello Ines,\n\nthank you for writing. I am sorry for the trouble. Press Reset.\n\n- Let me know\n\n"
        "Have a nice day!\n\nBest regards,\nTom"
    )
    assert without_courtesies(reply) == "Press Reset.\n\n- Let me know"
    assert (
        without_courtesies("Guten Tag Frau Weiß,\n\nvielen Dank für Ihre Nachricht. Drücken Sie Reset.")
        == "Drücken Sie Reset."
    )
    assert without_courtesies("Happy to help!") == "Happy to help!"
    assert without_courtesies("```\nHello Ines,\n```\n\nRun it.") == "```\nHello Ines,\n```\n\nRun it."
