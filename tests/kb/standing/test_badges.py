"""Badges: what each is given for, once, and that moderators can take one back for good."""

from datetime import timedelta
from uuid import UUID

import pytest

from jobs.tools import Tools
from kb.core.actor import Actor
from kb.core.clock import clock_held_at, now
from kb.core.database import execute, fetch_value
from kb.core.errors import NotAllowed, NotFound
from kb.core.ids import new_id
from kb.core.policy import Role
from kb.forum.accepting import accept_post, unaccept_post
from kb.forum.me_too import say_me_too
from kb.standing.badges import ALL, BADGES
from kb.standing.giving import give_badges, restore_badge, revoke_badge
from kb.standing.holders import count_holders, list_badges_of, list_holders
from tests.support.delivering import deliver_until_quiet
from tests.support.factories import make_person
from tests.support.forum_factories import make_reply, make_space, make_topic


async def solve(helper: Actor, *, space: str = "help", after: timedelta = timedelta(0)) -> UUID:
    asker = await make_person(Role.AGENT)
    topic = await make_topic(asker, space=space)
    with clock_held_at(now() + after):
        post_id = await make_reply(topic, helper)
    await accept_post(asker, post_id)
    return post_id


async def keys_of(who: Actor) -> set[str]:
    return {held.badge.key for held in await list_badges_of(who.person_id)}  # type: ignore[arg-type]


async def test_a_first_solution_is_thanked_for_as_soon_as_it_is_accepted(db: str, tools: Tools) -> None:
    ines = await make_person()
    await solve(ines, after=timedelta(hours=2))
    await deliver_until_quiet(tools)
    assert await keys_of(ines) == {"first-solution"}
    assert await give_badges() == 0
    assert await fetch_value("select count(*) from audit_line where action = 'badge.give'") == 1


async def test_an_answer_to_ones_own_question_or_a_hidden_one_earns_nothing(db: str) -> None:
    ines = await make_person()
    topic = await make_topic(ines)
    await accept_post(ines, await make_reply(topic, ines))
    hidden = await solve(ines)
    await execute("update post set hidden_at = now() where id = $1", hidden)
    assert await give_badges() == 0


async def test_an_answer_within_the_hour_has_a_badge_of_its_own(db: str) -> None:
    quick, slow = await make_person(), await make_person()
    await solve(quick)
    await solve(slow, after=timedelta(minutes=61))
    await give_badges()
    assert "within-the-hour" in await keys_of(quick)
    assert "within-the-hour" not in await keys_of(slow)


async def test_ten_solved_in_five_spaces_earn_both_badges(db: str) -> None:
    ines = await make_person()
    for number in range(9):
        await solve(ines, space=await make_space(f"room-{number % 5}"))
    await give_badges()
    assert {"many-rooms"} <= await keys_of(ines)
    assert "ten-solved" not in await keys_of(ines)
    await solve(ines)
    await give_badges()
    assert "ten-solved" in await keys_of(ines)


async def test_a_question_others_had_too_thanks_its_asker_once_it_is_solved(db: str) -> None:
    asker, helper = await make_person(), await make_person()
    topic = await make_topic(asker)
    for _ in range(3):
        await say_me_too(await make_person(), topic.id)
    await give_badges()
    assert await keys_of(asker) == set()
    await accept_post(asker, await make_reply(topic, helper))
    await give_badges()
    assert await keys_of(asker) == {"well-asked", "voice-of-many"}


async def test_an_answer_passed_on_in_tickets_is_thanked_for(db: str) -> None:
    ines = await make_person()
    post_id, answer_id = await solve(ines), new_id()
    await execute(
        "insert into answer (id, kind, source_id, parent_id, author_id, visibility, title, excerpt, text_hash, created_at)"
        " select $1, 'post', p.id, p.topic_id, p.author_id, 'public', 't', 'e', '\\x00', now() from post p where p.id = $2",
        answer_id,
        post_id,
    )
    for number in range(3):
        assert ("passed-on" in await keys_of(ines)) is False
        customer = await make_person()
        await execute(
            "insert into answer_use (id, answer_id, revision, kind, surface, person_id, created_at)"
            " values ($1, $2, 1, 'inserted', 'desk', $3, now())",
            new_id(),
            answer_id,
            customer.person_id,
        )
        await give_badges()
        assert ("passed-on" in await keys_of(ines)) is (number == 2)


async def test_what_was_earned_stays_when_the_acceptance_is_withdrawn(db: str) -> None:
    ines = await make_person()
    post_id = await solve(ines)
    await give_badges()
    await unaccept_post(await make_person(Role.ADMIN), post_id)
    await give_badges()
    assert "first-solution" in await keys_of(ines)


async def test_a_badge_taken_back_is_not_given_again_until_it_is_restored(db: str) -> None:
    moderator, ines = await make_person(Role.MODERATOR), await make_person()
    await solve(ines)
    await give_badges()
    with pytest.raises(NotAllowed):
        await revoke_badge(ines, "first-solution", ines.person_id)  # type: ignore[arg-type]
    with pytest.raises(NotFound):
        await revoke_badge(moderator, "fifty-solved", ines.person_id)  # type: ignore[arg-type]
    before = await list_badges_of(ines.person_id)  # type: ignore[arg-type]
    await revoke_badge(moderator, "first-solution", ines.person_id)  # type: ignore[arg-type]
    await revoke_badge(moderator, "first-solution", ines.person_id)  # type: ignore[arg-type]
    assert await give_badges() == 0
    assert "first-solution" not in await keys_of(ines)
    assert (await list_holders("first-solution"))[1] == []
    await restore_badge(moderator, "first-solution", ines.person_id)  # type: ignore[arg-type]
    assert await list_badges_of(ines.person_id) == before  # type: ignore[arg-type]


async def test_every_badge_has_an_address_of_its_own_and_a_statement_that_runs(db: str) -> None:
    assert len(BADGES) == len(ALL)
    assert await give_badges([new_id()]) == 0
    assert [badge for badge, _ in await count_holders()] == list(ALL)
    with pytest.raises(NotFound):
        await list_holders("nothing")
