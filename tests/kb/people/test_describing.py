"""What people say about themselves: what may stand there, and who reads it."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.core.actor import ANONYMOUS
from kb.core.clock import now
from kb.core.errors import Invalid, NotAllowed, NotSignedIn
from kb.core.trust import Trust
from kb.people.describing import describe_oneself, is_website
from kb.people.profiles import OwnWords, get_own_words, get_profile
from kb.people.sessions import find_session_actor, open_session
from tests.support.factories import make_person

WORDS = OwnWords("Ines Duarte", "Bookkeeper", "she", "Porto", "https://duarte.example", "I *count*.", False)


async def test_what_is_said_is_read_by_anybody_and_its_markdown_is_safe(db: str) -> None:
    ines = await make_person()
    about = "I *count*. <script>alert(1)</script>"
    await describe_oneself(
        ines, OwnWords("Ines  Duarte", "Bookkeeper", "she", "Porto", "https://duarte.example", about)
    )
    profile = await get_profile(ANONYMOUS, ines.username)
    assert (profile.name, profile.headline, profile.place) == ("Ines Duarte", "Bookkeeper", "Porto")
    assert "<em>count</em>" in profile.about_html
    assert "<script" not in profile.about_html
    assert (await get_own_words(ines)).about == about


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"name": " "}, "name"),
        ({"headline": "x" * 101}, "headline"),
        ({"place": "x" * 101}, "place"),
        ({"about": "x" * 2001}, "about"),
        ({"website": "javascript:alert(1)"}, "website"),
        ({"website": "https://user:secret@bank.example"}, "website"),
    ],
)
async def test_a_refusal_names_the_field_and_changes_nothing(db: str, change: dict[str, Any], field: str) -> None:
    ines = await make_person()
    await describe_oneself(ines, WORDS)
    said = {name: getattr(WORDS, name) for name in WORDS.__slots__}
    with pytest.raises(Invalid) as refused:
        await describe_oneself(ines, OwnWords(**{**said, **change}))
    assert list(refused.value.fields) == [field]
    assert await get_own_words(ines) == WORDS


async def test_a_hidden_profile_is_read_by_members_alone(db: str) -> None:
    ines, bo = await make_person(), await make_person()
    await describe_oneself(ines, OwnWords("Ines", hides_profile=True))
    with pytest.raises(NotSignedIn):
        await get_profile(ANONYMOUS, ines.username)
    assert (await get_profile(bo, ines.username)).name == "Ines"


async def test_what_a_newcomer_says_is_heard_once_they_are_one_no_more(db: str) -> None:
    newcomer, bo = await make_person(trust=Trust.NEWCOMER), await make_person()
    await describe_oneself(newcomer, WORDS)
    for reader, heard in ((ANONYMOUS, False), (bo, False), (newcomer, True)):
        profile = await get_profile(reader, newcomer.username)
        assert (profile.website != "", profile.about_html != "") == (heard, heard)


async def test_a_name_reaches_the_next_click_and_nobody_silenced_changes_theirs(db: str) -> None:
    ines = await make_person()
    await describe_oneself(ines, OwnWords("Ines D."))
    seen = await find_session_actor(await open_session(ines.person_id, user_agent=""))  # type: ignore[arg-type]
    assert seen is not None
    assert seen.name == "Ines D."
    silenced = replace(ines, silenced_until=now() + timedelta(days=1))
    with pytest.raises(NotAllowed):
        await describe_oneself(silenced, WORDS)


@pytest.mark.parametrize(
    ("address", "fits"),
    [
        ("", True),
        ("https://example.com", True),
        ("http://example.com:8080/a?b=c#d", True),
        ("https://localhost", False),
        ("ftp://example.com", False),
        ("//example.com", False),
        ("https://exa mple.com", False),
        ('https://example.com/"onclick=', False),
        ("https://[::1", False),
        ("https://example.com:port", False),
        ("https://example.com/" + "x" * 200, False),
    ],
)
def test_a_website_is_an_address_a_link_may_lead_to(address: str, fits: bool) -> None:
    assert is_website(address) is fits


@given(st.text(max_size=60))
def test_no_text_passes_for_a_website_without_its_scheme(text: str) -> None:
    assert not is_website(text) or text == "" or text.lower().startswith(("http://", "https://"))
