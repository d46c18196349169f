"""How many fair posts the rules alone would hold, on real ones; the figures stand in kb/screening/README.md."""

from datetime import timedelta
from xml.etree import ElementTree

import pytest

from kb.adapters.local_spam_judge import LocalSpamJudge
from kb.ports.spam_judge import Suspect
from kb.screening.links import links_of
from kb.text.plain import plain_from_html
from tests.support.shared_data import shared_data

HELD_FROM = 0.85
QUESTION, ANSWER = "1", "2"


def fair_posts(kind: str) -> list[tuple[str, str]]:
    """(title, HTML) of each question or answer of the dumps."""
    return [
        (post.get("Title", ""), post.get("Body", ""))
        for dump in ("cardano", "conlang.meta", "beer", "coffee")
        for post in ElementTree.parse(shared_data(f"stackexchange/{dump}.stackexchange.com/Posts.xml")).getroot()
        if post.get("PostTypeId") == kind
    ]


async def held_share(posts: list[tuple[str, str]], *, age: timedelta, in_sight: int) -> float:
    judge, held = LocalSpamJudge(), 0
    for title, html in posts:
        links = tuple(link for link in links_of(html) if link.startswith(("http", "//")))
        suspect = Suspect(f"{title}\n{plain_from_html(html)}", links, age, in_sight)
        held += (await judge.judge(suspect)).score >= HELD_FROM
    return held / len(posts)


@pytest.mark.parametrize(("kind", "most"), [(QUESTION, 0.002), (ANSWER, 0.016)])
async def test_of_first_posts_of_a_ten_minutes_old_account_hardly_any_waits(kind: str, most: float) -> None:
    assert await held_share(fair_posts(kind), age=timedelta(minutes=10), in_sight=0) <= most


@pytest.mark.parametrize("kind", [QUESTION, ANSWER])
async def test_three_days_and_one_post_later_none_does(kind: str) -> None:
    assert await held_share(fair_posts(kind), age=timedelta(days=3), in_sight=1) == 0
