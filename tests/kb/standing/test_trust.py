"""Levels of trust: earned by reading and helping, lost after a grace, given and held by hand."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.core.actor import SYSTEM, Actor
from kb.core.clock import clock_held_at, now
from kb.core.database import execute, execute_many, fetch_value
from kb.core.errors import Conflict, NotAllowed, NotFound
from kb.core.policy import Role
from kb.core.trust import Trust
from kb.forum.accepting import accept_post, unaccept_post
from kb.forum.tagging import tag_topic
from kb.moderation.deciding import Verdict, decide, undo_decision
from kb.standing.deeds import count_deeds
from kb.standing.earning import weigh_trust
from kb.standing.granting import grant_trust
from kb.standing.progress import get_progress
from kb.standing.reading import ReadingNotes, forget_old_reading
from kb.standing.rules import GRACE, NEEDED, Deeds, earned_level, judge, list_steps
from tests.support.factories import make_person
from tests.support.forum_factories import make_reply, make_topic
from tests.support.moderation_factories import flag_by, waiting_item

AT = datetime(2026, 6, 1, tzinfo=UTC)


async def read_on(who: Actor, day: date, *topics: int) -> None:
    await execute("insert into reading_day (person_id, day, topics) values ($1, $2, $3)", who.person_id, day, topics)


async def read_for(who: Actor, days: int, *, topics: int = 3) -> None:
    rows = [(who.person_id, now().date() - timedelta(days=n), list(range(1, topics + 1))) for n in range(days)]
    await execute_many("insert into reading_day (person_id, day, topics) values ($1, $2, $3)", rows)


async def solve(helper: Actor, times: int) -> None:
    for _ in range(times):
        asker = await make_person(Role.AGENT)
        topic = await make_topic(asker)
        await accept_post(asker, await make_reply(topic, helper))


async def level_of(who: Actor) -> Trust:
    return Trust(await fetch_value("select trust from person where id = $1", who.person_id))


async def test_a_newcomer_who_reads_on_two_days_is_a_member(db: str) -> None:
    newcomer = await make_person(trust=Trust.NEWCOMER)
    await read_on(newcomer, now().date(), 1, 2, 3, 4, 5)
    assert await weigh_trust() == 0
    await read_on(newcomer, now().date() - timedelta(days=1), 1)
    assert await weigh_trust() == 1
    assert await level_of(newcomer) == Trust.MEMBER
    assert await weigh_trust() == 0


async def test_a_regular_has_solved_something_for_somebody_else(db: str) -> None:
    ines = await make_person()
    await read_for(ines, 15)
    for _ in range(3):
        await make_reply(await make_topic(), ines)
    own = await make_topic(ines)
    await accept_post(ines, await make_reply(own, ines))
    assert await weigh_trust() == 0
    await solve(ines, 1)
    assert await weigh_trust() == 1
    assert await level_of(ines) == Trust.REGULAR


async def test_an_acceptance_withdrawn_takes_its_deed_along(db: str) -> None:
    ines, asker = await make_person(), await make_person()
    topic = await make_topic(asker)
    post_id = await make_reply(topic, ines)
    await accept_post(asker, post_id)
    assert (await count_deeds([ines.person_id]))[ines.person_id].solved == 1  # type: ignore[list-item, index]
    await unaccept_post(asker, post_id)
    assert (await count_deeds([ines.person_id]))[ines.person_id].solved == 0  # type: ignore[list-item, index]


async def test_trusted_is_lost_a_grace_after_the_last_hundred_days_stopped_holding_it(db: str) -> None:
    ines = await make_person(trust=Trust.TRUSTED)
    await weigh_trust()
    assert await level_of(ines) == Trust.TRUSTED
    progress = await get_progress(ines, ines.person_id)  # type: ignore[arg-type]
    assert progress.lost_at is not None
    with clock_held_at(now() + GRACE - timedelta(hours=1)):
        await weigh_trust()
        assert await level_of(ines) == Trust.TRUSTED
    with clock_held_at(now() + GRACE + timedelta(hours=1)):
        assert await weigh_trust() == 1
        assert await level_of(ines) == Trust.REGULAR
    assert await fetch_value("select count(*) from audit_line where action = 'trust.change'") == 1


async def test_a_level_held_by_hand_and_a_leader_stay(db: str) -> None:
    moderator, ines, leo = await make_person(Role.MODERATOR), await make_person(), await make_person()
    await grant_trust(moderator, ines.person_id, Trust.TRUSTED, lock=True)  # type: ignore[arg-type]
    await grant_trust(moderator, leo.person_id, Trust.LEADER, lock=False)  # type: ignore[arg-type]
    for later in (timedelta(days=1), GRACE + timedelta(days=2)):
        with clock_held_at(now() + later):
            assert await weigh_trust() == 0
    assert (await level_of(ines), await level_of(leo)) == (Trust.TRUSTED, Trust.LEADER)


async def test_only_moderators_grant_and_never_to_themselves(db: str) -> None:
    moderator, ines = await make_person(Role.MODERATOR), await make_person()
    with pytest.raises(NotAllowed):
        await grant_trust(ines, moderator.person_id, Trust.LEADER, lock=False)  # type: ignore[arg-type]
    with pytest.raises(Conflict):
        await grant_trust(moderator, moderator.person_id, Trust.LEADER, lock=False)  # type: ignore[arg-type]


async def test_how_much_somebody_reads_is_nobody_elses_business(db: str) -> None:
    ines, bo = await make_person(), await make_person()
    with pytest.raises(NotFound):
        await get_progress(bo, ines.person_id)  # type: ignore[arg-type]
    assert (await get_progress(await make_person(Role.MODERATOR), ines.person_id)).steps  # type: ignore[arg-type]


async def test_a_topic_read_twice_on_a_day_counts_once(db: str) -> None:
    ines = await make_person()
    for numbers in ([7, 8], [8, 9], [7]):
        notes = ReadingNotes()
        for number in numbers:
            notes.note(ines, number)
        assert await notes.write_down() == 1
    assert sorted(await fetch_value("select topics from reading_day")) == [7, 8, 9]
    assert await ReadingNotes().write_down() == 0
    await execute("update reading_day set day = day - 500")
    assert await forget_old_reading() == 1


DEEDS = st.builds(Deeds, *[st.integers(0, 60)] * 9)


@given(DEEDS)
def test_a_level_is_earned_exactly_where_nothing_is_missing_up_to_it(deeds: Deeds) -> None:
    earned = earned_level(deeds)
    for level in NEEDED:
        if level <= earned:
            assert all(step.is_met for step in list_steps(level, deeds))
    above = Trust(earned + 1)
    assert above not in NEEDED or not all(step.is_met for step in list_steps(above, deeds))


@given(st.sampled_from(Trust), st.sampled_from([Trust(n) for n in range(4)]), st.booleans(), st.integers(0, 30))
def test_nobody_falls_but_the_trusted_and_nobody_becomes_a_leader(
    level: Trust, earned: Trust, is_locked: bool, days: int
) -> None:
    verdict = judge(level, earned, AT - timedelta(days=days), is_locked=is_locked, at=AT)
    if verdict.level < level:
        assert (level, verdict.level) == (Trust.TRUSTED, Trust.REGULAR)
        assert days >= GRACE.days
        assert not is_locked
    assert verdict.level != Trust.LEADER or level == Trust.LEADER


async def test_the_trusted_put_other_peoples_tags_right_and_others_do_not(db: str) -> None:
    topic = await make_topic()
    await tag_topic(SYSTEM, topic.id, ["export"])
    regular, trusted = await make_person(trust=Trust.REGULAR), await make_person(trust=Trust.TRUSTED)
    with pytest.raises(NotAllowed):
        await tag_topic(regular, topic.id, [])
    await tag_topic(trusted, topic.id, [])
    assert await fetch_value("select count(*) from topic_tag") == 0


async def test_a_flagged_post_counts_against_trust_while_moderators_agree(db: str) -> None:
    author, moderator = await make_person(), await make_person(Role.MODERATOR)
    post, kept = [await make_reply(await make_topic(), author) for _ in range(2)]
    await flag_by(2, post)
    await flag_by(1, kept)
    await decide(moderator, await waiting_item(kept), Verdict("keep"))
    decision = await decide(moderator, await waiting_item(post), Verdict("hide"))
    assert author.person_id is not None
    assert (await count_deeds([author.person_id]))[author.person_id].lately_flags == 1
    await undo_decision(moderator, decision)
    assert (await count_deeds([author.person_id]))[author.person_id].lately_flags == 0
