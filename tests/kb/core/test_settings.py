"""Settings are read once, and one that cannot be used is named."""

import pytest

from kb.core.errors import Invalid
from kb.core.settings import load_settings


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "http"),
        ("REFRESH_PROPOSES_ABOVE", "-1"),
        ("DUPLICATE_MARKS", "three"),
        ("SHARED_PAGES_SECONDS", "-2"),
        ("LOG_LEVEL", "loud"),
        ("LABEL_PEOPLE", "0"),
        ("EMBED_RUNTIME", "gpu"),
        ("SEARCH_WORDS_WEIGHT", "1e9"),
        ("MAIL_REPLY_DOMAIN", "reply@example.com"),
    ],
)
def test_a_setting_that_cannot_be_used_is_named(name: str, value: str) -> None:
    with pytest.raises(Invalid) as refusal:
        load_settings({name: value})
    assert refusal.value.fields.keys() == {name}


def test_nothing_has_to_be_set() -> None:
    assert load_settings({})["PORT"] == "8000"
