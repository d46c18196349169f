"""A duplicate leads to its original, its people with it, and undoing gives back exactly what was."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kb.clusters.duplicates.confirming import confirm_duplicate
from kb.clusters.duplicates.contesting import contest_duplicate
from kb.clusters.duplicates.marking import NewMark, mark_duplicate
from kb.clusters.duplicates.queries import get_duplicate, list_duplicates
from kb.clusters.duplicates.sides import Side
from kb.clusters.duplicates.undoing import undo_duplicate
from kb.core.actor import Actor
from kb.core.database import execute, fetch_all, fetch_value
from kb.core.errors import Conflict, Invalid, KbError, NotAllowed, NotFound
from kb.core.policy import Role
from kb.forum.asking import AskedTopic
from kb.forum.me_too import say_me_too, withdraw_me_too
from kb.forum.merging import list_followers
from tests.support.factories import make_person
from tests.support.forum_factories import make_space, make_topic
from tests.support.tickets_factories import make_ticket

pytestmark = pytest.mark.usefixtures("db")

NOT_COMPARED = {"audit_line", "outbox_message", "outbox_delivery", "cluster_event", "duplicate", "duplicate_mark"}
"""The logs, and the duplicate's own record of what happened."""


def side(thing: Any, kind: str = "topic") -> Side:
    return Side(kind, thing.id)


async def mark(actor: Actor, alias: Side, original: Side, *, enough: int = 0) -> Any:
    return await mark_duplicate(actor, NewMark(alias, original, "the same"), enough=enough)


async def merge(alias: Side, original: Side) -> Any:
    agent = await make_person(Role.AGENT)
    made = await mark(agent, alias, original)
    await confirm_duplicate(agent, made)
    return made


async def everything() -> dict[str, list[str]]:
    """Every row of every table, as text."""
    tables = [r["tablename"] for r in await fetch_all("select tablename from pg_tables where schemaname = 'public'")]
    kept = sorted(set(tables) - NOT_COMPARED)
    return {t: [r["row"] for r in await fetch_all(f'select x::text as row from "{t}" x order by 1')] for t in kept}


async def me_too_of(topic: AskedTopic) -> int:
    return int(await fetch_value("select me_too_count from topic where id = $1", topic.id))


async def test_followers_and_me_toos_move_and_come_back(db: str) -> None:
    one, other, both = await make_person(), await make_person(), await make_person()
    original, alias = await make_topic(one), await make_topic(other)
    for topic in (original, alias):
        await say_me_too(both, topic.id)
    before = await everything()
    made = await merge(side(alias), side(original))

    assert await list_followers(original.id) == sorted([one.person_id, other.person_id, both.person_id])
    assert await me_too_of(original) == 2, "who asked the duplicate, and who said it of both, once"

    agent = await make_person(Role.AGENT)
    await undo_duplicate(agent, made)
    after = await everything()
    before.pop("person"), after.pop("person")
    assert after == before


async def test_who_joined_after_the_merge_stays_and_who_withdrew_stays_withdrawn(db: str) -> None:
    original, alias = await make_topic(), await make_topic()
    late, gone = await make_person(), await make_person()
    await say_me_too(gone, alias.id)
    made = await merge(side(alias), side(original))

    await say_me_too(late, alias.id)
    await withdraw_me_too(gone, original.id)
    await undo_duplicate(await make_person(Role.AGENT), made)

    assert late.person_id in await list_followers(original.id)
    assert gone.person_id not in await list_followers(alias.id)
    assert (await me_too_of(original), await me_too_of(alias)) == (1, 0)


async def test_an_original_that_becomes_an_alias_takes_its_aliases_along_and_gives_them_back(db: str) -> None:
    first, second, third = [await make_topic() for _ in range(3)]
    await merge(side(first), side(second))
    upper = await merge(side(second), side(third))
    leads = "select duplicate_of from topic where id = $1"
    assert await fetch_value(leads, first.id) == third.id
    assert await me_too_of(third) == 2

    await undo_duplicate(await make_person(Role.AGENT), upper)
    assert await fetch_value(leads, first.id) == second.id
    assert (await me_too_of(third), await me_too_of(second)) == (0, 1)


async def test_marking_onto_an_alias_leads_to_its_original_and_nothing_to_itself(db: str) -> None:
    first, second, third = [await make_topic() for _ in range(3)]
    await merge(side(second), side(third))
    agent = await make_person(Role.AGENT)
    made = await mark(agent, side(first), side(second))
    assert (await get_duplicate(agent, made)).original_number == third.number
    for alias in (second, third):
        with pytest.raises((Invalid, Conflict)):
            await merge(side(alias), side(alias))
    with pytest.raises(Invalid) as refusal:
        await mark(agent, side(third), side(second))
    assert "original" in refusal.value.fields


async def test_enough_members_confirm_unless_the_asker_objects(db: str) -> None:
    asker, original = await make_person(), await make_topic()
    alias, contested = await make_topic(asker), await make_topic(asker)
    members = [await make_person() for _ in range(3)]
    made = await mark(members[0], side(alias), side(original), enough=2)
    assert not (await get_duplicate(asker, made)).in_force
    assert await mark(members[0], side(alias), side(original), enough=2) == made
    assert not (await get_duplicate(asker, made)).in_force, "one person's word counts once"
    await mark(members[1], side(alias), side(original), enough=2)
    assert (await get_duplicate(asker, made)).in_force

    other = await mark(members[0], side(contested), side(original), enough=2)
    with pytest.raises(NotAllowed):
        await contest_duplicate(members[0], other, reason="I know better")
    await contest_duplicate(asker, other, reason="Another screen")
    await mark(members[1], side(contested), side(original), enough=2)
    assert not (await get_duplicate(asker, other)).in_force
    with pytest.raises(NotAllowed):
        await confirm_duplicate(members[2], other)
    await confirm_duplicate(await make_person(Role.MODERATOR), other)
    assert (await get_duplicate(asker, other)).in_force


async def test_a_member_takes_back_only_a_mark_of_their_own(db: str) -> None:
    member, other = await make_person(), await make_person()
    made = await mark(member, side(await make_topic()), side(await make_topic()))
    with pytest.raises(NotAllowed):
        await undo_duplicate(other, made)
    await undo_duplicate(member, made)
    assert (await get_duplicate(member, made)).state == "undone"


async def test_nobody_is_led_to_what_they_may_not_read(db: str) -> None:
    await make_space("inside", visibility="staff")
    agent = await make_person(Role.AGENT)
    public, inside = await make_topic(), await make_topic(agent, space="inside")
    ticket, another = await make_ticket(), await make_ticket()
    for alias, original in (
        (side(public), side(inside)),
        (side(public), side(ticket, "ticket")),
        (side(ticket, "ticket"), side(inside)),
        (side(ticket, "ticket"), side(another, "ticket")),
    ):
        with pytest.raises(Invalid) as refusal:
            await mark(agent, alias, original)
        assert list(refusal.value.fields) == ["original"]


async def test_a_private_ticket_as_duplicate_is_seen_by_those_alone_who_may_read_it(db: str) -> None:
    topic, requester = await make_topic(), await make_person()
    made = await merge(side(await make_ticket(requester), "ticket"), side(topic))
    assert requester.person_id in await list_followers(topic.id)
    assert await me_too_of(topic) == 1
    for stranger in (await make_person(), await make_person(Role.MODERATOR)):
        assert await list_duplicates(stranger) == []
        with pytest.raises(NotFound):
            await get_duplicate(stranger, made)
    assert [d.id for d in await list_duplicates(requester)] == [made]
    await undo_duplicate(await make_person(Role.AGENT), made)
    assert await me_too_of(topic) == 0


async def test_two_who_mark_at_once_make_one_duplicate(db: str) -> None:
    alias, original = await make_topic(), await make_topic()
    people = [await make_person() for _ in range(4)]
    made = await asyncio.gather(*(mark(one, side(alias), side(original), enough=2) for one in people))
    assert len(set(made)) == 1
    assert (await get_duplicate(people[0], made[0])).in_force


async def test_of_two_opposite_confirmations_at_once_one_is_refused(db: str) -> None:
    one, other, agent = await make_topic(), await make_topic(), await make_person(Role.AGENT)
    there, back = await mark(agent, side(one), side(other)), await mark(agent, side(other), side(one))
    results = await asyncio.gather(
        confirm_duplicate(agent, there), confirm_duplicate(agent, back), return_exceptions=True
    )
    assert [type(r).__name__ for r in results if r] == ["Invalid"]
    assert len([d for d in await list_duplicates(agent) if d.in_force]) == 1


async def test_confirming_and_undoing_at_once_leave_nothing_half_done(db: str) -> None:
    alias, original, agent = await make_topic(), await make_topic(), await make_person(Role.AGENT)
    made = await mark(agent, side(alias), side(original))
    await asyncio.gather(confirm_duplicate(agent, made), undo_duplicate(agent, made), return_exceptions=True)
    assert (await get_duplicate(agent, made)).state == "undone"
    assert await fetch_value("select duplicate_of from topic where id = $1", alias.id) is None
    assert await me_too_of(original) == 0


async def test_each_follower_is_told_once_however_often_the_message_comes(
    deliver_all: Callable[[], Awaitable[int]],
) -> None:
    asker, follower = await make_person(), await make_person()
    alias, original = await make_topic(asker), await make_topic()
    await say_me_too(follower, alias.id)
    made = await merge(side(alias), side(original))
    await deliver_all()
    await undo_duplicate(await make_person(Role.AGENT), made)
    await deliver_all()
    await execute("update outbox_message set done_at = null")
    await execute("delete from outbox_delivery")
    await deliver_all()
    rows = await fetch_all("select person_id, thing from notice where kind = 'duplicate'")
    told = [(row["person_id"], row["thing"].rsplit(":", 1)[1]) for row in rows]
    wanted = [(asker.person_id, what) for what in ("confirmed", "marked", "undone")]
    assert sorted(told) == sorted([*wanted, (follower.person_id, "confirmed"), (follower.person_id, "undone")])


STEPS = st.lists(st.tuples(st.sampled_from(("merge", "undo", "say", "withdraw")), st.integers(0, 3), st.integers(0, 3)))


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
async def test_whatever_happens_nobody_is_lost_and_a_merge_undone_at_once_changes_nothing(
    db: str, steps: list[tuple[str, int, int]]
) -> None:
    agent = await make_person(Role.AGENT)
    people, topics = [await make_person() for _ in range(4)], [await make_topic() for _ in range(4)]
    for what, one, other in steps:
        try:
            await _do(what, agent, people[one], topics[one], topics[other])
        except KbError:
            continue
    await _check_counts()
    alias, original = topics[0], topics[1]
    try:
        made = await mark(agent, side(alias), side(original))
        before = await everything()
        await confirm_duplicate(agent, made)
    except KbError:
        return
    if (await get_duplicate(agent, made)).in_force and await everything() != before:
        await _check_counts()
        await undo_duplicate(agent, made)
        assert await everything() == before


async def _do(what: str, agent: Actor, person: Actor, topic: AskedTopic, other: AskedTopic) -> None:
    if what == "merge":
        await confirm_duplicate(agent, await mark(agent, side(topic), side(other)))
    elif what == "undo":
        for one in await list_duplicates(agent, state="confirmed", limit=1):
            await undo_duplicate(agent, one.id)
    else:
        await (say_me_too if what == "say" else withdraw_me_too)(person, other.id)


async def _check_counts() -> None:
    """Each original counts the people of its family once, and all of them are told."""
    for row in await fetch_all("select id, author_id, me_too_count from topic where duplicate_of is null"):
        family = await fetch_all("select id, author_id from topic where id = $1 or duplicate_of = $1", row["id"])
        ids = [one["id"] for one in family]
        said = await fetch_all("select person_id from me_too where topic_id = any($1::uuid[])", ids)
        people = {one["author_id"] for one in family} | {one["person_id"] for one in said}
        assert row["me_too_count"] == len(people - {row["author_id"]})
        followers = await list_followers(row["id"])
        assert people <= set(followers)
        assert len(followers) == len(set(followers))
