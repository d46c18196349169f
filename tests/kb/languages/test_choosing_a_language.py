"""Which language somebody is given."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.languages.offered import LANGUAGES, choose_accepted


@pytest.mark.parametrize(
    ("accepted", "chosen"),
    [
        ("de", "de"),
        ("de-AT,en;q=0.5", "de"),
        ("fr, ar-EG;q=0.8, en;q=0.7", "ar"),
        ("en;q=0.2, de;q=0.9", "de"),
        ("de;q=0, en", "en"),
        ("fr-CH, fr;q=0.9", "en"),
        ("*", "en"),
        ("", "en"),
    ],
)
def test_a_browser_is_given_what_it_prefers_among_ours(accepted: str, chosen: str) -> None:
    assert choose_accepted(accepted, "en") == chosen


@given(st.text(max_size=200) | st.lists(st.sampled_from(["de", "ar", ";q=", "1", "-", ",", "x", "*"])).map("".join))
def test_whatever_a_browser_says_leads_to_a_language_of_ours(accepted: str) -> None:
    assert choose_accepted(accepted, "ar") in LANGUAGES
