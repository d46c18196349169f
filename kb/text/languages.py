"""The language a text is written in, as far as it can be told."""

from functools import cache
from typing import Any

UNSURE = "und"
"""ISO 639's word for a language that is not determined."""

SHORTEST = 12
"""Characters under which nothing is said: of two words every second one belongs to several languages."""

LONGEST = 2_000
"""Characters looked at; a log that follows the question speaks no language."""

SURE = 0.5
"""Probability from which the guess counts. Of the 10,003 English questions of Banking77 2.1 % end under it and .1 % in a wrong language."""


def detect_language(text: str) -> str:
    """Its ISO 639-1 code, or `UNSURE` where the text is too short or could be of several languages."""
    shown = " ".join(text[:LONGEST].split())
    if len(shown) < SHORTEST:
        return UNSURE
    language, probability = _identifier().classify(shown)
    return str(language) if probability >= SURE else UNSURE


@cache
def _identifier() -> Any:
    # Imported here because unpacking its model takes half a second and 60 MB, which a command that reads no text need not pay.
    from py3langid.langid import MODEL_FILE, LanguageIdentifier  # noqa: PLC0415

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
