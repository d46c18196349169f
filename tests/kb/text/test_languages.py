"""The language of a text, or the honest answer that nobody can tell."""

import pytest

from kb.text.languages import UNSURE, detect_language


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Why was my card payment declined?", "en"),
        ("Wie setze ich mein Passwort zurück?", "de"),
        ("¿Cómo puedo cambiar mi contraseña?", "es"),
        ("Comment puis-je télécharger ma facture ?", "fr"),
        ("なぜログインできないのですか、教えてください", "ja"),
    ],
)
def test_a_sentence_has_its_language(text: str, language: str) -> None:
    assert detect_language(text) == language


@pytest.mark.parametrize("text", ["", "card", "Hola", "error 500", "delegate ADA with Daedalus", "\x00\ud800" * 40])
def test_a_text_too_short_or_of_no_language_is_undetermined(text: str) -> None:
    assert detect_language(text) == UNSURE


def test_what_follows_the_question_does_not_change_its_language() -> None:
    question = "Der Export meiner Rechnungen bricht jedes Mal mit einer Fehlermeldung ab. " * 30

    assert detect_language(question + "Traceback (most recent call last): File main line 1 " * 2000) == "de"
