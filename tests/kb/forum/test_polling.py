"""Polls: one vote a person, changed until it closes, counted exactly, seen by those alone who may read the topic."""

import asyncio
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kb.core.actor import ANONYMOUS, Actor
from kb.core.clock import clock_held_at, now
from kb.core.database import fetch_all, fetch_value
from kb.core.errors import Conflict, Invalid, NotFound, NotSignedIn
from kb.core.policy import Role
from kb.forum.asking import AskedTopic
from kb.forum.editing import edit_post
from kb.forum.polling import vote_in_poll
from kb.forum.polls import PollView
from kb.forum.queries import get_topic_page
from tests.support.factories import make_person
from tests.support.forum_factories import make_reply, make_space, make_topic

ONE = "Say it.\n\n:::poll Which one?\n- Red\n- Green\n- Blue\n:::"


async def poll_of(topic: AskedTopic, reader: Actor) -> PollView:
    poll = (await get_topic_page(reader, topic.number)).question.poll
    assert poll is not None
    return poll


def counts(poll: PollView) -> list[int | None]:
    return [option.votes for option in poll.options]


async def test_a_poll_is_asked_with_its_post_and_voted_in_once_a_person(db: str) -> None:
    asker, voter = await make_person(), await make_person()
    topic = await make_topic(asker, body=ONE)
    poll = await poll_of(topic, voter)
    assert (poll.question, [option.text for option in poll.options]) == ("Which one?", ["Red", "Green", "Blue"])
    red, green, _ = (option.id for option in poll.options)
    await vote_in_poll(asker, poll.id, [red])
    await vote_in_poll(voter, poll.id, [red])
    await vote_in_poll(voter, poll.id, [green])
    seen = await poll_of(topic, voter)
    assert (counts(seen), seen.voters, [option.is_mine for option in seen.options]) == (
        [1, 1, 0],
        2,
        [False, True, False],
    )
    await vote_in_poll(voter, poll.id, [])
    seen = await poll_of(topic, voter)
    assert (counts(seen), seen.voters, seen.has_voted) == ([1, 0, 0], 1, False)


async def test_nobody_is_told_who_chose_what(db: str) -> None:
    voter = await make_person()
    topic = await make_topic(body=ONE)
    poll = await poll_of(topic, voter)
    await vote_in_poll(voter, poll.id, [poll.options[0].id])
    lines = await fetch_all("select detail::text from audit_line where action = 'poll.vote'")
    assert len(lines) == 1
    assert str(poll.options[0].id) not in lines[0]["detail"]


async def test_one_choice_is_one_and_options_of_other_polls_are_none(db: str) -> None:
    voter = await make_person()
    topic, other = await make_topic(body=ONE), await make_topic(body=ONE + "\n\nBye")
    poll, strange = await poll_of(topic, voter), await poll_of(other, voter)
    with pytest.raises(Invalid):
        await vote_in_poll(voter, poll.id, [option.id for option in poll.options[:2]])
    with pytest.raises(Invalid):
        await vote_in_poll(voter, poll.id, [strange.options[0].id])
    with pytest.raises(NotSignedIn):
        await vote_in_poll(ANONYMOUS, poll.id, [poll.options[0].id])
    assert counts(await poll_of(topic, voter)) == [0, 0, 0]


async def test_a_poll_in_a_topic_one_may_not_read_is_no_poll(db: str) -> None:
    await make_space("office", visibility="staff")
    agent, member = await make_person(Role.AGENT), await make_person()
    topic = await make_topic(agent, body=ONE, space="office")
    poll = await poll_of(topic, agent)
    with pytest.raises(NotFound):
        await vote_in_poll(member, poll.id, [poll.options[0].id])


async def test_a_closed_poll_takes_no_votes_and_shows_what_it_hid(db: str) -> None:
    voter, late = await make_person(), await make_person()
    day = f"{now() + timedelta(days=2):%Y-%m-%d}"
    topic = await make_topic(body=f":::poll Which?\n- a\n- b\nresults after voting\ncloses {day}\n:::")
    poll = await poll_of(topic, late)
    await vote_in_poll(voter, poll.id, [poll.options[0].id])
    assert counts(await poll_of(topic, voter)) == [1, 0]
    hidden = await poll_of(topic, late)
    assert (counts(hidden), hidden.voters) == ([None, None], None)
    with clock_held_at(now() + timedelta(days=4)):
        with pytest.raises(Conflict):
            await vote_in_poll(late, poll.id, [poll.options[0].id])
        assert counts(await poll_of(topic, late)) == [1, 0]


async def test_what_is_no_poll_is_refused_by_its_field_and_nothing_is_written(db: str) -> None:
    for body in (":::poll Which?\n- a\n:::", ":::poll Which?\n- a\n- b\ncloses 2020-01-01\n:::"):
        with pytest.raises(Invalid) as refused:
            await make_topic(body=body)
        assert set(refused.value.fields) == {"body"}
    assert await fetch_value("select count(*) from topic") == 0


async def test_a_poll_may_be_rewritten_until_the_first_vote_and_then_only_be_closed_otherwise(db: str) -> None:
    author, voter = await make_person(), await make_person()
    topic = await make_topic(author, body=ONE)
    post = (await get_topic_page(author, topic.number)).question.id
    await edit_post(author, post, ONE.replace("Blue", "Black"))
    poll = await poll_of(topic, voter)
    assert [option.text for option in poll.options] == ["Red", "Green", "Black"]
    await vote_in_poll(voter, poll.id, [poll.options[2].id])
    for changed in (ONE, "No poll any more"):
        with pytest.raises(Invalid):
            await edit_post(author, post, changed)
    kept = ONE.replace("Blue", "Black").replace("Say it.", "Say it now.").replace("\n:::", "\ncloses 2099-01-01\n:::")
    await edit_post(author, post, kept)
    seen = await poll_of(topic, voter)
    assert (seen.id, counts(seen)) == (poll.id, [0, 0, 1])
    assert seen.closes_at is not None


async def test_votes_at_once_are_counted_exactly(db: str) -> None:
    topic = await make_topic(body=ONE.replace("\n:::", "\nseveral choices\n:::").replace(":::poll\n", ":::poll "))
    voters = [await make_person() for _ in range(6)]
    poll = await poll_of(topic, voters[0])
    ids = [option.id for option in poll.options]
    await asyncio.gather(
        *(vote_in_poll(one, poll.id, ids[: n % 3 + 1]) for n, one in enumerate(voters) for _ in range(2))
    )
    seen = await poll_of(topic, voters[0])
    assert (counts(seen), seen.voters) == ([6, 4, 2], 6)


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.integers(0, 2), st.sets(st.integers(0, 2))), max_size=8))
async def test_the_counts_are_always_the_votes(db: str, steps: list[tuple[int, set[int]]]) -> None:
    topic = await make_topic(body=ONE.replace("- Blue", "- Blue\nseveral choices"))
    voters = [await make_person() for _ in range(3)]
    poll = await poll_of(topic, voters[0])
    last: dict[int, set[int]] = {}
    for voter, chosen in steps:
        await vote_in_poll(voters[voter], poll.id, [poll.options[n].id for n in chosen])
        last[voter] = chosen
    seen = await poll_of(topic, voters[0])
    assert counts(seen) == [sum(n in chosen for chosen in last.values()) for n in range(3)]
    assert seen.voters == sum(bool(chosen) for chosen in last.values())


async def test_an_answer_may_ask_too(db: str) -> None:
    topic = await make_topic()
    await make_reply(topic, body=ONE)
    [reply] = (await get_topic_page(await make_person(), topic.number)).replies
    assert reply.poll is not None
