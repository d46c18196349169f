"""Notes, warnings, silences and suspensions: what each does, when it ends, and the way back."""

from datetime import timedelta
from uuid import UUID

import pytest

from kb.core.actor import ANONYMOUS, Actor
from kb.core.clock import now
from kb.core.database import execute, fetch_value
from kb.core.errors import Conflict, Invalid, NotAllowed, NotFound
from kb.core.ids import new_id
from kb.core.policy import HELD_BACK, Role
from kb.people.api_keys import find_key_actor
from kb.people.profiles import get_profile
from kb.people.sanctioning import (
    NewSanction,
    acknowledge_warning,
    end_sanctions,
    sanction_person,
    undo_sanction,
)
from kb.people.sanctions import SanctionKind, get_sanctioned_person, list_own_sanctions
from kb.people.sessions import find_session_actor, open_session
from kb.people.signing_in import sign_in
from tests.support.factories import make_person
from tests.support.people_factories import PASSWORD, give_password, make_key

KINDS = list(SanctionKind)


async def impose(
    by: Actor, who: Actor, kind: SanctionKind, *, days: float | None = 3, reason: str = "Called a colleague names."
) -> UUID:
    ends_at = now() + timedelta(days=days) if days is not None else None
    return await sanction_person(by, who.person_id, NewSanction(kind, reason, ends_at))  # type: ignore[arg-type]


async def seen(who: Actor) -> Actor | None:
    """The person as they are at their next click."""
    return await find_session_actor(await open_session(who.person_id, user_agent=""))  # type: ignore[arg-type]


async def test_somebody_silenced_reads_and_may_not_write_until_it_ends(db: str) -> None:
    moderator, ines = await make_person(Role.MODERATOR), await make_person()
    await impose(moderator, ines, SanctionKind.SILENCE)
    silenced = await seen(ines)
    assert silenced is not None
    assert silenced.may("topic:read")
    assert silenced.may("ticket:ask")
    for permission in HELD_BACK:
        with pytest.raises(NotAllowed, match="silenced you until"):
            silenced.require(permission)
    await execute("update person set silenced_until = now() - interval '1 second' where id = $1", ines.person_id)
    after = await seen(ines)
    assert after is not None
    assert after.may("post:write")


async def test_a_key_of_somebody_silenced_may_not_write_either(db: str) -> None:
    moderator, ines = await make_person(Role.MODERATOR), await make_person()
    key = await make_key(ines)
    await impose(moderator, ines, SanctionKind.SILENCE)
    actor = await find_key_actor(key)
    assert actor is not None
    assert not actor.may("post:write")


async def test_a_warning_holds_back_until_it_is_acknowledged_by_the_warned_alone(db: str) -> None:
    moderator, ines, bo = await make_person(Role.MODERATOR), await make_person(), await make_person()
    first = await impose(moderator, ines, SanctionKind.WARNING)
    second = await impose(moderator, ines, SanctionKind.WARNING)
    with pytest.raises(NotFound):
        await acknowledge_warning(bo, first)
    await acknowledge_warning(ines, first)
    still = await seen(ines)
    assert still is not None
    assert still.is_warned
    await acknowledge_warning(ines, second)
    await acknowledge_warning(ines, second)
    free = await seen(ines)
    assert free is not None
    assert free.may("topic:ask")


async def test_a_suspension_ends_sessions_and_keys_at_once_until_taken_back(db: str) -> None:
    moderator, ines = await make_person(Role.MODERATOR), await make_person()
    token = await open_session(ines.person_id, user_agent="")  # type: ignore[arg-type]
    key = await make_key(ines)
    made = await impose(moderator, ines, SanctionKind.SUSPENSION, days=None)
    assert await find_session_actor(token) is None
    assert await find_key_actor(key) is None
    with pytest.raises(NotFound):
        await get_profile(ANONYMOUS, ines.username)
    await undo_sanction(moderator, made)
    assert await find_session_actor(token) is None
    assert await find_key_actor(key) is not None


async def test_a_suspension_that_has_run_out_opens_the_door_by_itself(db: str) -> None:
    moderator, ines = await make_person(Role.MODERATOR), await make_person()
    email = await give_password(ines)
    await impose(moderator, ines, SanctionKind.SUSPENSION)
    with pytest.raises(Invalid, match=r"suspended until .* Called a colleague names"):
        await sign_in(email, PASSWORD)
    over = now() - timedelta(minutes=1)
    await execute("update sanction set ends_at = $1", over)
    await execute("update person set suspended_until = $2 where id = $1", ines.person_id, over)
    assert await sign_in(email, PASSWORD) == ines.person_id
    assert await end_sanctions() == 1
    assert await end_sanctions() == 0
    assert (await get_profile(ANONYMOUS, ines.username)).id == ines.person_id


async def test_taking_back_the_newest_leaves_the_older_in_force(db: str) -> None:
    moderator, ines = await make_person(Role.MODERATOR), await make_person()
    await impose(moderator, ines, SanctionKind.SILENCE, days=30)
    newest = await impose(moderator, ines, SanctionKind.SILENCE, days=1)
    await undo_sanction(moderator, newest)
    left = await fetch_value("select silenced_until - now() from person where id = $1", ines.person_id)
    assert left > timedelta(days=29)
    with pytest.raises(Conflict):
        await undo_sanction(moderator, newest)


@pytest.mark.parametrize("kind", KINDS)
async def test_doing_and_taking_back_leaves_the_person_as_before(db: str, kind: SanctionKind) -> None:
    moderator, ines = await make_person(Role.MODERATOR), await make_person()
    row = "select suspended_at, suspended_until, silenced_until, warned_at from person where id = $1"
    before = await fetch_value(f"select t::text from ({row}) t", ines.person_id)
    await undo_sanction(moderator, await impose(moderator, ines, kind))
    assert await fetch_value(f"select t::text from ({row}) t", ines.person_id) == before
    trail = "select array_agg(action order by created_at, id) from audit_line where subject_id = $1"
    assert await fetch_value(trail, ines.person_id) == [f"person.{kind}", f"person.undo_{kind}"]


@pytest.mark.parametrize(
    ("role", "other", "may"),
    [
        (Role.MODERATOR, Role.MEMBER, True),
        (Role.MODERATOR, Role.AGENT, False),
        (Role.MODERATOR, Role.MODERATOR, False),
        (Role.MODERATOR, Role.ADMIN, False),
        (Role.ADMIN, Role.MODERATOR, True),
        (Role.ADMIN, Role.ADMIN, False),
        (Role.AGENT, Role.MEMBER, False),
    ],
)
async def test_nobody_acts_against_a_role_not_below_their_own(db: str, role: Role, other: Role, may: bool) -> None:
    by, who = await make_person(role), await make_person(other)
    if may:
        await impose(by, who, SanctionKind.WARNING)
    else:
        with pytest.raises(NotAllowed):
            await impose(by, who, SanctionKind.WARNING)


async def test_nobody_acts_against_themselves_or_nobody(db: str) -> None:
    admin = await make_person(Role.ADMIN)
    with pytest.raises(Conflict):
        await impose(admin, admin, SanctionKind.SUSPENSION)
    with pytest.raises(NotFound):
        await sanction_person(admin, new_id(), NewSanction(SanctionKind.NOTE, "Who?"))


@pytest.mark.parametrize(
    ("kind", "reason", "days", "field"),
    [
        (SanctionKind.NOTE, " ", None, "reason"),
        (SanctionKind.NOTE, "x" * 2001, None, "reason"),
        (SanctionKind.SILENCE, "Loud.", None, "until"),
        (SanctionKind.SUSPENSION, "Loud.", -1, "until"),
        (SanctionKind.SILENCE, "Loud.", 9999, "until"),
    ],
)
async def test_a_refusal_names_the_field(
    db: str, kind: SanctionKind, reason: str, days: float | None, field: str
) -> None:
    moderator, ines = await make_person(Role.MODERATOR), await make_person()
    with pytest.raises(Invalid) as refused:
        await impose(moderator, ines, kind, reason=reason, days=days)
    assert list(refused.value.fields) == [field]


async def test_notes_and_names_are_for_staff_alone(db: str) -> None:
    moderator, ines = await make_person(Role.MODERATOR, name="Mo Reyes"), await make_person()
    await impose(moderator, ines, SanctionKind.NOTE, reason="Talks to rivals.")
    await impose(moderator, ines, SanctionKind.WARNING)
    (own,) = await list_own_sanctions(ines)
    assert (own.kind, own.made_by) == (SanctionKind.WARNING, "")
    person = await get_sanctioned_person(moderator, ines.person_id)  # type: ignore[arg-type]
    assert [s.made_by for s in person.sanctions] == ["Mo Reyes", "Mo Reyes"]
    with pytest.raises(NotAllowed):
        await get_sanctioned_person(ines, ines.person_id)  # type: ignore[arg-type]
