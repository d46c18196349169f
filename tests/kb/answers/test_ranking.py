"""Who counts as helped: read from the ledger and the questions asked since, in one statement."""

import random
from datetime import timedelta
from uuid import UUID

import pytest

from kb.answers.queries import count_uses
from kb.answers.ranking import RankedAnswer, list_answers, list_answers_of_cluster, list_best_answers
from kb.core.actor import ANONYMOUS, SYSTEM, Actor
from kb.core.clock import now
from kb.core.database import execute, fetch_all
from kb.core.ids import new_id
from kb.core.policy import Role
from tests.support.answers_factories import ask_question, make_answer, make_cluster, use_answer
from tests.support.factories import make_person

DAY = timedelta(days=1)


async def only(cluster_id: UUID) -> RankedAnswer:
    (found,) = await list_answers_of_cluster(SYSTEM, cluster_id)
    return found


async def ask_again(person: Actor, cluster_id: UUID | None, *, ago: timedelta) -> None:
    await ask_question(new_id(), kind="topic", person=person, cluster_id=cluster_id, at=now() - ago)


@pytest.fixture
async def cluster_id(db: str) -> UUID:
    return await make_cluster()


@pytest.fixture
async def answer_id(cluster_id: UUID) -> UUID:
    return await make_answer(cluster_id)


async def test_said_solved_succeeds_at_once(cluster_id: UUID, answer_id: UUID) -> None:
    await use_answer(answer_id, await make_person(), "said_solved", ago=timedelta(minutes=1))
    await use_answer(answer_id, "a visitor", "said_solved", ago=timedelta(minutes=1))

    assert (await only(cluster_id)).successes == 2


@pytest.mark.parametrize("kind", ["opened", "inserted"])
async def test_silence_succeeds_after_seven_days_and_not_before(cluster_id: UUID, answer_id: UUID, kind: str) -> None:
    await use_answer(answer_id, await make_person(), kind, ago=8 * DAY)
    await use_answer(answer_id, await make_person(), kind, ago=6 * DAY)

    found = await only(cluster_id)
    assert (found.successes, found.failures) == (1, 0)


@pytest.mark.parametrize("kind", ["opened", "inserted", "said_solved"])
async def test_asking_again_within_seven_days_is_a_failure(cluster_id: UUID, answer_id: UUID, kind: str) -> None:
    person = await make_person()
    await use_answer(answer_id, person, kind, ago=3 * DAY)
    await ask_again(person, cluster_id, ago=2 * DAY)

    found = await only(cluster_id)
    assert (found.successes, found.failures) == (0, 1)


async def test_asking_before_later_or_about_something_else_is_no_failure(cluster_id: UUID, answer_id: UUID) -> None:
    person = await make_person()
    await use_answer(answer_id, person, "opened", ago=20 * DAY)
    await ask_again(person, cluster_id, ago=21 * DAY)
    await ask_again(person, cluster_id, ago=12 * DAY)
    await ask_again(person, await make_cluster("other"), ago=19 * DAY)
    await ask_again(await make_person(), cluster_id, ago=19 * DAY)

    found = await only(cluster_id)
    assert (found.successes, found.failures) == (1, 0)


async def test_the_ledgers_own_word_for_failure_counts(cluster_id: UUID, answer_id: UUID) -> None:
    for kind in ("reopened", "re_asked"):
        person = await make_person()
        await use_answer(answer_id, person, "inserted", ago=10 * DAY)
        await use_answer(answer_id, person, kind, ago=DAY)

    assert (await only(cluster_id)).failures == 2


async def test_being_shown_and_a_visitors_opening_tell_nothing(cluster_id: UUID, answer_id: UUID) -> None:
    await use_answer(answer_id, await make_person(), "shown")
    await use_answer(answer_id, "a visitor", "opened")

    assert (await only(cluster_id)).used == 0


async def test_staff_trying_answers_out_do_not_count(cluster_id: UUID, answer_id: UUID) -> None:
    for role in (Role.AGENT, Role.PRODUCT_MANAGER, Role.MODERATOR, Role.ADMIN):
        await use_answer(answer_id, await make_person(role), "said_solved")

    assert (await only(cluster_id)).used == 0


async def test_an_earlier_revision_counts_apart_and_only_for_who_has_not_met_the_present_one(cluster_id: UUID) -> None:
    answer_id = await make_answer(cluster_id, revision=2)
    loyal, early = await make_person(), await make_person()
    for revision, person in ((1, loyal), (2, loyal), (1, early)):
        await use_answer(answer_id, person, revision=revision)

    found = await only(cluster_id)
    assert (found.successes, found.earlier_successes, found.used) == (1, 1, 2)


async def test_one_lucky_answer_does_not_outrank_a_proven_one(cluster_id: UUID) -> None:
    lucky, proven = await make_answer(cluster_id), await make_answer(cluster_id)
    await use_answer(lucky, "somebody")
    for number in range(41):
        await use_answer(proven, f"v{number}", "said_solved" if number < 36 else "reopened")

    ranked = await list_answers_of_cluster(SYSTEM, cluster_id)

    assert [found.id for found in ranked] == [proven, lucky]
    assert ranked[0].why == "used by 41 people, 36 stayed solved"


async def test_what_one_may_not_read_is_not_listed_counted_or_ranked(cluster_id: UUID) -> None:
    answers = {
        word: await make_answer(cluster_id, visibility=word) for word in ("public", "members", "staff", "private")
    }
    retired = await make_answer(cluster_id)
    await execute("update answer set retired_at = now() where id = $1", retired)
    for role, readable in (
        (Role.ANONYMOUS, {"public"}),
        (Role.MEMBER, {"public", "members"}),
        (Role.MODERATOR, {"public", "members", "staff"}),
        (Role.AGENT, set(answers)),
    ):
        actor = ANONYMOUS if role is Role.ANONYMOUS else await make_person(role)
        wanted = {answers[word] for word in readable}
        assert {found.id for found in await list_answers_of_cluster(actor, cluster_id)} == wanted
        assert {found.id for found in await list_answers(actor, [*answers.values(), retired])} == wanted
        assert (await list_best_answers(actor, [cluster_id]))[cluster_id].id in wanted


async def test_a_list_is_one_statement_and_as_long_as_wished(cluster_id: UUID, statements: list[str]) -> None:
    for _ in range(7):
        await make_answer(cluster_id)
    statements.clear()

    assert len(await list_answers_of_cluster(SYSTEM, cluster_id, 3)) == 3
    assert len(statements) == 1


async def test_the_best_answer_of_each_cluster(cluster_id: UUID) -> None:
    other, empty = await make_cluster("other"), await make_cluster("empty")
    await make_answer(cluster_id)
    best = await make_answer(cluster_id)
    alone = await make_answer(other)
    await use_answer(best, "a visitor")

    found = await list_best_answers(SYSTEM, [cluster_id, other, empty])

    assert {key: answer.id for key, answer in found.items()} == {cluster_id: best, other: alone}


async def test_clicking_again_never_moves_a_rank(cluster_id: UUID) -> None:
    """Thirty random ledgers: repeating every use any number of times, on any day since, changes no figure of any answer."""
    answers = [await make_answer(cluster_id) for _ in range(3)]
    people = [await make_person() for _ in range(4)]
    await ask_again(people[0], cluster_id, ago=25 * DAY)
    chance = random.Random(7)
    for _ in range(30):
        await execute("truncate answer_use cascade")
        uses = [
            (
                chance.choice(answers),
                chance.choice([*people, "v1", "v2"]),
                chance.choice(["opened", "inserted", "said_solved", "reopened"]),
            )
            for _ in range(12)
        ]
        for answer_id, who, kind in uses:
            await use_answer(answer_id, who, kind, ago=26 * DAY)
        before = await list_answers_of_cluster(SYSTEM, cluster_id)
        for answer_id, who, kind in chance.choices(uses, k=20):
            await use_answer(answer_id, who, kind, ago=26 * DAY + timedelta(minutes=chance.randrange(600)))

        assert await list_answers_of_cluster(SYSTEM, cluster_id) == before


async def test_one_person_moves_a_rank_by_at_most_one(cluster_id: UUID, answer_id: UUID) -> None:
    for number in range(5):
        await use_answer(answer_id, f"v{number}")
    puppet = await make_person()
    for _ in range(50):
        await use_answer(answer_id, puppet, "said_solved")
        await use_answer(answer_id, puppet, "opened")

    found = await only(cluster_id)
    assert (found.successes, found.failures) == (6, 0)


async def test_counters_are_sums_of_the_ledger(cluster_id: UUID, answer_id: UUID) -> None:
    chance = random.Random(11)
    people = [await make_person() for _ in range(3)]
    kinds = ["shown", "opened", "inserted", "said_solved", "reopened", "re_asked"]
    for _ in range(120):
        await use_answer(
            answer_id, chance.choice([*people, "v1"]), chance.choice(kinds), ago=timedelta(hours=chance.randrange(96))
        )

    counted = await count_uses(SYSTEM, answer_id)

    rows = await fetch_all("select kind, person_id, visitor, created_at from answer_use")
    once = {(row["kind"], row["person_id"], row["visitor"], row["created_at"].date()) for row in rows}
    assert {kind: getattr(counted, kind) for kind in kinds} == {
        kind: sum(one[0] == kind for one in once) for kind in kinds
    }
    assert sum(getattr(counted, kind) for kind in kinds) < 120
