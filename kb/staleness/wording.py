"""What each kind of evidence says, in a sentence with its figures. Pure."""

from collections.abc import Mapping
from typing import Any

from kb.core.saying import say_many


def words_of(kind: str, detail: Mapping[str, Any]) -> str:
    """The sentence for whoever decides; every figure in it has its rows (`rows.py`)."""
    return _WORDS[kind](detail)


def _asked_again(detail: Mapping[str, Any]) -> str:
    now, before = detail["now"], detail["before"]
    return say_many(
        "{hits} of {n} reader asked again after reading; before: {hits_before} of {cases_before}",
        "{hits} of {n} readers asked again after reading; before: {hits_before} of {cases_before}",
        now["cases"],
        hits=now["hits"],
        hits_before=before["hits"],
        cases_before=before["cases"],
    )


def _rewritten(detail: Mapping[str, Any]) -> str:
    now, before = detail["now"], detail["before"]
    return say_many(
        "Agents rewrote it in {hits} of {n} reply; before: {hits_before} of {cases_before}",
        "Agents rewrote it in {hits} of {n} replies; before: {hits_before} of {cases_before}",
        now["cases"],
        hits=now["hits"],
        hits_before=before["hits"],
        cases_before=before["cases"],
    )


def _contradicted(detail: Mapping[str, Any]) -> str:
    return say_many(
        "{answers} of {n} newer accepted answer says something else",
        "{answers} of {n} newer accepted answers say something else",
        detail["of"],
        answers=detail["answers"],
    )


def _shipped(detail: Mapping[str, Any]) -> str:
    return say_many(
        "{n} fix of this problem shipped since it was checked",
        "{n} fixes of this problem shipped since it was checked",
        detail["issues"],
    )


def _drifted(detail: Mapping[str, Any]) -> str:
    return say_many(
        "{n} new question asks something else than the {before} before: {distance} apart, by chance {by_chance}",
        "{n} new questions ask something else than the {before} before: {distance} apart, by chance {by_chance}",
        detail["since"],
        before=detail["before"],
        distance=detail["distance"],
        by_chance=detail["by_chance"],
    )


_WORDS = {
    "asked_again": _asked_again,
    "rewritten": _rewritten,
    "contradicted": _contradicted,
    "shipped": _shipped,
    "drifted": _drifted,
}
