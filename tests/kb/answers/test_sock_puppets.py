"""One account or one address moves an answer by one at most, whatever it tells and however it dresses up."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kb.answers.ranking import RankedAnswer, list_answers
from kb.core.actor import SYSTEM, Actor
from kb.core.clock import now
from kb.core.database import execute
from kb.core.ids import new_id
from tests.support.answers_factories import make_answer, make_cluster
from tests.support.factories import make_person

KINDS = ("opened", "said_solved", "reopened", "re_asked", "inserted")
PEOPLE, COMPANIES, ADDRESSES = 6, 2, 4


@dataclass(frozen=True, slots=True)
class Told:
    """One use: by person `who` (None: a stranger) from `address`, `ago` hours before."""

    who: int | None
    address: int
    kind: str
    revision: int
    ago: int


def told(**fixed: st.SearchStrategy[int]) -> st.SearchStrategy[Told]:
    """Any use; what is fixed is the same account or address every time."""
    ages = st.integers(min_value=1, max_value=24 * 20)
    parts = {"who": st.none() | st.integers(0, PEOPLE - 1), "address": st.integers(0, ADDRESSES - 1)} | fixed
    return st.builds(Told, kind=st.sampled_from(KINDS), revision=st.integers(1, 2), ago=ages, **parts)


@dataclass(frozen=True, slots=True)
class World:
    """An answer in its second revision. The first two people of three work for one company, so do the next."""

    answer_id: UUID
    people: tuple[Actor, ...]

    async def tell(self, uses: list[Told], *, later: bool = False) -> RankedAnswer:
        """Write them down and look; what comes `later` comes after whatever was told before."""
        for use in uses:
            person = self.people[use.who].person_id if use.who is not None else None
            hours = use.ago if not later else use.ago / 10_000
            await execute(
                "insert into answer_use (id, answer_id, revision, kind, surface, person_id, visitor, address, created_at)"
                " values ($1, $2, $3, $4, 'widget', $5, $6, $7, $8)",
                new_id(),
                self.answer_id,
                use.revision,
                use.kind,
                person,
                None if person else f"address {use.address}",
                f"address {use.address}",
                now() - timedelta(hours=hours),
            )
        [found] = await list_answers(SYSTEM, [self.answer_id])
        return found


@pytest.fixture
async def people(db: str) -> tuple[Actor, ...]:
    made = [await make_person() for _ in range(PEOPLE)]
    companies = [new_id() for _ in range(COMPANIES)]
    for number, company in enumerate(companies):
        await execute("insert into account (id, name, created_at) values ($1, $2, now())", company, f"Company {number}")
    for number, person in enumerate(made[:4]):
        await execute("update person set account_id = $2 where id = $1", person.person_id, companies[number // 2])
    return tuple(made)


def moved(before: RankedAnswer, after: RankedAnswer) -> float:
    """By how many parties the counts differ: one that changed sides is gone here and new there, and is one."""
    counts = ("successes", "failures", "earlier_successes", "earlier_failures")
    changes = [getattr(after, name) - getattr(before, name) for name in counts]
    return max(sum(n for n in changes if n > 0), -sum(n for n in changes if n < 0))


ONE_OF_THEM = st.one_of(
    st.lists(told(address=st.just(1)), max_size=12),  # many accounts and strangers behind one address
    st.lists(told(who=st.just(5)), max_size=12),  # one account at many addresses
    st.lists(told(who=st.integers(0, 1)), max_size=12),  # one company's people at many addresses
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(known=st.lists(told(), max_size=12), puppets=ONE_OF_THEM)
async def test_one_account_or_address_moves_an_answer_by_one_at_most(
    people: tuple[Actor, ...], known: list[Told], puppets: list[Told]
) -> None:
    world = World(await make_answer(await make_cluster(), revision=2), people)
    before = await world.tell(known)

    after = await world.tell(puppets, later=True)

    assert moved(before, after) <= 1


async def test_fifty_accounts_behind_one_address_are_one_voice_and_fifty_addresses_are_fifty(db: str) -> None:
    cluster_id = await make_cluster()
    many = tuple([await make_person() for _ in range(50)])
    puppets = World(await make_answer(cluster_id), many)
    honest = World(await make_answer(cluster_id), many)

    same = await puppets.tell([Told(who, 1, "said_solved", 1, 1) for who in range(50)])
    apart = await honest.tell([Told(who, who, "said_solved", 1, 1) for who in range(50)])

    assert (same.successes, apart.successes) == (1, 50)
    assert apart.score > same.score


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 60), st.integers(0, 60))
def test_an_edited_answer_starts_from_what_its_predecessor_was_and_not_from_all_of_it(good: int, bad: int) -> None:
    def judged(**counts: int) -> float:
        fields = dict.fromkeys(("kind", "title", "excerpt", "author", "path"), "")
        return RankedAnswer(
            id=new_id(), cluster_id=None, revision=2, accepted=False, created_at=now(), **fields, **counts
        ).score

    edited, same, new = (
        judged(earlier_successes=good, earlier_failures=bad),
        judged(successes=good, failures=bad),
        judged(),
    )

    assert new == 0
    assert (edited > 0) == (good > 0), "it does not begin at nothing"
    assert edited < same or good == 0, "nor as if it were proven itself"
