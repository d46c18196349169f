"""Replies in the order their reader asks for: every reply once, whatever the order and however long the topic."""

import pytest

from kb.core.actor import ANONYMOUS
from kb.core.errors import Invalid
from kb.core.policy import Role
from kb.forum import rules
from kb.forum.accepting import accept_post
from kb.forum.hiding import hide_post
from kb.forum.queries import get_topic_page, locate_post
from kb.forum.reply_order import REPLY_ORDER
from kb.forum.voting import vote_for_post
from tests.support.factories import make_person
from tests.support.forum_factories import make_reply, make_topic


@pytest.mark.parametrize("sort", list(REPLY_ORDER))
async def test_going_through_all_pages_shows_every_reply_once_in_its_order(
    db: str, sort: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kb.forum.queries.POSTS_PER_PAGE", 3)
    asker, author = await make_person(), await make_person(Role.AGENT)
    topic = await make_topic(asker)
    replies = [await make_reply(topic, author) for _ in range(11)]
    voters = [await make_person() for _ in range(3)]
    votes = dict.fromkeys(replies, 0)
    for number, reply in enumerate(replies):
        for voter in voters[: number % 4]:
            votes[reply] = await vote_for_post(voter, reply)
    await accept_post(asker, replies[7])
    await accept_post(asker, replies[2])
    await hide_post(await make_person(Role.MODERATOR), replies[4])
    seen, after = [], 0
    while True:
        page = await get_topic_page(ANONYMOUS, topic.number, after=after, sort=sort)
        assert [post.id for post in page.accepted] == [replies[7], replies[2]]
        assert page.question.position == 1
        seen += [post.id for post in page.replies]
        if not (after := page.next_after):
            break
    plain = [reply for number, reply in enumerate(replies) if number not in {2, 4, 7}]
    wanted = {
        "oldest": plain,
        "newest": plain[::-1],
        "helpful": sorted(plain, key=lambda reply: -votes[reply]),
    }
    assert seen == wanted[sort]


async def test_an_order_there_is_not_is_refused(db: str) -> None:
    topic = await make_topic()
    with pytest.raises(Invalid) as refusal:
        await get_topic_page(ANONYMOUS, topic.number, sort="loudest")
    assert "oldest, newest, helpful" in refusal.value.fields["sort"]


async def test_a_permalink_leads_to_the_part_that_shows_the_post_with_several_answers_accepted(db: str) -> None:
    asker, author = await make_person(), await make_person(Role.AGENT)
    topic = await make_topic(asker)
    replies = [await make_reply(topic, author) for _ in range(rules.POSTS_PER_PAGE + 4)]
    for answer in (replies[0], replies[5], replies[-1]):
        await accept_post(asker, answer)
    for reply in (replies[0], replies[1], replies[-2], replies[-1]):
        place = await locate_post(ANONYMOUS, reply)
        page = await get_topic_page(ANONYMOUS, topic.number, after=place.after)
        assert reply in [post.id for post in page.posts]
