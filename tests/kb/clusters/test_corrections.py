"""People correct clusters; every correction can be undone, and every later refresh obeys what was said."""

from collections.abc import Mapping
from uuid import UUID

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kb.adapters.hashing_embedder import HashingEmbedder
from kb.clusters.changing import read_places, read_words
from kb.clusters.correcting import move_questions, rename_cluster
from kb.clusters.counting import recount_clusters
from kb.clusters.joining import join_questions
from kb.clusters.merging import merge_clusters
from kb.clusters.obeying import Words, find_broken
from kb.clusters.proposing import accept_proposal, refuse_proposal
from kb.clusters.queries import get_cluster, list_clusters
from kb.clusters.settling import settle_groups
from kb.clusters.splitting import split_cluster
from kb.clusters.telling_apart import say_apart, say_same
from kb.clusters.undoing import undo_change
from kb.core.actor import SYSTEM, Actor
from kb.core.database import execute, fetch_all, fetch_one, fetch_value
from kb.core.errors import Conflict, Invalid, NotAllowed, NotFound
from kb.core.ids import new_id
from kb.core.policy import Role
from kb.core.unit_of_work import unit_of_work
from tests.support.answers_factories import ask_question, make_cluster
from tests.support.clusters_factories import seed_vectors
from tests.support.factories import make_person


async def make_clusters(*sizes: int) -> tuple[list[UUID], list[list[UUID]]]:
    """Clusters with so many questions each, asked by one person."""
    person = await make_person()
    clusters = [await make_cluster(f"cluster {number}") for number in range(len(sizes))]
    questions = [
        [await ask_question(new_id(), kind="search", person=person, cluster_id=cluster) for _ in range(size)]
        for cluster, size in zip(clusters, sizes, strict=True)
    ]
    async with unit_of_work(SYSTEM):
        await recount_clusters(clusters)
    return clusters, questions


async def places() -> dict[UUID, UUID | None]:
    return {row["id"]: row["cluster_id"] for row in await fetch_all("select id, cluster_id from question")}


async def refresh_to(groups: Mapping[UUID, int], *, above: int = 1_000) -> int:
    """A refresh that found these groups."""
    seen = await places()
    async with unit_of_work(SYSTEM) as unit:
        return await settle_groups(unit, seen, groups, proposes_above=above)


async def change_of(cluster_id: UUID, kind: str) -> UUID:
    found = await fetch_value(
        "select change_id from cluster_event where cluster_id = $1 and kind = $2 order by id desc limit 1",
        cluster_id,
        kind,
    )
    assert isinstance(found, UUID)
    return found


@pytest.fixture
async def agent(db: str) -> Actor:
    return await make_person(Role.AGENT)


async def test_merged_clusters_stay_together_and_the_old_number_leads_to_the_heir(agent: Actor) -> None:
    (one, two), (ones, twos) = await make_clusters(2, 3)
    number = await fetch_value("select number from cluster where id = $1", one)

    await merge_clusters(agent, one, into=two)
    await refresh_to({**dict.fromkeys(ones, 0), **dict.fromkeys(twos, 1)})

    assert {c for q, c in (await places()).items()} == {two}
    assert (await get_cluster(agent, number)).id == two
    assert await fetch_value("select question_count from cluster where id = $1", two) == 5


async def test_what_is_like_merged_questions_comes_along_in_a_refresh(agent: Actor) -> None:
    (one, two), (ones, twos) = await make_clusters(3, 4)
    await merge_clusters(agent, one, into=two)
    new = [await ask_question(new_id(), kind="search", person=await make_person(), cluster_id=None) for _ in range(2)]

    await refresh_to({**dict.fromkeys([*ones, *new], 0), **dict.fromkeys(twos, 1)})

    assert {(await places())[q] for q in new} == {two}


async def test_a_split_outlives_refreshes_that_see_one_group(agent: Actor) -> None:
    (one,), (ones,) = await make_clusters(5)

    new = await split_cluster(agent, one, ones[:3], label="Something else")
    for _ in range(2):
        await refresh_to(dict.fromkeys(ones, 0))

    now = await places()
    assert {now[q] for q in ones[:3]} == {new}
    assert {now[q] for q in ones[3:]} == {one}
    assert await fetch_value("select label from cluster where id = $1", new) == "Something else"


async def test_the_same_and_not_the_same_are_obeyed_by_refreshes(agent: Actor) -> None:
    (_one, _two), (ones, twos) = await make_clusters(3, 2)
    await say_same(agent, ones[0], twos[0])
    await say_apart(agent, ones[1], ones[2])

    await refresh_to({**dict.fromkeys(ones, 0), **dict.fromkeys(twos, 1)})

    now = await places()
    assert now[ones[0]] == now[twos[0]] is not None
    assert now[ones[1]] is None or now[ones[1]] != now[ones[2]]


async def test_the_online_step_obeys_not_the_same_when_a_text_changes(agent: Actor) -> None:
    await seed_vectors(problems=1, each=6, spread=0.05)
    first, *others = [row["id"] for row in await fetch_all("select id from question order by id")]
    cluster = await make_cluster("one problem")
    await execute("update question set cluster_id = $1 where id = any($2::uuid[])", cluster, others)
    for other in others:
        await say_apart(agent, other, first)
    await execute("update question set considered_at = null where id = $1", first)

    class Still(HashingEmbedder):
        async def embed(self, texts):  # type: ignore[no-untyped-def]
            raise AssertionError("its vector is there")

    await join_questions([first], Still())
    assert (await places())[first] is None

    for row in await fetch_all("select id from cluster_change order by id"):
        await undo_change(agent, row["id"])
    await execute("update question set considered_at = null where id = $1", first)
    await join_questions([first], Still())
    assert (await places())[first] == cluster, "without the word it would have joined"


async def test_large_merges_and_splits_are_proposed_and_small_ones_done(agent: Actor) -> None:
    (one, two, _three), (ones, twos, threes) = await make_clusters(5, 6, 2)
    groups = {**dict.fromkeys([*ones, *twos, *threes], 0)}

    await refresh_to(groups, above=5)

    now = await places()
    assert {now[q] for q in ones} == {one}, "five questions are too many to merge unasked"
    assert {now[q] for q in threes} == {two}
    proposals = await fetch_all("select id, kind, cluster_id, into_id from cluster_proposal where decision is null")
    assert [(p["kind"], p["cluster_id"], p["into_id"]) for p in proposals] == [("merge", one, two)]

    await refresh_to(groups, above=5)
    again = await fetch_all("select id from cluster_proposal where decision is null")
    assert [p["id"] for p in again] == [p["id"] for p in proposals], "made again it is the same proposal"

    await accept_proposal(agent, proposals[0]["id"])
    assert {(await places())[q] for q in ones} == {two}
    with pytest.raises(Conflict):
        await refuse_proposal(agent, proposals[0]["id"])


async def test_a_refused_proposal_is_never_made_again(agent: Actor) -> None:
    (one, _), (ones, twos) = await make_clusters(5, 6)
    merging = dict.fromkeys([*ones, *twos], 0)
    await refresh_to(merging, above=5)
    (proposal,) = await fetch_all("select id from cluster_proposal")

    await refuse_proposal(agent, proposal["id"])
    await refresh_to(merging, above=5)
    await refresh_to(merging, above=1_000)

    assert not await fetch_all("select id from cluster_proposal where decision is null")
    assert {(await places())[q] for q in ones} == {one}


async def test_a_split_is_proposed_accepted_and_refused_alike(agent: Actor) -> None:
    (one,), (ones,) = await make_clusters(9)
    splitting = {**dict.fromkeys(ones[:5], 0), **dict.fromkeys(ones[5:], 1)}
    await refresh_to(splitting, above=4)
    assert {(await places())[q] for q in ones} == {one}
    (proposal,) = await fetch_all("select id, kind from cluster_proposal")
    assert proposal["kind"] == "split"

    change = await accept_proposal(agent, proposal["id"])
    assert len(set((await places()).values())) == 2

    await undo_change(agent, change)
    await refresh_to(splitting, above=4)
    (proposal,) = await fetch_all("select id from cluster_proposal where decision is null")
    await refuse_proposal(agent, proposal["id"])
    await refresh_to(splitting, above=1_000)
    assert {(await places())[q] for q in ones} == {one}


@pytest.mark.parametrize("kind", ["merged", "split", "moved"])
async def test_what_a_refresh_did_can_be_undone_and_is_not_done_again(agent: Actor, kind: str) -> None:
    (_one, two), (ones, twos) = await make_clusters(4, 6)
    before = await places()
    groups = {
        "merged": dict.fromkeys([*ones, *twos], 0),
        "split": {**dict.fromkeys(ones, 0), **dict.fromkeys(twos[:3], 1), **dict.fromkeys(twos[3:], 2)},
        "moved": {**dict.fromkeys(ones[:3], 0), **dict.fromkeys([*twos, ones[3]], 1)},
    }[kind]
    assert await refresh_to(groups) > 0
    assert await places() != before

    await undo_change(agent, await change_of(two, kind))
    assert await places() == before
    await refresh_to(groups)

    assert await places() == before
    assert await fetch_value("select count(*) from cluster where merged_into is null and question_count > 0") == 2


async def test_undoing_twice_is_refused_and_undoing_nothing_is_not_found(agent: Actor) -> None:
    (one, two), _ = await make_clusters(1, 1)
    change = await merge_clusters(agent, one, into=two)
    await undo_change(agent, change)

    with pytest.raises(Conflict):
        await undo_change(agent, change)
    with pytest.raises(NotFound):
        await undo_change(agent, new_id())
    with pytest.raises(Invalid):
        await merge_clusters(agent, one, into=one)


async def test_a_later_decision_stands_when_an_earlier_one_is_undone(agent: Actor) -> None:
    (one, two, three), (ones, _, _) = await make_clusters(2, 1, 1)
    first = await move_questions(agent, ones, to=two)
    await move_questions(agent, ones[:1], to=three)

    await undo_change(agent, first)

    now = await places()
    assert (now[ones[0]], now[ones[1]]) == (three, one)


async def test_many_questions_move_at_once_or_none(agent: Actor) -> None:
    (one, two), (ones, _) = await make_clusters(3, 1)

    await move_questions(agent, ones[:2], to=two)
    assert [(await places())[q] for q in ones] == [two, two, one]

    with pytest.raises(NotFound):
        await move_questions(agent, [ones[2], new_id()], to=two)
    assert (await places())[ones[2]] == one
    with pytest.raises(Invalid):
        await move_questions(agent, [], to=two)


async def test_a_person_who_may_not_correct_changes_nothing(db: str) -> None:
    (one, two), (ones, twos) = await make_clusters(2, 2)
    member = await make_person(Role.MEMBER)

    for attempt in (
        merge_clusters(member, one, into=two),
        split_cluster(member, one, ones[:1]),
        say_same(member, ones[0], twos[0]),
        say_apart(member, ones[0], ones[1]),
        undo_change(member, new_id()),
        accept_proposal(member, new_id()),
        refuse_proposal(member, new_id()),
    ):
        with pytest.raises(NotAllowed):
            await attempt


async def test_names_of_people_survive_a_merge_and_come_back_with_its_undo(agent: Actor) -> None:
    (one, two), _ = await make_clusters(1, 2)
    await rename_cluster(agent, one, label="Reset mails do not come")

    change = await merge_clusters(agent, one, into=two)
    assert (await fetch_one("select label from cluster where id = $1", two))["label"] == "Reset mails do not come"

    await undo_change(agent, change)
    rows = await fetch_all("select label, label_by from cluster order by label desc")
    assert [tuple(row) for row in rows] == [("cluster 1", "words"), ("Reset mails do not come", "person")]


STEPS = st.sampled_from(["move", "alone", "merge", "split", "same", "apart", "rename", "refresh", "undo"])


async def snapshot() -> dict[str, list[tuple[object, ...]]]:
    """Everything a correction may touch, but for its history and for clusters that are empty."""
    asked = {
        "questions": "select id, cluster_id, joined_by, joined_reason, considered_at from question order by id",
        "pins": "select * from cluster_pin order by question_id",
        "bonds": "select * from question_bond order by change_id, kind, question_id",
        "clusters": "select id, label, label_by, question_count, person_count, merged_into from cluster"
        " where question_count > 0 or not exists"
        " (select 1 from cluster_event e where e.cluster_id = cluster.id and e.kind = 'founded')"
        " order by id",
    }
    return {name: [tuple(row) for row in await fetch_all(sql)] for name, sql in asked.items()}


async def start_again() -> None:
    await execute("truncate question, cluster, cluster_change cascade")
    await execute("delete from outbox_message")


class Community:
    """Random corrections of a few questions, and what was said, remembered apart from the product's own tables."""

    def __init__(self, agent: Actor, seed: int) -> None:
        self.agent = agent
        self.random = np.random.default_rng(seed)
        self.names: dict[UUID, str] = {}
        self.changes: list[UUID] = []

    async def begin(self) -> None:
        await start_again()
        self.clusters, questions = await make_clusters(3, 3, 2)
        self.questions = [q for of in questions for q in of]

    def pick(self, count: int) -> list[UUID]:
        return [self.questions[i] for i in self.random.choice(len(self.questions), count, replace=False)]

    async def alive(self) -> list[UUID]:
        rows = await fetch_all(
            "select id from cluster where merged_into is null and question_count > 0 order by number"
        )
        return [row["id"] for row in rows]

    async def correct(self, step: str) -> UUID | None:
        """One correction; None where there was nothing to correct."""
        alive = await self.alive()
        if step in {"merge", "split", "rename"}:
            return await self._correct_clusters(step, alive)
        one, other = self.pick(2)
        if step == "same":
            return await say_same(self.agent, one, other)
        if step == "apart":
            return await say_apart(self.agent, one, other)
        if step in {"move", "alone"}:
            to = alive[self.random.integers(len(alive))] if step == "move" and alive else None
            return await move_questions(self.agent, self.pick(2), to=to)
        return None

    async def _correct_clusters(self, step: str, alive: list[UUID]) -> UUID | None:
        if step == "merge" and len(alive) > 1:
            ended, heir = (alive[i] for i in self.random.choice(len(alive), 2, replace=False))
            return await merge_clusters(self.agent, ended, into=heir)
        if step == "rename" and alive:
            return await rename_cluster(self.agent, alive[0], label=f"name {self.random.integers(100)}")
        members = sorted(q for q, c in (await places()).items() if alive and c == alive[0])
        if step == "split" and len(members) > 1:
            new = await split_cluster(self.agent, alive[0], members[:1])
            return await change_of(new, "split")
        return None

    async def refresh(self) -> None:
        """A refresh that found nonsense, the worst it can do."""
        groups = self.random.integers(-1, 3, len(self.questions))
        await refresh_to({q: int(g) for q, g in zip(self.questions, groups, strict=True) if g >= 0})


async def assert_obeyed() -> None:
    """No word in force is broken, and every count is what the questions say."""
    words: Words = await read_words()
    assert find_broken(await read_places(words), words) == set()
    wrong = await fetch_all(
        "select c.number from cluster c where c.question_count <> (select count(*) from question q where q.cluster_id = c.id)"
    )
    assert not wrong
    lost = await fetch_all(
        "select q.id from question q join cluster c on c.id = q.cluster_id where c.merged_into is not null"
    )
    assert not lost, "a question stands in a cluster that ended"


PROPERTY = settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


@PROPERTY
@given(st.lists(STEPS, min_size=1, max_size=8), st.integers(0, 2**32 - 1))
async def test_every_later_refresh_obeys_whatever_people_said(db: str, steps: list[str], seed: int) -> None:
    community = Community(await make_person(Role.AGENT), seed)
    await community.begin()
    for step in steps:
        if step == "undo" and community.changes:
            await undo_change(community.agent, community.changes.pop())
        elif step == "refresh":
            await community.refresh()
        elif change := await community.correct(step):
            community.changes.append(change)
        await assert_obeyed()
    named = {
        row["id"]: row["label"] for row in await fetch_all("select id, label from cluster where label_by = 'person'")
    }
    await community.refresh()
    await assert_obeyed()
    after = {
        row["id"]: row["label"] for row in await fetch_all("select id, label from cluster where label_by = 'person'")
    }
    assert after == named


@PROPERTY
@given(st.lists(STEPS, max_size=4), STEPS, st.integers(0, 2**32 - 1))
async def test_undoing_at_once_leaves_no_trace(db: str, earlier: list[str], last: str, seed: int) -> None:
    community = Community(await make_person(Role.AGENT), seed)
    await community.begin()
    for step in earlier:
        if step == "refresh":
            await community.refresh()
        else:
            await community.correct(step)
    before = await snapshot()
    change = await community.correct(last)

    if change is not None:
        await undo_change(community.agent, change)
        assert await snapshot() == before


@PROPERTY
@given(st.lists(STEPS, min_size=2, max_size=6), st.integers(0, 2**32 - 1))
async def test_undoing_all_in_turn_leads_back_to_the_beginning(db: str, steps: list[str], seed: int) -> None:
    community = Community(await make_person(Role.AGENT), seed)
    await community.begin()
    before = await snapshot()
    changes = [change for step in steps if (change := await community.correct(step))]

    for change in reversed(changes):
        await undo_change(community.agent, change)

    assert await snapshot() == before


async def test_lists_show_living_clusters_alone(agent: Actor) -> None:
    (one, two), _ = await make_clusters(1, 1)
    await merge_clusters(agent, one, into=two)
    assert [c.id for c in await list_clusters(agent)] == [two]
