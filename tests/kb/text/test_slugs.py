"""Readable ends of addresses."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.text.slugs import MAX_LENGTH, slugify


@pytest.mark.parametrize(
    ("title", "slug"),
    [
        ("Can't log in to C++ app — why?", "cant-log-in-to-cpp-app-why"),
        ("  R&D / C#  ", "r-and-d-csharp"),
        ("École Straße", "école-strasse"),
        ("हिन्दी में प्रश्न", "हिन्दी-में-प्रश्न"),
        ("日本語のタイトル", "日本語のタイトル"),
        ("v1.2.3_final", "v1-2-3-final"),
        ("???", "untitled"),
        ("", "untitled"),
        ("word " * 30, "-".join(["word"] * 16)),
        ("a" * 200, "a" * 80),
    ],
)
def test_a_title_becomes_a_slug(title: str, slug: str) -> None:
    assert slugify(title) == slug


@given(st.text(max_size=300))
def test_a_slug_is_short_filled_and_stable(title: str) -> None:
    slug = slugify(title)
    assert 0 < len(slug) <= MAX_LENGTH
    assert not set(slug) & set(" /?#%&=+\"'<>\\.")
    assert slugify(slug) == slug
