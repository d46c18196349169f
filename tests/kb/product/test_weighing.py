"""Pain points: who counts, which lane, what weighs more."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from kb.core.clock import now
from kb.core.database import execute
from kb.core.policy import Role
from kb.product.rules import Pain, choose_lane, weigh
from kb.product.triage import find_pain_point, list_pain_points, list_people_hurt
from kb.product.weighing import weigh_pain_points
from tests.support.factories import make_account, make_person
from tests.support.product_factories import hurt, make_cluster

MOMENT = datetime(2026, 5, 1, tzinfo=UTC)


def pain(**changes: object) -> Pain:
    values: dict[str, object] = {
        "people": 5, "recent": 2, "previous": 2, "monthly_revenue": 0.0, "first_at": MOMENT, "answered_at": None, "asked_since_answer": 0,
    }  # fmt: skip
    return Pain(**{**values, **changes})  # type: ignore[arg-type]


def test_lanes_follow_release_then_answer_then_whether_it_works() -> None:
    before, after = MOMENT - timedelta(days=1), MOMENT + timedelta(days=1)

    assert choose_lane(pain(), released_at=before) == "new_this_release"
    assert choose_lane(pain(), released_at=after) == "known_unanswered"
    assert choose_lane(pain(answered_at=MOMENT, asked_since_answer=2), released_at=after) == "answered_works"
    assert choose_lane(pain(answered_at=MOMENT, asked_since_answer=3), released_at=None) == "answered_still_asked"


@given(people=st.integers(1, 500), recent=st.integers(0, 100), previous=st.integers(0, 100), revenue=st.floats(0, 1e6))
def test_more_people_more_growth_and_more_money_never_weigh_less(
    people: int, recent: int, previous: int, revenue: float
) -> None:
    base = weigh(pain(people=people, recent=recent, previous=previous, monthly_revenue=revenue))

    assert base > 0
    assert weigh(pain(people=people + 1, recent=recent, previous=previous, monthly_revenue=revenue)) > base
    assert (
        weigh(pain(people=people, recent=recent + 1, previous=previous, monthly_revenue=revenue)) >= base
        or recent + previous == 0
    )
    assert weigh(pain(people=people, recent=recent, previous=previous, monthly_revenue=revenue + 100)) >= base


def test_one_large_account_does_not_outweigh_a_hundred_people() -> None:
    assert weigh(pain(people=100)) > weigh(pain(people=1, monthly_revenue=1_000_000))


async def test_each_person_counts_once_and_silent_ones_apart(db: str) -> None:
    manager = await make_person(Role.PRODUCT_MANAGER)
    account = await make_account(monthly_revenue=79)
    first, second = await make_person(account_id=account), await make_person(account_id=account)
    cluster = await make_cluster()
    await hurt(cluster, first, days_ago=30)
    await hurt(cluster, first, days_ago=1, reported=True)
    await hurt(cluster, second, days_ago=2)

    assert await weigh_pain_points() == 1

    point = await find_pain_point(manager, cluster)
    assert point is not None
    assert (point.person_count, point.account_count, point.silent_count) == (2, 1, 1)
    assert (point.recent, point.monthly_revenue) == (2, 79.0)


async def test_every_number_opens_its_rows(db: str) -> None:
    manager = await make_person(Role.PRODUCT_MANAGER)
    cluster = await make_cluster()
    for number in range(4):
        await hurt(cluster, await make_person(), days_ago=number + 0.5, reported=number % 2 == 0)

    await weigh_pain_points()

    (point,) = await list_pain_points(manager)
    people = await list_people_hurt(manager, cluster)
    assert point.person_count == len(people) == 4
    assert point.silent_count == sum(person.is_silent for person in people) == 2


async def test_pain_that_began_with_the_newest_release_stands_in_its_lane(db: str) -> None:
    manager = await make_person(Role.PRODUCT_MANAGER)
    await execute("insert into release (version, released_at) values ('4.2.0', $1)", now() - timedelta(days=5))
    new, old = await make_cluster("New"), await make_cluster("Old")
    await hurt(new, await make_person(), days_ago=2)
    await hurt(old, await make_person(), days_ago=20)
    await hurt(old, await make_person(), days_ago=2)

    await weigh_pain_points()

    assert {p.label: p.lane for p in await list_pain_points(manager)} == {
        "New": "new_this_release",
        "Old": "known_unanswered",
    }


async def test_what_no_longer_hurts_anybody_leaves_the_board(db: str) -> None:
    manager = await make_person(Role.PRODUCT_MANAGER)
    cluster = await make_cluster()
    await hurt(cluster, await make_person())
    await weigh_pain_points()

    await execute("update episode set state = 'dropped'")
    await weigh_pain_points()

    assert await list_pain_points(manager) == []
