"""One person's way through every room in one order: filtered, paged, and only as far as its reader may see."""

from datetime import datetime, timedelta
from uuid import UUID

import pytest

from kb.core.actor import Actor
from kb.core.clock import now
from kb.core.database import execute
from kb.core.errors import Invalid, NotAllowed
from kb.core.ids import new_id
from kb.core.policy import Role
from kb.insights.timeline import KINDS, list_moments
from tests.support.answers_factories import make_answer, use_answer
from tests.support.factories import make_person, make_product_app
from tests.support.forum_factories import make_topic
from tests.support.tickets_factories import make_ticket


async def live(ines: Actor) -> UUID:
    """One thing of every kind, an hour apart, the oldest first; returns an answer that not everybody reads."""
    began = now() - timedelta(hours=20)
    assert ines.person_id is not None
    await execute("update person set created_at = $2 where id = $1", ines.person_id, began)
    topic = await make_topic(ines, title="Export ends early")
    await execute("update topic set created_at = $2 where id = $1", topic.id, began + timedelta(hours=1))
    ticket = await make_ticket(ines, subject="My invoice 2044")
    await execute("update ticket set created_at = $2 where id = $1", ticket.id, began + timedelta(hours=2))
    await hurt(ines.person_id, began + timedelta(hours=3))
    for version, hours in (("3.2", 4), ("1.0", -200)):
        at = began + timedelta(hours=hours)
        await execute("insert into release (version, released_at) values ($1, $2)", version, at)
    public, private = (
        await make_answer(None, title="Press reset"),
        await make_answer(None, title="For staff", visibility="staff"),
    )
    for answer_id in (public, private):
        await use_answer(answer_id, ines, "shown", surface="widget", ago=timedelta(hours=15))
        await use_answer(answer_id, ines, "shown", surface="search", ago=timedelta(hours=15))
        await use_answer(answer_id, ines, "said_solved", surface="widget", ago=timedelta(hours=14))
    await tell(ines.person_id, began + timedelta(hours=7))
    return private


async def hurt(person_id: UUID, at: datetime) -> None:
    app_id, point_id, episode_id = await make_product_app(), new_id(), new_id()
    await execute(
        "insert into friction_point (id, app_id, kind, route, element, label, first_at, last_at)"
        " values ($1, $2, 'rage_click', '/pay', 'b', 'Rage click on Pay', $3, $3)", point_id, app_id, at,
    )  # fmt: skip
    await execute(
        "insert into episode (id, person_id, friction_point_id, started_at, last_pain_at, created_at) values ($1, $2, $3, $4, $4, $4)",
        episode_id, person_id, point_id, at,
    )  # fmt: skip
    await execute(
        "insert into signal (id, detector, friction_point_id, episode_id, person_id, distinct_id, verified, evidence,"
        " first_event_id, occurred_at, found_at) values ($1, 'rage_click', $2, $3, $4, 'c', true, '{}', $1, $5, $5)",
        new_id(), point_id, episode_id, person_id, at,
    )  # fmt: skip


async def tell(person_id: UUID, at: datetime) -> None:
    claim_id = new_id()
    await execute(
        "insert into claim (id, person_id, problem, created_at) values ($1, $2, 'x', $3)", claim_id, person_id, at
    )
    await execute(
        "insert into message (id, claim_id, person_id, channel, subject, body_source, body_html, next_attempt_at, created_at, state)"
        " values ($1, $2, $3, 'in_app', 'It is fixed', '', '', $4, $4, 'seen')", new_id(), claim_id, person_id, at,
    )  # fmt: skip


@pytest.fixture
async def ines(db: str) -> Actor:
    return await make_person(name="Ines Duarte")


async def test_everything_stands_in_one_order_and_can_be_narrowed_and_paged(ines: Actor) -> None:
    await live(ines)
    agent = await make_person(Role.AGENT)
    assert ines.person_id is not None

    found = await list_moments(agent, ines.person_id)

    assert [(one.kind, one.title, one.detail, one.place) for one in found] == [
        ("message", "It is fixed", "seen", "in_app"),
        ("use", found[1].title, "said_solved", "widget"),
        ("use", found[2].title, "said_solved", "widget"),
        ("help", "For staff · Press reset", "shown", "widget"),
        ("release", "3.2", "came_out", ""),
        ("signal", "Rage click on Pay", "rage_click", "/pay"),
        ("ticket", "My invoice 2044", "open", "form"),
        ("topic", "Export ends early", "asked", found[7].place),
    ]
    for kind in KINDS:
        assert await list_moments(agent, ines.person_id, kinds=(kind,)) == [one for one in found if one.kind == kind]
    paged, before = [], None
    while page := await list_moments(agent, ines.person_id, before=before, limit=2):
        paged += page
        before = (page[-1].at, page[-1].id)
    assert paged == found
    with pytest.raises(Invalid):
        await list_moments(agent, ines.person_id, kinds=("secret",))


async def test_what_its_reader_may_not_see_leaves_no_trace(ines: Actor) -> None:
    private = await live(ines)
    assert ines.person_id is not None
    agent = await make_person(Role.AGENT)
    await execute("update answer set retired_at = now() where id = $1", private)
    await execute("update topic set hidden_at = now()")

    found = await list_moments(agent, ines.person_id)
    assert {one.kind for one in found} == set(KINDS) - {"topic"}
    assert [one.title for one in found if one.kind in ("help", "use")] == ["Press reset", "Press reset"]

    manager = await list_moments(await make_person(Role.PRODUCT_MANAGER), ines.person_id)
    assert [one.path for one in manager if one.kind == "ticket"] == [""]
    for role in (Role.MEMBER, Role.MODERATOR):
        with pytest.raises(NotAllowed):
            await list_moments(await make_person(role), ines.person_id)


async def test_help_shown_again_and_again_in_a_minute_is_one_moment_and_another_persons_is_none(ines: Actor) -> None:
    assert ines.person_id is not None
    answer_id = await make_answer(None, title="Press reset")
    minute = now().replace(second=0, microsecond=0) - timedelta(hours=1)
    for second in (10, 20, 30):
        ago = now() - minute - timedelta(seconds=second)
        await use_answer(answer_id, ines, "shown", surface="widget", ago=ago)
        await use_answer(answer_id, await make_person(), "shown", surface="widget", ago=ago + timedelta(minutes=1))
    await use_answer(answer_id, ines, "shown", surface="widget", ago=timedelta(hours=3))

    found = await list_moments(await make_person(Role.AGENT), ines.person_id, kinds=("help",))

    assert [one.title for one in found] == ["Press reset", "Press reset"]
    assert (found[0].at - minute).seconds == 30
