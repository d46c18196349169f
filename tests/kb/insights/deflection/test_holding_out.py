"""Who goes without suggestions: a few, by lot, for a month, and nobody who may be in danger."""

from datetime import UTC, datetime
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.core.ids import new_id
from kb.insights.deflection.holding_out import choose_arm, is_about_security

NOVEMBER, DECEMBER = datetime(2026, 11, 3, tzinfo=UTC), datetime(2026, 12, 3, tzinfo=UTC)


def held(people: list[UUID], share: float, *, key: str = "k", at: datetime = NOVEMBER) -> set[UUID]:
    return {person for person in people if choose_arm(person, share=share, key=key, at=at) == "held"}


def test_about_the_share_asked_for_is_held_others_each_month_and_more_adds_people_without_moving_any() -> None:
    people = [new_id() for _ in range(4_000)]

    assert 140 < len(held(people, 0.05)) < 260
    assert held(people, 0.05) < held(people, 0.2)
    assert held(people, 0.05) == held(people, 0.05)
    assert len(held(people, 0.05) & held(people, 0.05, at=DECEMBER)) < 40
    assert len(held(people, 0.05) & held(people, 0.05, key="other")) < 40
    assert not held(people, 0.0)
    assert len(held(people, 1.0)) < 2_200


@pytest.mark.parametrize(
    "text",
    [
        "My account was HACKED and the mail changed",
        "I got a phishing mail in your name",
        "Somebody else logged in from Peru",
        "Mein Konto wurde gehackt!",
        "Sicherheitslücke im Export",
        "On a volé mon mot de passe",
        "Me han robado la cuenta",
        "تم اختراق حسابي",
        "アカウントが乗っ取られました",
        "CVE-2026-1234 affects your PDF library",
    ],
)
def test_whoever_may_be_in_danger_is_recognised(text: str) -> None:
    assert is_about_security(text)


@pytest.mark.parametrize(
    "text", ["How do I export invoices?", "Password reset mail never comes", "Wie storniere ich eine Rechnung?", ""]
)
def test_everyday_questions_are_not_about_security(text: str) -> None:
    assert not is_about_security(text)


@given(st.text(max_size=300), st.text(max_size=300))
def test_whatever_stands_around_it_danger_is_recognised(before: str, after: str) -> None:
    assert is_about_security(f"{before} phishing {after}")
