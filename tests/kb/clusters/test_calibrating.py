"""Floors out of what people confirmed: held out, never under the target, in force where something is decided."""

from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.adapters.hashing_embedder import HashingEmbedder
from kb.clusters.asking_known import list_no_answer
from kb.clusters.calibrating import calibrate
from kb.clusters.calibration import ALL, Purpose, find_floor, find_shipped, forget_known, list_floors
from kb.clusters.choosing_floors import TARGETS, Asked, Target, choose_floor, is_most_likely_met, measure_floor
from kb.clusters.confirmed import read_confirmed_groups
from kb.clusters.correcting import move_questions
from kb.clusters.joining import join_questions
from kb.core.actor import SYSTEM
from kb.core.database import execute, fetch_all, fetch_value
from kb.core.errors import Conflict, NotAllowed
from kb.core.policy import Role
from tests.support.answers_factories import make_answer, make_cluster, make_solved_topic, use_answer
from tests.support.clusters_factories import ask, seed_questions
from tests.support.confirmed_factories import confirm_duplicates, put_in_force, told_twice
from tests.support.factories import make_person

Deliver = Callable[[], Awaitable[int]]

MODEL = HashingEmbedder()
SPANISH = [(f"fac{n} ra{n} lle{n} cli{n} factura", f"nunca fac{n} ra{n} lle{n} cli{n}") for n in range(80)]

ASKED = st.builds(
    lambda near, has_answer, is_right: Asked(near, is_right and has_answer, has_answer),
    st.floats(0, 1),
    st.booleans(),
    st.booleans(),
)


@given(st.lists(ASKED, max_size=60), st.sampled_from([Target(0.9, 0.9), Target(0.5, 0.95), Target(0.8, 0.0)]))
def test_the_floor_chosen_meets_the_target_and_no_lower_one_does(asked: list[Asked], target: Target) -> None:
    floor = choose_floor(asked, target)

    lower = [n / 100 for n in range(101) if floor is None or n / 100 < floor]
    assert floor is None or measure_floor(asked, floor).meets(target)
    assert not any(is_most_likely_met(asked, f, target) for f in lower)


def test_a_floor_that_meets_the_target_by_luck_alone_is_not_chosen() -> None:
    lucky = [Asked(0.5, is_right=n != 0) for n in range(20)]
    sure = [Asked(0.5, is_right=n % 20 != 0) for n in range(400)]
    target = Target(0.9, 0.0)

    assert measure_floor(lucky, 0.5).meets(target)
    assert choose_floor(lucky, target) is None
    assert choose_floor(sure, target) == 0.0


def test_the_no_answer_set_is_large_enough_and_of_every_kind() -> None:
    kinds = [one.kind for one in list_no_answer()]

    assert len({one.text for one in list_no_answer()}) >= 200
    assert {kind: kinds.count(kind) >= 40 for kind in kinds} == dict.fromkeys(
        ("small_talk", "other_trade", "nonsense", "near_miss"), True
    )


async def test_confirmed_duplicates_give_floors_that_meet_their_target_on_the_holdout(db: str) -> None:
    await confirm_duplicates([told_twice(n) for n in range(80)], MODEL)

    found = await calibrate(SYSTEM, MODEL)

    everywhere = {f.purpose: f for f in found.floors if f.language == ALL}
    assert set(everywhere) == set(Purpose)
    for purpose, floor in everywhere.items():
        assert floor.precision >= TARGETS[purpose].precision
        assert floor.silence >= TARGETS[purpose].silence
        assert floor.recall > 0.5
        assert (await find_floor(purpose, fingerprint=MODEL.fingerprint)).floor == pytest.approx(floor.floor)
    held_out = everywhere[Purpose.JOIN]
    assert 35 <= held_out.positives < 160, "a part of them only: the others chose the floor"
    assert await fetch_value("select count(*) from audit_line where action = 'model.calibrate'") == 1


async def test_calibrating_again_finds_the_same(db: str) -> None:
    await confirm_duplicates([told_twice(n) for n in range(80)], MODEL)

    assert await calibrate(SYSTEM, MODEL) == await calibrate(SYSTEM, MODEL)


async def test_too_few_keep_the_shipped_floors_and_it_is_said_how_many_there_are(db: str) -> None:
    await confirm_duplicates([told_twice(n) for n in range(12)], MODEL)

    found = await calibrate(SYSTEM, MODEL)

    assert (found.confirmed, found.floors) == (24, ())
    assert {kept.floor for kept in found.kept} == {find_shipped(p, fingerprint=MODEL.fingerprint) for p in Purpose}
    assert all("35 are needed" in kept.reason for kept in found.kept)
    assert await fetch_value("select count(*) from calibration") == 0


async def test_where_nothing_reaches_the_target_the_floor_in_force_stays(db: str) -> None:
    """Two people's words for one problem that share nothing, while strangers' words are the same."""
    pairs = [(f"How do I cancel plan {n % 7}?", f"Stop subscribing me number {n % 5}") for n in range(80)]
    await confirm_duplicates(pairs, MODEL)
    await put_in_force(MODEL.fingerprint, "join", 0.61)

    found = await calibrate(SYSTEM, MODEL)

    kept = next(k for k in found.kept if k.floor.purpose is Purpose.JOIN and k.language == ALL)
    assert "no floor reaches precision 0.9" in kept.reason
    assert (await find_floor(Purpose.JOIN, fingerprint=MODEL.fingerprint)).floor == pytest.approx(0.61)


async def test_a_language_with_enough_of_its_own_gets_its_own_floor_and_the_others_share_one(db: str) -> None:
    await confirm_duplicates([told_twice(n) for n in range(80)], MODEL)
    await confirm_duplicates(SPANISH, MODEL, language="es")
    await confirm_duplicates([("Rechnung doppelt gesendet", "Rechnung kommt doppelt")], MODEL, language="de")

    found = await calibrate(SYSTEM, MODEL)

    assert {f.language for f in found.floors} == {ALL, "en", "es"}
    spanish, german = [
        await find_floor(Purpose.JOIN, fingerprint=MODEL.fingerprint, language=code) for code in ("es", "de")
    ]
    assert (spanish.language, german.language) == ("es", ALL)


async def test_what_people_did_confirms_and_what_the_model_did_does_not(db: str) -> None:
    agent = await make_person(Role.AGENT)
    questions = [await ask(await make_person(), told_twice(n)[0]) for n in range(4)]
    rows = await fetch_all("select id from question order by id")
    assert rows == []  # nothing is extracted yet
    ids = await confirm_duplicates([told_twice(n) for n in range(40, 42)], MODEL)
    loose = await confirm_duplicates([told_twice(n) for n in range(43, 45)], MODEL)
    await execute("update question set alias_kind = null, alias_of = null where id = any($1::uuid[])", loose)
    cluster = await make_cluster()
    await execute("update question set cluster_id = $2 where id = any($1::uuid[])", loose, cluster)

    alone = await read_confirmed_groups()
    await move_questions(agent, [loose[0]], to=cluster)
    await move_questions(agent, [loose[3]], to=cluster)
    pinned = await read_confirmed_groups()

    assert len(questions) == 4
    assert {frozenset(q for q, g in alone.items() if g == group) for group in alone.values()} == {
        frozenset(ids[:2]),
        frozenset(ids[2:]),
    }
    assert pinned[loose[0]] == pinned[loose[3]]
    assert {loose[1], loose[2]} & set(pinned) == set()


async def test_an_asker_solved_by_an_answer_from_elsewhere_confirms_both_questions(
    db: str, deliver_all: Deliver
) -> None:
    original, post = await make_solved_topic()
    answer = await make_answer(None)
    await execute("update answer set parent_id = $2, source_id = $3 where id = $1", answer, original, post)
    asker = await make_person()
    await ask(asker, "The mail to set a new password does not come")
    await deliver_all()

    await use_answer(answer, asker, ago=-timedelta(minutes=1))

    groups = await read_confirmed_groups()
    mine = await fetch_value("select id from question where person_id = $1", asker.person_id)
    theirs = await fetch_value("select id from question where parent_id = $1", original)
    assert groups[mine] == groups[theirs]


async def test_a_calibrated_floor_for_joining_leaves_alone_what_is_not_near_enough(
    db: str, deliver_all: Deliver
) -> None:
    await seed_questions(deliver_all, ["Invoices are sent twice every Monday"])
    await put_in_force(MODEL.fingerprint, "join", 0.95)
    forget_known()

    await seed_questions(deliver_all, ["Invoices are sent twice each Monday"])

    assert await fetch_value("select count(*) from cluster") == 0
    reason = await fetch_value("select joined_reason from question order by id desc limit 1")
    assert "under the floor 0.95" in reason

    await put_in_force(MODEL.fingerprint, "join", 0.3)
    forget_known()
    await execute("update question set considered_at = null")
    await join_questions([row["id"] for row in await fetch_all("select id from question order by id")], MODEL)

    assert await fetch_value("select question_count from cluster") == 2


async def test_a_changed_calibration_is_in_force_within_seconds_and_only_for_its_model(
    db: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    await confirm_duplicates([told_twice(1)], MODEL)
    before = await find_floor(Purpose.HELP, fingerprint=MODEL.fingerprint)
    await put_in_force(MODEL.fingerprint, "help", 0.77)

    monkeypatch.setattr("kb.clusters.calibration.FRESH_SECONDS", -1.0)

    assert before.is_shipped
    assert (await find_floor(Purpose.HELP, fingerprint=MODEL.fingerprint)).floor == pytest.approx(0.77)
    assert (await find_floor(Purpose.HELP, fingerprint="another-model")).is_shipped
    shown = await list_floors(MODEL.fingerprint)
    assert [(f.purpose.value, f.is_shipped) for f in shown] == [("join", True), ("duplicate", True), ("help", False)]


@pytest.mark.parametrize("role", [Role.MEMBER, Role.AGENT, Role.MODERATOR])
async def test_only_who_manages_models_calibrates(db: str, role: Role) -> None:
    with pytest.raises(NotAllowed):
        await calibrate(await make_person(role), MODEL)


async def test_without_any_question_there_is_nothing_to_calibrate(db: str) -> None:
    with pytest.raises(Conflict):
        await calibrate(SYSTEM, MODEL)


def test_every_shipped_floor_says_how_it_was_measured() -> None:
    for model in ("all-MiniLM-L6-v2-0123", "some-other-model"):
        for purpose in Purpose:
            shipped = find_shipped(purpose, fingerprint=model)
            assert shipped.recipe
            assert shipped.positives == 0 or (shipped.precision > 0.8 and shipped.silence >= 0.9)
